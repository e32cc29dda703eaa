"""Makers of files in the formats that the readers know: PDF pages, Word files."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import pytest

#: A line on a page: its left edge, its height above the page's foot and its text; in points.
Placed = tuple[float, float, str]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """Make a PDF file: see `_pdf`."""
    return _pdf


@pytest.fixture(scope="session")
def make_docx() -> Callable[..., bytes]:
    """Make a Word file: see `_docx`."""
    return _docx


@pytest.fixture(scope="session")
def word_part() -> Callable[[str, str], str]:
    """Make a part of a Word file: see `_part`."""
    return _part


@pytest.fixture(scope="session")
def word_paragraph() -> Callable[..., str]:
    """Make a paragraph of a Word file: see `_paragraph`."""
    return _paragraph


def _pdf(pages: Sequence[Sequence[Placed]], *, size: float = 14, image: bool = False) -> bytes:
    """Make a PDF file of A4 pages in a font that is not embedded, or of pages with an image instead of text."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in range(6, 6 + 2 * len(pages), 2))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 5 0 R\n"
        + "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0\n"
        + "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>",
    ]
    for n, lines in enumerate(pages):
        drawn = "\n".join(
            f"BT /F1 {size} Tf 1 0 0 1 {left} {height} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
            for left, height, text in lines
        )
        if image:
            drawn = "q 200 0 0 200 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    data = b"%PDF-1.5\n"
    places = []
    for n, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{n} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{at:010d} 00000 n \n" for at in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode()


def _docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """Make a Word file of the XML inside `w:body` and of other parts by their path below `word/`."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
        )
        for name, content in (parts or {}).items():
            archive.writestr(f"word/{name}", content)
    return data.getvalue()


def _part(name: str, content: str) -> str:
    """Return a part of a Word file with its root element."""
    return f'<w:{name} xmlns:w="{_W}">{content}</w:{name}>'


def _paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph's XML."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}<w:r><w:t>{text}</w:t></w:r></w:p>"
