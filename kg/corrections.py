"""Hand corrections: a table that a person keeps beside the graph, applied at every build.

`corrections.tsv` in the output folder, or the file of `policykg build --corrections`; UTF-8, tabs between cells, a header:

    action  subject         predicate  object            modality  document    quote            note
    merge   Body:海创部                海洋创新部                                             one ministry, two forms
    split   Program:蓝湾               蓝湾计划                    某某规划                   here the plan is meant
    rename  海创部                     海洋创新部                                             as it calls itself
    retype  Program:积分制             Mechanism                                              an instrument, not a place
    drop    海创部          funds      蓝湾计划                                               the sentence says otherwise
    add     海创部          employs    积分制            required  某某办法    海创部推行积分制 missed

`subject` and `object` are names in any form the documents use, behind their type and a colon where types share a name. A
`split` gives the form a name of its own (`object`, else itself), in one `document` where one is named. `add` needs the
`quote` that says so, word for word. Cells that an action does not use stay empty; unused columns may be left out. Each
correction's note is kept in the graph (`policykg show NAME --why`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from policykg.extract.records import ENTITY_TYPES, MODALITIES, PREDICATES, THIS_DOCUMENT
from policykg.kg import names
from policykg.ontology.errors import PolicyKGError
from policykg.ontology.terms import label

#: The file that a build looks for in its output folder.
CORRECTIONS_FILE = "corrections.tsv"

Action = Literal["merge", "split", "rename", "retype", "drop", "add"]
ACTIONS: tuple[Action, ...] = get_args(Action)
COLUMNS = ("action", "subject", "predicate", "object", "modality", "document", "quote", "note")

#: The columns that an action needs, and those that it may have beside `action` and `note`.
_NEEDED: Mapping[Action, tuple[str, ...]] = {
    "merge": ("subject", "object"),
    "split": ("subject",),
    "rename": ("subject", "object"),
    "retype": ("subject", "object"),
    "drop": ("subject", "predicate", "object"),
    "add": ("subject", "predicate", "object", "document", "quote"),
}
_OPTIONAL: Mapping[Action, tuple[str, ...]] = {
    "merge": (),
    "split": ("object", "document"),
    "rename": (),
    "retype": (),
    "drop": ("document",),
    "add": ("modality",),
}


class CorrectionError(PolicyKGError, ValueError):
    """A corrections file that cannot be used; `faults` holds one line each: place, what is wrong, what would be right."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One row; `place` is its file and line. Predicate and modality are ours, whatever label the row has."""

    place: str
    action: Action
    subject: str
    predicate: str = ""
    object: str = ""
    modality: str = ""
    document: str = ""
    quote: str = ""
    note: str = ""

    @property
    def reason(self) -> str:
        """What the graph keeps of the correction."""
        what = " ".join(
            part for part in (self.action, self.subject, self.predicate, self.object, self.document) if part
        )
        return f"correction: {what}" + (f": {self.note}" if self.note else "")


def load_corrections(path: Path) -> tuple[Correction, ...]:
    """Read a corrections file.

    Raises:
        CorrectionError: it cannot be read, breaks the format, or contradicts itself; all faults are listed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise CorrectionError(
            [f"{path}: the corrections cannot be read: {reason}; save them as UTF-8"]
        ) from error
    return parse_corrections(text, str(path))


def parse_corrections(text: str, file: str) -> tuple[Correction, ...]:
    """Read corrections from the text of a file; raises as `load_corrections` does."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = [cell.strip() for cell in lines[0].split("\t")]
    wrong = [column for column in header if column not in COLUMNS]
    if wrong or not {"action", "subject"} <= set(header) or len(set(header)) < len(header):
        raise CorrectionError(
            [f"{file}:1: wrong header; the columns are {' '.join(COLUMNS)}, separated by tabs"]
        )
    faults: list[str] = []
    corrections: list[Correction] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(header) and any(cells[len(header) :]):
            faults.append(f"{place}: {len(cells)} cells; there are {len(header)} columns")
            continue
        row = dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))
        problems = list(_faults(row))
        faults += [f"{place}: {problem}" for problem in problems]
        if not problems:
            corrections.append(_correction(row, place))
    faults += _contradictions(corrections)
    if faults:
        raise CorrectionError(faults)
    return tuple(corrections)


