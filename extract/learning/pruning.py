"""Take the slight weights out of a trained field: most of its size, next to nothing of its judgement.

CRFsuite keeps every weight that the penalty has not driven to exactly zero, and after a bounded number of rounds half of
them are near it. The file is written anew without them, in CRFsuite's own format.

Source:
    Okazaki (2007), CRFsuite: a fast implementation of conditional random fields, `crf1d_model.c` and `cqdb.c`.
"""

import struct
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

_HEADER = struct.Struct("<4sI4s9I")  # mark, size, kind, version, three counts, offsets of five parts
_CHUNK = struct.Struct("<4sII")  # mark, size, count
_DICTIONARY = struct.Struct("<4s5I")  # mark, size, flag, byte order, entries, offset of the way back
_PAIR, _ENTRY = struct.Struct("<II"), struct.Struct("<iI")
_TABLES, _BYTE_ORDER = 256, 0x62445371
_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
#: Kind of a feature that ties an attribute to a label; the others tie two labels.
_STATE = 0

#: A name of an attribute as stored, and its hash.
_Name = tuple[bytes, int]


def prune(model: bytes, least: float) -> bytes:
    """Return a field without the weights of attributes that are below `least`, and without attributes left bare.

    Args:
        model: a field in CRFsuite's format; weights between two labels all stay.
    """
    mark, _, kind, version, _, labels, _, *offsets = _HEADER.unpack_from(model)
    at_features, at_labels, at_names = offsets[:3]
    count = _CHUNK.unpack_from(model, at_features)[2]
    features = np.frombuffer(model, _FEATURE, count, at_features + _CHUNK.size)
    features = features[(features["kind"] != _STATE) | (np.abs(features["weight"]) >= least)].copy()
    state = features["kind"] == _STATE
    used = np.unique(features["source"][state])
    features["source"][state] = np.searchsorted(used, features["source"][state])
    names = dict(_read_names(model, at_names))
    slots = _CHUNK.unpack_from(model, offsets[3])[2]  # one a label, and two for the ends of a text

    file = bytearray(_HEADER.size)
    starts = []

    def add(part: bytes) -> None:
        file.extend(bytes(-len(file) % 4))
        starts.append(len(file))
        file.extend(part)

    add(_CHUNK.pack(b"FEAT", _CHUNK.size + features.nbytes, len(features)) + features.tobytes())
    add(model[at_labels:at_names])
    add(_write_names([names[number] for number in used.tolist()]))
    for tag, mask, sources in ((b"LFRF", ~state, slots), (b"AFRF", state, len(used))):
        file.extend(bytes(-len(file) % 4))
        add(_write_references(tag, len(file), features["source"], mask, sources))
    _HEADER.pack_into(file, 0, mark, len(file), kind, version, 0, labels, len(used), *starts)
    return bytes(file)


def _read_names(model: bytes, at: int) -> Iterator[tuple[int, _Name]]:
    """Yield the number and the name of each entry of the dictionary at an offset."""
    tables = struct.unpack_from(f"<{2 * _TABLES}I", model, at + _DICTIONARY.size)
    for table, size in zip(tables[::2], tables[1::2], strict=True):
        for code, entry in _PAIR.iter_unpack(model[at + table : at + table + _PAIR.size * size]):
            if entry:
                number, length = _ENTRY.unpack_from(model, at + entry)
                first = at + entry + _ENTRY.size
                yield number, (model[first : first + length], code)


def _write_names(names: Sequence[_Name]) -> bytes:
    """Write a dictionary that leads from each name to its place in the sequence, and back."""
    start = _DICTIONARY.size + _PAIR.size * _TABLES
    entries, back = bytearray(), []
    tables: list[list[tuple[int, int]]] = [[] for _ in range(_TABLES)]
    for number, (name, code) in enumerate(names):
        back.append(start + len(entries))
        tables[code % _TABLES].append((code, back[-1]))
        entries += _ENTRY.pack(number, len(name)) + name
    places, slots = bytearray(), bytearray()
    for table in tables:
        places += _PAIR.pack(start + len(entries) + len(slots) if table else 0, 2 * len(table))
        slots += _hash_table(table)
    at_back = start + len(entries) + len(slots)
    head = _DICTIONARY.pack(b"CQDB", at_back + 4 * len(back), 0, _BYTE_ORDER, len(back), at_back)
    return b"".join((head, places, entries, slots, np.array(back, "<u4").tobytes()))


def _hash_table(entries: Sequence[tuple[int, int]]) -> bytes:
    """Lay (hash, offset) out with twice the room and linear probing."""
    slots = [(0, 0)] * (2 * len(entries))
    for code, entry in entries:
        at = (code >> 8) % len(slots)
        while slots[at][1]:
            at = (at + 1) % len(slots)
        slots[at] = code, entry
    return b"".join(_PAIR.pack(*slot) for slot in slots)


def _write_references(
    tag: bytes, at: int, sources: npt.NDArray[np.uint32], mask: npt.NDArray[np.bool_], count: int
) -> bytes:
    """Write which features each of `count` labels or attributes has; offsets are the file's, where this stands `at`."""
    numbers = np.flatnonzero(mask)
    numbers = numbers[np.argsort(sources[numbers], kind="stable")].astype("<u4")
    lengths = np.bincount(sources[numbers], minlength=count)
    lists = [
        len(part).to_bytes(4, "little") + part.tobytes()
        for part in np.split(numbers, np.cumsum(lengths)[:-1])
    ]
    first = at + _CHUNK.size + 4 * count
    offsets = first + 4 * (np.arange(count) + np.concatenate(([0], np.cumsum(lengths)[:-1])))
    body = offsets.astype("<u4").tobytes() + b"".join(lists)
    return _CHUNK.pack(tag, _CHUNK.size + len(body), count) + body
