"""What the command line writes: tables to stdout, progress and warnings to stderr."""

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from policykg.ontology.errors import PolicyKGError
from policykg.ontology.terms import label

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from networkx import MultiDiGraph

    from policykg.kg.assemble import Report
    from policykg.kg.folder.sources import Progress
    from policykg.kg.paths import Path
    from policykg.kg.query import Table as Answer

Format = Literal["table", "json", "csv", "tsv", "excel"]
Lang = Literal["zh", "en"]

Cell = str | int | float | None


class UnknownTable(PolicyKGError):
    """An answer has no table of this name."""


#: Progress is shown for work that the reader would wait for.
_STAGES: dict[str, str] = {"read": "reading", "extract": "extracting", "store": "storing", "draw": "drawing"}


def write_rows(
    headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, format: Format, title: str = ""
) -> None:
    """Write a table to stdout.

    json is a list of objects keyed by heading, csv and tsv have a heading line; tsv escapes nothing but tabs and
    line ends, which become spaces. excel is csv as Excel opens it by a double click: with a byte order mark, without which
    it reads Chinese as another encoding, and with an apostrophe before text that it would run as a formula.
    """
    if format == "json":
        objects = [dict(zip(headings, row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps(objects, ensure_ascii=False, indent=1) + "\n")
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([headings, *rows])
    elif format == "excel":
        sys.stdout.write("\ufeff")
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerows([[_no_formula(cell) for cell in row] for row in (headings, *rows)])
    elif format == "tsv":
        for row in (headings, *rows):
            sys.stdout.write("\t".join(" ".join(_cell(cell).split()) for cell in row) + "\n")
    else:
        _write_table(headings, rows, title)


def write_table(table: "Answer", *, format: Format, lang: Lang = "zh") -> None:
    """Write an answer; tables for people leave the detail columns out, other formats have them all.

    Rows that then look the same are one, with their number.
    """
    if format != "table":
        write_rows([column.name for column in table.columns], table.rows, format=format)
        return
    shown = [
        place for place, column in enumerate(table.columns) if not column.detail or column.name in _SUBJECT
    ]
    headings = [table.columns[place].heading(lang) for place in shown]
    rows = [[row[place] for place in shown] for row in table.rows]
    names = [table.columns[place].name for place in shown]
    headings, rows = _join_source(names, headings, rows, lang)
    counts = Counter(map(tuple, rows))
    if len(counts) < len(rows):
        headings = [*headings, "次数" if lang == "zh" else "times"]
        rows = [[*row, number] for row, number in counts.items()]
    _write_table(headings, rows, title=table.title)


def write_tables(
    tables: Sequence["Answer"],
    *,
    record: "DataclassInstance",
    format: Format,
    lang: Lang = "zh",
    only: str | None = None,
) -> None:
    """Write several tables, or one of them.

    As json, the record that they lay out, with all that it holds. As csv, tsv or excel, one table whose first column says
    which of the tables a row is of, and whose others are the columns of all.

    Args:
        only: the name of the one table to write, with its own columns.
    Raises:
        UnknownTable: there is none of this name.
    """
    if only is not None:
        by_name = {table.name: table for table in tables}
        if only not in by_name:
            raise UnknownTable(f"no table {only!r}; there are: {', '.join(by_name)}")
        write_table(by_name[only], format=format, lang=lang)
    elif format == "json":
        sys.stdout.write(json.dumps(asdict(record), ensure_ascii=False, indent=1) + "\n")
    elif format == "table":
        for table in tables:
            write_table(table, format=format, lang=lang)
    else:
        names = list(dict.fromkeys(column.name for table in tables for column in table.columns))
        rows = [
            [table.name, *(row.get(name) for name in names)] for table in tables for row in table.records()
        ]
        write_rows(["table", *names], rows, format=format)


def write_paths(paths: Sequence["Path"], *, format: Format, lang: Lang = "zh") -> None:
    """Write ways between two things, one row a step."""
    names = ("way", "from", "relation", "to", "modality", "quote", *_SOURCE, *_SUBJECT)
    rows: list[list[Cell]] = [
        [
            number,
            step.source,
            f"—{label(step.predicate, lang)}→" if step.forward else f"←{label(step.predicate, lang)}—",
            step.target,
            label(step.modality, lang),
            step.quote,
            step.document,
            step.provision,
            step.page,
            step.subject_quote,
            step.subject_provision,
        ]
        for number, path in enumerate(paths, start=1)
        for step in path.steps
    ]
    if format != "table":
        write_rows(names, rows, format=format)
        return
    headings = list(_PATH_ZH if lang == "zh" else names)
    _write_table(*_join_source(names, headings, rows, lang))


_PATH_ZH = (*("路径", "从", "关系", "到", "语气", "原文", "文件", "条款", "页"), "原文之外的主体", "主体条款")
_SOURCE = ("document", "provision", "page")
_PAGE: dict[Lang, str] = {"zh": "第{}页", "en": "p. {}"}
#: Where the subject stands that the quote lacks.
_SUBJECT = ("subject_quote", "subject_provision")
_SAID: dict[Lang, str] = {"zh": "；主体：“{}”", "en": "; subject: “{}”"}


def _join_source(
    names: Sequence[str], headings: list[str], rows: list[list[Cell]], lang: Lang
) -> tuple[list[str], list[list[Cell]]]:
    """Join document, provision and page to one column, and the subject's place, which leaves the quotes room."""
    if not set(_SOURCE) <= set(names):
        return headings, rows
    document, provision, page = (names.index(name) for name in _SOURCE)
    subject = [names.index(name) for name in _SUBJECT if name in names]
    comma = "，" if lang == "zh" else ", "

    def source(row: list[Cell]) -> str:
        number = _PAGE[lang].format(row[page]) if row[page] is not None else ""
        place = comma.join(filter(None, (_cell(row[document]), _cell(row[provision]), number)))
        words, *where = (row[at] for at in subject) if subject else ("",)
        elsewhere = (_cell(one) for one in where if one not in ("", None, row[provision]))
        return place + (comma.join((_SAID[lang].format(words), *elsewhere)) if words else "")

    kept = [place for place in range(len(names)) if place not in (document, provision, page, *subject)]
    return (
        [*(headings[place] for place in kept), "出处" if lang == "zh" else "source"],
        [[*(row[place] for place in kept), source(row)] for row in rows],
    )


def _write_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], title: str = "") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    if title:
        console.print(Text(title))
    table = Table(box=box.SIMPLE_HEAD)
    for place, heading in enumerate(headings):
        numeric = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(Text(heading), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # Text, not markup: a document may hold anything, square brackets too.
        table.add_row(*(Text(_GAP.sub("", " ".join(_cell(cell).split()))) for cell in row))
    console.print(table)


#: A space between Chinese characters, or one and a digit, is the layout's; kept, it would make lines break there and leave
#: half a column empty.
_GAP = re.compile(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff]|[0-9])|(?<=[0-9]) (?=[^\x00-\xff])")