def _correction(row: Mapping[str, str], place: str) -> Correction:
    action: Action = row["action"]  # type: ignore[assignment]
    modality = _words()["modality"].get(row["modality"], "stated" if action == "add" else "")
    return Correction(
        place=place,
        action=action,
        subject=row["subject"],
        predicate=_words()["predicate"].get(row["predicate"], ""),
        object=_words()["type"].get(row["object"], "") if action == "retype" else row["object"],
        modality=modality,
        document=row["document"],
        quote=row["quote"],
        note=row["note"],
    )


def _faults(row: Mapping[str, str]) -> Iterator[str]:
    action = row["action"]
    if action not in ACTIONS:
        yield f"unknown action {action!r}; actions are {', '.join(ACTIONS)}"
        return
    needed, optional = _NEEDED[action], _OPTIONAL[action]
    for column in COLUMNS[1:-1]:
        if column in needed and not row[column]:
            yield f"{action} needs a value in the column {column}"
        elif row[column] and column not in (*needed, *optional):
            yield f"{action} has no {column}; leave the cell empty"
    for column, choices in (("predicate", PREDICATES), ("modality", MODALITIES)):
        if (
            row[column]
            and column in (*needed, *optional)
            and row[column] not in _words()["modality" if column == "modality" else "predicate"]
        ):
            yield f"unknown {column} {row[column]!r}; it is one of {', '.join(choices)}"
    if action == "retype" and row["object"] and row["object"] not in _words()["type"]:
        yield f"unknown type {row['object']!r}; types are {', '.join(ENTITY_TYPES)}"
    if action == "split" and row["document"] and not row["object"]:
        yield "split in one document needs the name that the thing shall have there, as its object"
    if action in ("drop", "add") and THIS_DOCUMENT in (row["subject"], row["object"]) and not row["document"]:
        yield f"{THIS_DOCUMENT} needs the document that is meant"
    if action in ("merge", "rename") and row["subject"] and _key(row["subject"]) == _key(row["object"]):
        yield f"{action} of {row['subject']} with itself; remove the row"


def _contradictions(corrections: Sequence[Correction]) -> Iterator[str]:
    """Yield a fault for every row that an earlier one rules out, and for merges that lead back to where they began."""
    seen: dict[tuple[str, ...], Correction] = {}
    merged: dict[str, Correction] = {}
    for one in corrections:
        subject = _key(one.subject)
        if one.action in ("drop", "add"):
            fact = ("fact", subject, one.predicate, _key(one.object), _key(one.document))
            other = seen.setdefault(fact, one)
            # A fact may be said in several sentences; only dropping it and adding it cannot both be meant.
            if other.action != one.action:
                yield _clash(one, other)
            continue
        fate = "name" if one.action in ("merge", "split") else one.action
        other = seen.setdefault((fate, subject, _key(one.document)), one)
        if (other.action, _key(other.object)) != (one.action, _key(one.object)):
            yield _clash(one, other)
        elif one.action == "merge":
            merged[subject] = one
    for name, one in merged.items():
        at, path = _key(one.object), {name}
        while at in merged and at not in path:
            path.add(at)
            at = _key(merged[at].object)
        if at == name:
            yield f"{one.place}: merge of {one.subject} leads back to itself; remove one of the merges"


def _clash(one: Correction, other: Correction) -> str:
    return (
        f"{one.place}: {one.action} {one.subject} contradicts {other.action} in {other.place.rpartition('/')[2]};"
        " keep one of them"
    )


def _key(name: str) -> str:
    type_, text = names.split_type(name, None)
    return f"{type_ or ''}:{names.fold(text)}"


@cache
def _words() -> dict[str, dict[str, str]]:
    """What may stand in a cell, and our term for it: the term itself or its label in either language."""
    terms = {"predicate": PREDICATES, "modality": MODALITIES, "type": ENTITY_TYPES}
    return {
        column: {word: term for term in listed for word in (label(term, "zh"), label(term, "en"), term)}
        for column, listed in terms.items()
    }
