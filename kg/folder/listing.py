"""The documents of a graph, what runs did to them and how their sources stand, as tables for the command line."""

from collections.abc import Sequence

from policykg.kg.folder.manifest import Manifest, Run
from policykg.kg.folder.verify import Misquotation, Verification
from policykg.kg.query import Lang, Table, Value
from policykg.kg.wording import Wording

#: Column headings, words and titles, (zh, en) each.
_WORDING = Wording(
    {
        "action": ("操作", "action"),
        "add": ("添加", "add"),
        "added": ("新增", "added"),
        "build": ("构建", "build"),
        "change": ("变更", "change"),
        "changed": ("更新", "changed"),
        "completed": ("补完", "completed"),
        "date": ("日期", "date"),
        "document": ("文件", "document"),
        "documents": ("文件数", "documents"),
        "end": ("止", "end"),
        "facts": ("事实", "facts"),
        "found": ("来源现文", "found there"),
        "gone": ("消失", "gone"),
        "given": ("对象", "given"),
        "issuers": ("发文机关", "issuers"),
        "kept": ("标准输入", "standard input"),
        "misquotations": ("与来源不符的引文", "quotations that do not stand in their sources"),
        "missing": ("缺失", "missing"),
        "moved": ("移位", "moved"),
        "name": ("文件", "document"),
        "number": ("文号", "number"),
        "places": ("处数", "places"),
        "program": ("程序版本", "program"),
        "quotations": ("引文", "quotations"),
        "quote": ("引文", "quotation"),
        "reason": ("原因", "reason"),
        "remove": ("移除", "remove"),
        "removed": ("移除", "removed"),
        "same": ("未变", "same"),
        "skipped": ("略过", "left out"),
        "source": ("来源", "source"),
        "start": ("起", "start"),
        "state": ("状态", "state"),
        "triples": ("三元组", "triples"),
        "unreadable": ("无法读取", "unreadable"),
        "when": ("时间", "when"),
        "wrong": ("不符", "wrong"),
    }
)


def document_table(graph: Manifest) -> Table:
    """List the documents of a graph by their names."""
    rows = [
        (one.name, one.number, one.date, "、".join(one.issuers), one.source, one.facts, one.triples)
        for one in sorted(graph.documents, key=lambda one: one.name)
    ]
    names = ("name", "number", "date", "issuers", "source", "facts")
    return _WORDING.table("", "", names, rows, details=("triples",))


def run_table(graph: Manifest, lang: Lang) -> Table:
    """List the runs that changed a graph, the first one first: counts of documents, for machines also their names."""
    names = ("when", "action", "given", "added", "changed", "removed", "skipped", "completed", "program")
    rows = [
        (
            one.when,
            _WORDING.word(one.action, lang),
            _listed(one.given),
            len(one.added),
            len(one.changed),
            len(one.removed),
            len(one.skipped),
            "; ".join(one.completed),
            one.program,
        )
        for one in graph.runs
    ]
    return _WORDING.table("", "", names, rows)


def change_table(graph: Manifest, run: Run, lang: Lang) -> Table:
    """List the documents that a run added, changed and removed; of those removed only the names are known."""
    by_name = {one.name: one for one in graph.documents}
    rows: list[tuple[Value, ...]] = []
    for change, names in (("added", run.added), ("changed", run.changed), ("removed", run.removed)):
        for name in names:
            one = by_name.get(name)
            described = (one.number, one.date, one.source, one.facts) if one else ("", "", "", None)
            rows.append((_WORDING.word(change, lang), name, *described))
    if not run.added and not run.changed:
        return _WORDING.table("", "", ("change", "document"), [row[:2] for row in rows])
    return _WORDING.table("", "", ("change", "document", "number", "date", "source", "facts"), rows)


def verification_tables(found: Verification, lang: Lang) -> tuple[Table, ...]:
    """List the sources with their states, and the quotations that do not stand in them, those that are gone first.

    A quotation is listed once a document, with the number of its places, the first of which is given.
    """
    sources = [
        (one.source, _WORDING.word(one.state, lang), one.documents, one.quotations, one.wrong, one.reason)
        for one in found.sources
    ]
    places: dict[tuple[bool, str, str, str], list[Misquotation]] = {}
    for one in found.misquotations:
        places.setdefault((one.moved, one.source, one.document, one.quote), []).append(one)
    wrong = [
        (
            _WORDING.word("moved" if moved else "gone", lang),
            document,
            quote,
            found_at[0].start,
            found_at[0].end,
            len({one.start for one in found_at}),
            found_at[0].found,
            source,
        )
        for (moved, source, document, quote), found_at in sorted(places.items(), key=lambda pair: pair[0][:1])
    ]
    tables = [
        _WORDING.table("", "", ("source", "state", "documents", "quotations", "wrong", "reason"), sources)
    ]
    if wrong:
        columns = ("state", "document", "quote", "start", "end", "places", "found", "source")
        tables.append(_WORDING.table("", _WORDING.word("misquotations", lang), columns, wrong))
    return tuple(tables)


def _listed(given: Sequence[str]) -> str:
    return " ".join(given) if len(given) <= 4 else f"{' '.join(given[:3])} … ({len(given)})"
