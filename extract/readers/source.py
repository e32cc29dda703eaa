"""What a file is: told from its bytes, never from its name."""

import re
from pathlib import Path

from policykg.ontology.errors import PolicyKGError


class ReadError(PolicyKGError):
    """A file from which no policy text can be read.

    Attributes:
        path: the file, as it was given.
        reason: what is wrong with it.
        advice: what the user can do.
    """

    def __init__(self, path: str, reason: str, advice: str) -> None:
        super().__init__(f"{path}: {reason}; {advice}")
        self.path = path
        self.reason = reason
        self.advice = advice


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF file"),
    (b"{\\rtf", "an RTF file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (DOC, XLS or PPT)"),
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
_OFFICE = (
    (b"word/", "a DOCX file"),
    (b"xl/", "an XLSX file"),
    (b"ppt/", "a PPTX file"),
    (b"mimetypeapplication/", "an OpenDocument or EPUB file"),
)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_source(path: Path) -> bytes:
    """Read a file's bytes.

    Raises:
        ReadError: there is no such file, it is a folder, or it may not be read.
    """
    try:
        return path.read_bytes()
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


def foreign_format(data: bytes) -> str | None:
    """Name the format that the bytes are in when it is not plain text, e.g. "a PDF file"; None for text."""
    head = data[:4096]
    for magic, name in _MAGIC:
        if head.startswith(magic) and (magic not in _WEAK_MAGIC or _CONTROL.search(head)):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "an image (WebP)"
    if head.startswith(b"PK\x03\x04"):
        return next((name for mark, name in _OFFICE if mark in data), "a ZIP archive")
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "a web page (HTML)"
    return None
