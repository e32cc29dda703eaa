"""Web pages: the text of the document on a page, and the page's table about it as data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from policykg.extract.normalise import has_sentence, squeeze
from policykg.extract.readers.composing import Piece, clean, compose
from policykg.extract.readers.plain import checked, decode_text, encoding_data
from policykg.extract.readers.source import DEFAULT_LIMITS, Limits, ReadError, over_limit
from policykg.extract.records import ReaderText
from policykg.extract.structure.labels import read_labels
from policykg.extract.structure.signatures import own_numbers
from policykg.extract.structure.titles import genre_of, looks_like_title
from policykg.extract.structure.wording import furniture_words

# What holds no text of a document, whatever stands in it.
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "map",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "link",
        "base",
        "nav",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "ucaptitle",
        "ucapcontent",
    ]
)
#: Elements that hold a text whole; a text never lies in less than one of them.
_HOLDERS = frozenset(["article", "body", "center", "div", "form", "html", "main", "section", "td"])
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
# A space that the page's source has only because a line of it ended there.
_SPACE = re.compile(r"[ \t\r\n\f]+")
_WIDE = "\u2e80-\u9fff\u3000-\u303f\uff00-\uffef"
# The white space must not be wide itself, or the search would begin anew at each character of a run of it.
_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t\f]*[\r\n][ \t\r\n\f]*(?=[{_WIDE}])")
#: A row of a table that holds longer cells arranges the page.
_CELL = 1500
_WAY = re.compile(
    r"(?:您?(?:的|现在的?)?当前?(?:所在)?位置|您(?:现)?在的?位置)\s*[:：]|(?:首页|网站首页)\s*(?:[>»›/]|$)"
)
_SITE = re.compile(r"\s*[-_—|]{1,2}\s*[^-_—|]{2,40}$")


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page as it is shown: its cells where it is a table's row, else itself.

    `links` is how many of its Chinese characters are links; `owner` the place of its element in the page's order.
    """

    cells: tuple[str, ...]
    links: int
    owner: int

    @property
    def text(self) -> str:
        """The line as it stands in the reader's text."""
        return " | ".join(self.cells)

    @property
    def is_link(self) -> bool:
        """Whether most of the line leads elsewhere."""
        return 2 * self.links > len(_HAN.findall(self.text))


