"""Bytes to text: which encoding a Chinese text is in is chosen by what comes out."""

import codecs
import re
from dataclasses import dataclass

#: Characters that are common in any Chinese text, simplified or traditional; a wrong decoding has hardly any of them.
_COMMON = re.compile(r"[，。、；：,;:的和是在有为為了与與一不及国國\n]")
_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd]")
#: In UTF-8 that was cut or slightly damaged, at most one character in so many may be unreadable.
_DAMAGE = 500
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHERS = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text without its byte order mark and its encoding; `damage` is the byte of the first unreadable place."""

    text: str
    encoding: str
    damage: int | None = None


def decode(data: bytes, declared: str = "") -> Decoded | None:
    """Decode a text.

    Args:
        declared: the encoding that the file names itself, tried first where it is one that Chinese texts are in.
    Returns:
        None where the bytes are no text. Damaged places of a UTF-8 text come out as U+FFFD.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _mend(data[len(mark) :], name, len(mark))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and not _odd(text):
        return Decoded(text, "utf-8")
    others = [_attempt(data, name) for name in _OTHERS]
    if declared:
        own = next((found for found in others if found[2] == _known(declared)), None)
        if own and own[0] > 0:
            return Decoded(own[1], own[2])
    best = max(others, key=lambda found: found[0])
    mended = _mend(data, "utf-8", 0)
    if mended and best[0] <= _score(mended.text):
        return mended
    return Decoded(best[1], best[2]) if best[0] > 0 else None


def first_fault(data: bytes) -> tuple[str, int, str] | None:
    """Say where a text that is in no one encoding goes wrong.

    Returns:
        The encoding up to there, the byte at which it ends (counted from 0), and the encoding in which the next piece
        can be read ("" where in none); None where the beginning is no text either.
    """
    for name in ("utf-8", "gb18030"):
        try:
            data.decode(name)
        except UnicodeDecodeError as error:
            before = data[: error.start].decode(name)
            if len(before) < 20 or _odd(before) or not _COMMON.search(before):
                continue
            line_end = data.find(b"\n", error.start)
            piece = data[error.start : line_end if line_end > 0 else error.start + 400]
            after = max(
                (_attempt(piece, other) for other in ("utf-8", *_OTHERS[:2])), key=lambda found: found[0]
            )
            return name, error.start, after[2] if after[0] > 0 else ""
    return None


def _known(declared: str) -> str:
    name = declared.strip().lower().replace("_", "-")
    if name in ("gb2312", "gbk", "gb18030", "x-gbk", "cp936", "euc-cn"):
        return "gb18030"
    if name in ("big5", "big5-hkscs", "cp950", "x-x-big5"):
        return "big5hkscs"
    return name


def _attempt(data: bytes, name: str) -> tuple[float, str, str]:
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return 0.0, "", name
    return (0.0 if _odd(text) else _score(text)), text, name


def _mend(data: bytes, name: str, skipped: int) -> Decoded | None:
    try:
        return Decoded(data.decode(name), name) if not _odd(data.decode(name)) else None
    except UnicodeDecodeError as error:
        damage = error.start + skipped
    text = data.decode(name, errors="replace")
    return None if _odd(text) else Decoded(text, name, damage)


def _odd(text: str) -> bool:
    """Whether more characters than a damaged file can have are ones that no text has."""
    odd = sum(1 for _ in _ODD.finditer(text))
    return odd > 1 + len(text) // _DAMAGE or "\x00" in text


def _score(text: str) -> float:
    return sum(1 for _ in _COMMON.finditer(text)) / max(1, len(text))