#: Width of piped tables, in columns: there is no terminal to fit, and 80 would break every quote into slivers.
_WIDTH = 160


def _no_formula(value: Cell) -> Cell:
    return (
        f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") and value[1:] else value
    )


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def warn(text: str) -> None:
    """Write a warning line to stderr."""
    sys.stderr.write(f"policykg: {text}\n")


def tell_generic(graph: "MultiDiGraph") -> None:
    """Say on stderr which generic names an answer has left out."""
    from policykg.kg.generic import generic_nodes

    if left_out := [graph.nodes[key]["label"] for key in generic_nodes(graph)]:
        listed = "、".join(left_out[:5]) + ("…" if len(left_out) > 5 else "")
        warn(f"{len(left_out)} generic names are left out ({listed}); --generic lets them in")


@contextmanager
def progress_bar() -> Iterator["Progress"]:
    """Show a progress bar on stderr, where that is a terminal; it vanishes when the work is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description:<11}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, what: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_STAGES[stage], total=total, what="")
            bar.update(tasks[stage], completed=done, total=total, what=what[:40])

        yield show


@contextmanager
def building() -> Iterator["Progress"]:
    """Show a progress bar; where nothing comes to be built, say why each file was left out."""
    from policykg.kg.assemble import NothingBuiltError

    try:
        with progress_bar() as progress:
            yield progress
    except NothingBuiltError as error:
        for skipped in error.skipped:
            warn(skipped.reason)
        raise


def warn_of(report: "Report") -> None:
    """Say on stderr what a run has to tell of the folder, and which files it left out."""
    for line in (*report.notices, *(skipped.reason for skipped in report.skipped)):
        warn(line)


_SUMMARY: dict[str, dict[Lang, str]] = {
    "documents": {"zh": "文件", "en": "documents"},
    "title": {"zh": "标题", "en": "title"},
    "number": {"zh": "文号", "en": "number"},
    "issuers": {"zh": "发文机关", "en": "issuers"},
    "date": {"zh": "日期", "en": "date"},
    "facts": {"zh": "事实", "en": "facts"},
    "entities": {"zh": "实体", "en": "entities"},
    "relations": {"zh": "关系", "en": "relations"},
    "count": {"zh": "数量", "en": "count"},
    "measures": {"zh": "指标数值", "en": "measures"},
    "triples": {"zh": "三元组", "en": "triples"},
    "warnings": {"zh": "警告", "en": "warnings"},
}


def write_summary(report: "Report", *, lang: Lang = "zh") -> None:
    """Write what a build found: documents, entities by type, relations by predicate, warnings and what was left out."""

    def word(key: str) -> str:
        return _SUMMARY[key][lang]

    graph = report.graph
    write_rows(
        [word(key) for key in ("documents", "number", "issuers", "date", "facts")],
        [(one.name, one.number, "、".join(one.issuers), one.date, one.facts) for one in graph.documents],
        format="table",
    )
    counts: list[tuple[str, int]] = [(label(kind, lang), n) for kind, n in graph.entities.items()]
    counts += [(word("measures"), graph.measures), (word("triples"), graph.triples)]
    write_rows([word("entities"), word("count")], counts, format="table")
    facts = sorted(((label(p, lang), n) for p, n in graph.relations.items() if n), key=lambda row: -row[1])
    write_rows([word("relations"), word("count")], facts, format="table")
    warnings = (*report.warnings, *(skipped.reason for skipped in report.skipped))
    if warnings:
        heading = f"{word('warnings')} ({len(warnings)})"
        write_rows([heading], [(warning,) for warning in warnings], format="table")
