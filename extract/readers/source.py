"""What a file is: told from its bytes, never from its name."""

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from policykg.ontology.errors import PolicyKGError

#: The formats that are read; what is none of them is named by `foreign_format`.
Format = Literal["text", "html", "pdf", "docx", "zip"]


class ReadError(PolicyKGError):
    """A file from which no policy text can be read.

    Attributes:
        path: the file, as it was given; `ARCHIVE/MEMBER` for a file in an archive.
        reason: what is wrong with it.
        advice: what the user can do.
    """

    def __init__(self, path: str, reason: str, advice: str) -> None:
        path, reason, advice = (_one_line(part) for part in (path, reason, advice))
        super().__init__(f"{path}: {reason}; {advice}")
        self.path = path
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one input may hold; what holds more is refused with a message that names the limit.

    Sizes are in bytes and in characters; `nesting` counts archives within archives; `seconds` is the time that one
    scanned page may take.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 1_000_000_000
    members: int = 10_000
    nesting: int = 2
    pages: int = 5_000
    characters: int = 20_000_000
    seconds: int = 120


DEFAULT_LIMITS = Limits()


class LimitError(PolicyKGError, ValueError):
    """Limits that are none; the text lists all faults, and the limits there are."""


def parse_limits(given: Iterable[str]) -> Limits:
    """Read limits from `NAME=NUMBER`, a field of `Limits` each; those that are not named keep their defaults.

    Raises:
        LimitError
    """
    known = asdict(DEFAULT_LIMITS)
    found, faults = {}, []
    for text in given:
        name, _, number = (part.strip() for part in text.partition("="))
        if name not in known:
            faults.append(f"{text!r}: there is no limit {name!r}")
        elif not (number.isascii() and number.isdigit()):
            faults.append(f"{text!r}: {number!r} is no whole number")
        else:
            found[name] = int(number)
    if faults:
        listed = ", ".join(f"{name}={number}" for name, number in known.items())
        raise LimitError("; ".join(map(_one_line, faults)) + f"; the limits and their defaults: {listed}")
    return replace(DEFAULT_LIMITS, **found)


def over_limit(source: str, reason: str, limit: str, *, advice: str = "split it") -> ReadError:
    """Make the error for an input that holds more than a limit, which `limit` names."""
    return ReadError(source, reason, f"{advice}, or raise the limit: --limit {limit}=NUMBER")


#: What `zipfile` raises on damaged archives, and on methods of packing and protecting that it does not know.
ARCHIVE_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG\r\n\x1a\n", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"II*\x00", "an image (TIFF)"),
    (b"MM\x00*", "an image (TIFF)"),
    (b"BM", "an image (BMP)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
# Printable text may begin with these letters too, so they count only where control bytes follow.
_WEAK_MAGIC = (b"BM", b"MZ", b"BZh", b"GIF8")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = (
    (b"xl/", "an Excel workbook (XLSX)"),
    (b"ppt/", "a PowerPoint file (PPTX)"),
    (b"mimetypeapplication/", "an OpenDocument or EPUB file"),
)
_OPENING = rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,4}"
_HTML = re.compile(_OPENING + rb"<(?:!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE | re.DOTALL)
# A piece of a page that was saved without its head; Markdown may begin with such an element too.
_PIECE = re.compile(
    _OPENING + rb"<(?:div|table|p|span|article|section|main|style|script|font|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING = re.compile(rb"</(?:div|p|td|tr|span)>|<br", re.IGNORECASE)
_MARKDOWN = re.compile(rb"^(?:#{1,6} |\*\*|[-*] )", re.MULTILINE)
_MHTML = re.compile(
    rb"(?:[A-Za-z-]{1,40}: [^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n)*){0,20}MIME-Version: 1\.0",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_AS_TEXT = "save its text as .txt, .docx or PDF and give that"
_UNPACK = "unpack it and give the files or the folder"
_ADVICE = {
    "an RTF file": "open it in Word or WPS and save it as .docx",
    "a program": "give the document itself",
    "a PowerPoint file (PPTX)": _AS_TEXT,
    "an Excel workbook (XLSX)": _AS_TEXT,
    "an OpenDocument or EPUB file": "save it as .docx or PDF and give that",
    "an old Office file (DOC, XLS or PPT)": "open it in Word or WPS and save it as .docx",
    "a web archive (MHTML)": "save the page as HTML and give that",
}


def read_source(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read a file's bytes.

    Raises:
        ReadError: there is no such file, it is a folder, it may not be read, or it is larger than the limit.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError
        # A pipe or a device has no size and may never end, so no more than the limit is taken from any file.
        with path.open("rb") as stream:
            return read_stream(stream, str(path), limits)
    except FileNotFoundError:
        raise ReadError(str(path), "there is no such file", "check the name and the folder") from None
    except IsADirectoryError:
        raise ReadError(str(path), "this is a folder", "name the files in it, e.g. with *.txt") from None
    except PermissionError:
        raise ReadError(
            str(path), "you may not read this file", "change its permissions or copy it"
        ) from None
    except (OSError, ValueError) as error:
        raise ReadError(
            str(path), f"the file cannot be read ({error})", "check the disk, or copy the file"
        ) from None


def read_stream(stream: BinaryIO, name: str, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Read a stream to its end.

    Raises:
        ReadError: it holds more than the limit.
    """
    data = stream.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise over_limit(name, f"it is larger than the limit of {amount(limits.file_bytes)}", "file_bytes")
    return data


def find_format(data: bytes, source: str) -> Format:
    """Tell the format of a file from its content.

    Raises:
        ReadError: it is empty, or in a format that is not read.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise ReadError(source, "the file is empty", "check that it was saved or downloaded whole")
    head = data[:4096]
    # Mail gateways and web servers put lines before a PDF; its readers look for its mark in the first kilobyte.
    if head.startswith(b"%PDF-") or (b"%PDF-" in head[:1024] and not _HTML.match(head) and b"endobj" in data):
        return "pdf"
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError(
                source,
                "the file is protected by a password",
                "remove the password (save a copy without) and give that",
            )
        raise _foreign(source, "an old Office file (DOC, XLS or PPT)")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        if b"word/document" in data or b"word/" in head:
            return "docx"
        for mark, name in _OFFICE:
            if mark in head or (b"[Content_Types].xml" in data and mark in data):
                raise _foreign(source, name)
        return "zip"
    for magic, name in _MAGIC:
        if head.startswith(magic) and (magic not in _WEAK_MAGIC or _CONTROL.search(head)):
            raise _foreign(source, name)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise _foreign(source, "an image (WebP)")
    if _MHTML.match(head):
        raise _foreign(source, "a web archive (MHTML)")
    return "html" if _is_html(head) else "text"


def _is_html(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return True
    return bool(_PIECE.match(head)) and len(_CLOSING.findall(head)) >= 3 and not _MARKDOWN.search(head)


def _foreign(source: str, name: str) -> ReadError:
    if "image" in name:
        advice = "join the page images to a PDF and give that with --ocr"
    else:
        advice = _ADVICE.get(name, _UNPACK)
    return ReadError(source, f"this is {name}, not a format that is read", advice)


def amount(size: int) -> str:
    """Write a number of bytes for a message."""
    return f"{size / 1_000_000:g} MB" if size >= 1_000_000 else f"{size} bytes"


def _one_line(text: str) -> str:
    """Make a text that came from outside fit for one line of a message."""
    line = "".join(char if char.isprintable() else " " for char in text.replace("\ufffd", "?"))
    return line if len(line) <= 300 else line[:140] + " … " + line[-140:]
