"""The projection as a workbook for analysts: documents, bodies, programs, mechanisms, targets, and facts with quotes.

Text of documents is text in every cell: what begins like a formula is neither run here nor by the reader's program.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

import networkx as nx

from policykg.kg.exports.tables import load
from policykg.kg.wording import Wording
from policykg.ontology.terms import Lang, label

#: Sheets and columns: (zh, en).
_WORDING = Wording(
    {
        "aliases": ("别名", "aliases"),
        "as_object": ("作客体的事实", "facts as object"),
        "as_subject": ("作主体的事实", "facts as subject"),
        "bodies": ("机构", "bodies"),
        "comparator": ("比较", "comparator"),
        "confidence": ("置信度", "confidence"),
        "date": ("日期", "date"),
        "document": ("文件", "document"),
        "documents": ("文件", "documents"),
        "due": ("期限", "due"),
        "end": ("止", "end"),
        "facts": ("事实", "facts"),
        "in_graph": ("全文在图中", "text in the graph"),
        "indicator": ("指标", "indicator"),
        "iri": ("标识", "IRI"),
        "kind": ("种类", "kind"),
        "mechanisms": ("机制", "mechanisms"),
        "mentions": ("提及", "mentions"),
        "modality": ("语气", "modality"),
        "name": ("名称", "name"),
        "no": ("否", "no"),
        "number": ("文号", "number"),
        "object": ("客体", "object"),
        "object_type": ("客体类型", "type of object"),
        "page": ("页", "page"),
        "programs": ("项目", "programs"),
        "provision": ("条款", "provision"),
        "quote": ("原文", "quote"),
        "relation": ("关系", "relation"),
        "rule": ("规则", "rule"),
        "rz": ("工具分类（罗斯韦尔与泽格维尔德）", "instrument (Rothwell & Zegveld)"),
        "rz_reason": ("归类理由", "reason"),
        "source": ("来源文件", "source file"),
        "start": ("起", "start"),
        "statement": ("事实标识", "statement"),
        "stip": ("工具分类（STIP）", "instrument (STIP)"),
        "stip_reason": ("归类理由（STIP）", "reason (STIP)"),
        "subject": ("主体", "subject"),
        "subject_type": ("主体类型", "type of subject"),
        "targets": ("目标", "targets"),
        "title": ("标题", "title"),
        "unit": ("单位", "unit"),
        "value": ("数值", "value"),
        "yes": ("是", "yes"),
    }
)
_ENTITY = ("name", "aliases", "documents", "mentions", "as_subject", "as_object")
_INSTRUMENTS = ("rz", "rz_reason", "stip", "stip_reason")
_SHEETS: dict[str, tuple[str, ...]] = {
    "documents": ("title", "number", "date", "kind", "in_graph", "source", "mentions", "iri"),
    "bodies": (*_ENTITY, "iri"),
    "programs": (*_ENTITY, "iri"),
    "mechanisms": (*_ENTITY, *_INSTRUMENTS, "iri"),
    "targets": ("name", "document", "kind", "indicator", "comparator", "value", "unit", "due", "iri"),
    "facts": (
        *("subject", "relation", "object", "modality", "quote", "document", "provision", "page"),
        *("subject_type", "object_type", "start", "end", "rule", "confidence", "statement"),
    ),
}
_WIDE = {"quote": 80, "name": 32, "title": 44, "document": 36, "documents": 44, "subject": 24, "object": 32}

# What a sheet's XML cannot hold, and the most characters that a cell can.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 32_767

#: The time stamp of every part: none is the graph's, and the same graph gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def xlsx(graph: nx.MultiDiGraph, *, lang: Lang = "zh") -> bytes:
    """Serialise as an Excel workbook.

    Raises:
        ExportError: the library for workbooks is not installed.
    """
    openpyxl = load("openpyxl", "xlsx")
    book = openpyxl.Workbook(write_only=True)
    rows = _Rows(graph, lang)
    for name, columns in _SHEETS.items():
        sheet = book.create_sheet(_WORDING.word(name, lang))
        sheet.freeze_panes = "A2"
        for place, column in enumerate(columns, start=1):
            letter = openpyxl.utils.get_column_letter(place)
            sheet.column_dimensions[letter].width = _WIDE.get(column, 16)
        listed = [[_WORDING.word(column, lang) for column in columns], *rows.of(name)]
        sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(columns))}{len(listed)}"
        for number, row in enumerate(listed):
            sheet.append(_cells(openpyxl, sheet, row, heading=number == 0))
    file = BytesIO()
    book.save(file)
    return _repack(file.getvalue())


class _Rows:
    def __init__(self, graph: nx.MultiDiGraph, lang: Lang) -> None:
        self.graph = graph
        self.lang = lang
        self.nodes = sorted(graph.nodes(data=True), key=lambda item: (item[1]["label"], item[0]))
        self.sources = {one["iri"]: one["source"] for one in graph.graph.get("documents", ())}

    def of(self, sheet: str) -> Iterator[Sequence[Any]]:
        if sheet == "documents":
            yield from self._documents()
        elif sheet == "targets":
            yield from self._targets()
        elif sheet == "facts":
            yield from self._facts()
        else:
            kind = {"bodies": "Body", "programs": "Program", "mechanisms": "Mechanism"}[sheet]
            yield from self._entities(kind)

    def _documents(self) -> Iterator[Sequence[Any]]:
        for key, data in self._typed("Document"):
            built = _WORDING.word("yes" if data.get("built") else "no", self.lang)
            facts = (data.get(name) for name in ("number", "date", "kind"))
            yield data["label"], *facts, built, self.sources.get(key), data["mentions"], key

    def _entities(self, kind: str) -> Iterator[Sequence[Any]]:
        for key, data in self._typed(kind):
            row: list[Any] = [data["label"], *("、".join(data[name]) for name in ("aliases", "documents"))]
            row += [data["mentions"], self.graph.out_degree(key), self.graph.in_degree(key)]
            if kind == "Mechanism":
                found = {one["scheme"]: one for one in data.get("instruments", ())}
                for scheme in ("rz", "stip"):
                    one: dict[str, str] = found.get(scheme, {})
                    row += [one.get(self.lang), one.get(f"reason_{self.lang}")]
            yield *row, key

    def _targets(self) -> Iterator[Sequence[Any]]:
        for key, data in self._typed("Target"):
            measures: tuple[dict[str, Any], ...] = data.get("measures") or ({},)
            for number in measures:
                measure = (
                    number.get(name) for name in ("kind", "indicator", "comparator", "value", "unit", "date")
                )
                yield data["label"], "、".join(data["documents"]), *measure, key

    def _facts(self) -> Iterator[Sequence[Any]]:
        nodes = self.graph.nodes
        facts = sorted(
            self.graph.edges(keys=True, data=True),
            key=lambda edge: (edge[3]["document"], edge[3]["start"], edge[2]),
        )
        for source, target, key, data in facts:
            yield (
                nodes[source]["label"],
                label(data["predicate"], self.lang),
                nodes[target]["label"],
                label(data["modality"], self.lang),
                *(data.get(name) for name in ("quote", "document", "provision", "page")),
                *(label(nodes[end]["type"], self.lang) for end in (source, target)),
                *(data.get(name) for name in ("start", "end", "rule", "confidence")),
                key,
            )

    def _typed(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((key, data) for key, data in self.nodes if data["type"] == kind)


def _cells(openpyxl: Any, sheet: Any, row: Iterable[Any], *, heading: bool) -> Iterator[Any]:
    for value in row:
        cell = openpyxl.cell.WriteOnlyCell(sheet)
        if isinstance(value, str):
            text = _NOT_XML.sub("\ufffd", value)
            cell.value = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
            # Set after the value, which makes a formula of "=…"; the mark keeps it text when the reader edits the cell.
            cell.data_type = "s"
            if text.startswith(("=", "+", "-", "@")):
                cell.quotePrefix = True
        else:
            cell.value = value
        if heading:
            cell.font = openpyxl.styles.Font(bold=True)
        yield cell


def _repack(content: bytes) -> bytes:
    """Write the parts again in sorted order without time stamps."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        # Readers that look at the first part expect the list of types.
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", part)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return packed.getvalue()
