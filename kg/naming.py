"""What documents are called in the graph."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from policykg.extract.normalise import fold, squeeze
from policykg.extract.records import DocumentRecord

#: So many characters of an untitled text are shown in its place.
_BEGINNING = 20


def name_documents(records: Sequence[DocumentRecord]) -> list[str]:
    """Find each document's name in the graph; no two are alike.

    A document is named by its title, one without title by its file's stem and its place in the file. Of several with
    one title the earliest keeps the title alone; the others add their number, their date or, where that is not enough,
    a count. Neither the order of the records nor the folders of the files matter.
    """
    order = sorted(range(len(records)), key=lambda i: _age(records[i]))
    places: dict[tuple[str, str], int] = {}
    names = [""] * len(records)
    taken: set[str] = set()
    for i in sorted(order, key=lambda i: _age(records[i])[2:]):
        source = records[i].source
        places[source.source, source.text] = place = places.get((source.source, source.text), 0) + 1
        names[i] = f"{PurePath(source.source).stem}-{place}"
    for i in order:
        info = records[i].span.info
        title = bare_title(info.title)
        wanted = (
            [title, *(edition_name(title, mark) for mark in (info.number, info.date) if mark)]
            if title
            else [names[i]]
        )
        count = 1
        while (found := next((w for w in wanted if squeeze(w) not in taken), None)) is None:
            count += 1
            wanted.append(edition_name(wanted[0], str(count)))
        names[i] = found
        taken.add(squeeze(found))
    return names


def untitled_label(name: str, text: str, *, fragment: bool) -> str:
    """Return what people read for the name of a document without title: with the words that it begins with."""
    kind = "残篇" if fragment else "无题"
    return f"〔{kind}〕{name}：{squeeze(text[:200])[:_BEGINNING]}……"


def edition_name(title: str, mark: str) -> str:
    """Return the name of one of several documents with a title; `mark` is its number, date or count."""
    return f"{title}-{mark}"


def number_key(number: str) -> str:
    """Return what is the same for all ways to print a document number: 国科发〔2021〕1号, 国科发[2021] 1号.

    Example:
        >>> number_key("国科发〔２０２１〕 1号")
        '国科发[2021]1号'
    """
    return squeeze(fold(number)).replace("【", "[").replace("】", "]").replace("第", "")


def bare_title(title: str) -> str:
    """Return a title without white space and without 《》 around it; those within stay."""
    squeezed = squeeze(title)
    inner = squeezed[1:-1]
    # 《甲法》和《乙法》 begins and ends with brackets too, but they are not one pair.
    enclosed = squeezed.startswith("《") and squeezed.endswith("》")
    return inner if enclosed and not re.search("》[^》]*《", squeezed) else squeezed


def _age(record: DocumentRecord) -> tuple[str, str, str, int, str]:
    info = record.span.info
    return (
        info.date or "9999",
        info.number,
        PurePath(record.source.source).name,
        record.span.start,
        record.source.text[record.span.start : record.span.start + 200],
    )
