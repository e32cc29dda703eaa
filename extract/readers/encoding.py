"""Bytes to text: which encoding a Chinese text is in is chosen by what comes out."""

import codecs
import re

#: Characters that are common in any Chinese text; a wrong decoding has hardly any of them.
_COMMON = re.compile(r"[，。、；：,;:的和是在有为了与一不\n]")
_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd]")
#: In UTF-8 that was cut or slightly damaged, at most one character in so many may be unreadable.
_DAMAGE = 500


def decode(data: bytes) -> tuple[str, str] | None:
    """Decode a text.

    Returns:
        The text without its byte order mark, and the encoding's name; None where the bytes are no text.
        Damaged places of a UTF-8 text come out as U+FFFD.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _mend(data[len(mark) :], name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and not _odd(text):
        return text, "utf-8"
    best = max(
        (_attempt(data, name) for name in ("gb18030", "utf-16-le", "utf-16-be")), key=lambda found: found[0]
    )
    mended = _mend(data, "utf-8")
    if mended and best[0] <= _score(mended[0]):
        return mended
    return (best[1], best[2]) if best[0] > 0 else None


def _attempt(data: bytes, name: str) -> tuple[float, str, str]:
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return 0.0, "", name
    return (0.0 if _odd(text) else _score(text)), text, name


def _mend(data: bytes, name: str) -> tuple[str, str] | None:
    text = data.decode(name, errors="replace")
    return None if _odd(text) else (text, name)


def _odd(text: str) -> bool:
    """Whether more characters than a damaged file can have are ones that no text has."""
    odd = sum(1 for _ in _ODD.finditer(text))
    return odd > 1 + len(text) // _DAMAGE or "\x00" in text


def _score(text: str) -> float:
    return sum(1 for _ in _COMMON.finditer(text)) / max(1, len(text))