def read_html(data: bytes, source: str, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read a web page; nothing that it names is fetched or run.

    The text has the document's title, where the page prints it elsewhere, and the lines of the document, table rows as
    one line with " | " between cells. Labelled data around it (发文字号, 成文日期 …) comes out as metadata.

    Raises:
        ReadError: it is damaged, nested too deep, or holds no policy text.
    """
    declared = _CHARSET.search(data[:4096])
    decoded = decode_text(data, source, declared[1].decode() if declared else "")
    if len(decoded.text) > 4 * limits.characters:
        raise over_limit(source, "the page is longer than the limit", "characters")
    root = _parse(decoded.text, source)
    blocks = list(_blocks(root))
    first, last = _article(root, blocks)
    inside = [n for n, block in enumerate(blocks) if first <= block.owner <= last]
    kept, labelled = _trim(blocks, inside)
    within = set(inside) - labelled
    around = [n for n in range(len(blocks)) if n not in within]
    values = _labels(blocks, around, inside[0] if inside else 0)
    for name, value in _declared(root):
        values.setdefault(name, value)
    paragraphs = [[Piece(blocks[n].text, n + 1)] for n in kept]
    heading = _heading(root, blocks, kept, values)
    if heading:
        paragraphs.insert(0, [heading])
    made = compose(
        paragraphs,
        source=source,
        unit="paragraph",
        metadata=(("format", "html"), *encoding_data(decoded), *values.items()),
    )
    return checked(made, limits)


def _parse(text: str, source: str) -> etree._Element:
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        recover=True,
    )
    try:
        root = etree.fromstring(text.replace("\x00", "").encode("utf-8", "ignore"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(
            source, f"the web page cannot be read ({error})", "save it anew from the browser"
        ) from None
    if root is None:
        raise ReadError(source, "the web page is empty", "save it anew from the browser")
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise ReadError(
            source,
            "the web page's elements are nested deeper than any real page's",
            "save it anew from the browser",
        )
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    return root


def _blocks(root: etree._Element) -> Iterator[Block]:
    """List the lines of a page in order."""
    parts: list[str] = []
    links = linked = 0
    order: list[int] = []
    count = -1
    row_until: etree._Element | None = None

    def flush() -> Iterator[Block]:
        nonlocal links
        if line := _shown("".join(parts)):
            yield Block((line,), links, order[-1] if order else 0)
        parts.clear()
        links = 0

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            count += 1
            if row_until is not None:
                continue
            if tag in _BLOCKS:
                yield from flush()
                order.append(count)
            if tag in ("head",):
                row_until = element
            elif tag == "tr" and (cells := _cells(element)):
                yield Block(cells, sum(_links(cell) for cell in element), count)
                row_until = element
            else:
                linked += tag == "a"
                parts.append(element.text or "")
                links += linked and len(_HAN.findall(element.text or ""))
            continue
        if row_until is not None and row_until is not element:
            continue
        if row_until is None:
            linked -= tag == "a"
        row_until = None
        if tag in _BLOCKS:
            yield from flush()
            order.pop()
        parts.append(element.tail or "")
        links += linked and len(_HAN.findall(element.tail or ""))
    yield from flush()


def _cells(row: etree._Element) -> tuple[str, ...]:
    """Return the cells of a data table's row; empty for a row that only arranges the page."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2 or any(cell.find(".//table") is not None for cell in cells):
        return ()
    texts = tuple(text for cell in cells if (text := _cell_text(cell)))
    return texts if len(texts) > 1 and max(map(len, texts)) <= _CELL else ()


def _cell_text(cell: etree._Element) -> str:
    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in _BLOCKS:
            parts.append(" ")
        text = element.text if event == "start" else (element.tail if element is not cell else "")
        parts.append(text or "")
    return _shown("".join(parts))


def _links(cell: etree._Element) -> int:
    return sum(len(_HAN.findall("".join(link.itertext()))) for link in cell.iter("a"))


def _shown(text: str) -> str:
    """Return a line as a browser shows it, without what its source's own line ends put into it."""
    return _SPACE.sub(" ", _BREAK.sub("", clean(text))).strip(" \u3000\u2002\u2003")


def _article(root: etree._Element, blocks: Sequence[Block]) -> tuple[int, int]:
    """Find the smallest part of the page that holds all its sentences; the first and last element's place."""
    ends: dict[int, int] = {}
    elements = list(root.iter())
    number = {element: n for n, element in enumerate(elements)}
    for n in range(len(elements) - 1, -1, -1):
        ends[n] = max(n, ends.get(n, n))
        parent = elements[n].getparent()
        if parent is not None:
            above = number[parent]
            ends[above] = max(ends.get(above, above), ends[n])
    owners = [block.owner for block in blocks if _is_own_sentence(block)]
    if not owners:
        return 0, len(elements)
    low, high = min(owners), max(owners)
    at: etree._Element | None = elements[low]
    while at is not None and (ends[number[at]] < high or at.tag not in _HOLDERS):
        at = at.getparent()
    return (0, len(elements)) if at is None else (number[at], ends[number[at]])


def _is_own_sentence(block: Block) -> bool:
    return (
        not block.is_link
        and has_sentence(block.text, least=8)
        and not any(advert.search(block.text) for advert in furniture_words().adverts)
    )


def _trim(blocks: Sequence[Block], inside: Sequence[int]) -> tuple[list[int], set[int]]:
    """Take the page's own lines off both ends of the article; also return the labelled ones among them."""
    buttons = frozenset(furniture_words().buttons)
    labels = _label_lines(blocks, inside)
    start, stop = 0, len(inside)
    dropped: set[int] = set()
    walked = 0
    # At the head the page's lines stand between title and text too, so each is judged by itself up to the first sentence.
    for at, n in enumerate(inside):
        if has_sentence(blocks[n].text, least=8) and n not in labels:
            break
        walked = at + 1
        if n in labels or _is_page(blocks[n], buttons):
            dropped.add(n)
    for at in range(stop - 1, max(start, walked) - 1, -1):
        if not (_is_page(blocks[inside[at]], buttons) or (inside[at] in labels and at > walked + 3)):
            break
        dropped.add(inside[at])
    return [n for n in inside if n not in dropped], dropped & labels


def _is_page(block: Block, buttons: frozenset[str]) -> bool:
    text = block.text
    words = [word for word in re.split(r"[\s|>｜/\[\]【】()（）:：]+", text) if word]
    return (
        (block.is_link and not looks_like_title(text))
        or bool(_WAY.search(text[:60]))
        or all(word in buttons for word in words)
        or any(advert.search(text) for advert in furniture_words().adverts)
    )


def _label_lines(blocks: Sequence[Block], chosen: Sequence[int]) -> set[int]:
    lines = [(n, cell) for n in chosen for cell in blocks[n].cells]
    used = read_labels([cell for _, cell in lines]).lines
    by_block: dict[int, list[bool]] = {}
    for at, (n, _) in enumerate(lines):
        by_block.setdefault(n, []).append(at in used)
    return {n for n, marks in by_block.items() if any(marks) and 2 * sum(marks) >= len(marks)}


def _labels(blocks: Sequence[Block], around: Sequence[int], first: int) -> dict[str, str]:
    """Read the labelled lines around the article, and a document number that stands alone before it."""
    lines = [cell for n in around for cell in blocks[n].cells]
    values = dict(read_labels(lines).values)
    for n in around:
        if n < first and "number" not in values:
            text = blocks[n].text
            found = next(own_numbers(text, 0, min(len(text), 80)), None)
            if found and squeeze(text) == found[0]:
                values["number"] = found[0]
    return values


def _declared(root: etree._Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name, content = (meta.get("name") or "").lower(), _shown(meta.get("content") or "")
        if name == "articletitle" and content:
            yield "title", content
        if name == "pubdate" and content:
            yield "published", content


def _heading(
    root: etree._Element, blocks: Sequence[Block], kept: Sequence[int], values: dict[str, str]
) -> Piece | None:
    """Return the title that the page prints apart from the text; None where the text begins with it."""
    named = next((element for element in root.iter("title")), None)
    window = _SITE.sub("", _shown("".join(named.itertext()))) if named is not None else ""
    heads = [_shown("".join(element.itertext())) for element in root.iter("h1", "ucaptitle")]
    for title in (values.get("title", ""), *heads, window):
        if not looks_like_title(title, weak=True) or not genre_of(title):
            continue
        body = squeeze("".join(blocks[n].text for n in kept[:40]))[:1500]
        if squeeze(title) in body:
            return None
        place = next((n for n, block in enumerate(blocks) if squeeze(block.text) == squeeze(title)), -1)
        return Piece(title, place + 1 or 1)
    return None
