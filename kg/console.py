"""What the command line writes: tables to stdout, progress and warnings to stderr."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from policykg.ontology.terms import label

if TYPE_CHECKING:
    from policykg.kg.assemble import Progress, Report

Format = Literal["table", "json", "csv", "tsv"]
Lang = Literal["zh", "en"]
Cell = str | int | float | None

#: Progress is shown for work that the reader would wait for.
_STAGES: dict[str, str] = {"read": "reading", "extract": "extracting", "store": "storing", "draw": "drawing"}


def write_rows(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, format: Format, title: str = "") -> None:
    """Write a table to stdout.

    json is a list of objects keyed by heading, csv and tsv have a heading line; tsv escapes nothing but tabs and
    line ends, which become spaces.
    """
    if format == "json":
        objects = [dict(zip(headings, row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps(objects, ensure_ascii=False, indent=1) + "\n")
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([headings, *rows])
    elif format == "tsv":
        for row in (headings, *rows):
            sys.stdout.write("\t".join(" ".join(_cell(cell).split()) for cell in row) + "\n")
    else:
        _write_table(headings, rows, title)


def _write_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=Text(title) if title else None, title_justify="left")
    for place, heading in enumerate(headings):
        numeric = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(Text(heading), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # Text, not markup: a document may hold anything, square brackets too.
        table.add_row(*(Text(_cell(cell)) for cell in row))
    # Piped output has no terminal to fit; 80 columns would break every quote into slivers.
    width = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=width, highlight=False, soft_wrap=False).print(table)


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def warn(text: str) -> None:
    """Write a warning line to stderr."""
    sys.stderr.write(f"policykg: {text}\n")


@contextmanager
def progress_bar() -> Iterator["Progress"]:
    """Show a progress bar on stderr, where that is a terminal; it vanishes when the work is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description:<11}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, int] = {}

        def show(stage: str, what: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_STAGES[stage], total=total, what="")  # type: ignore[assignment]
            bar.update(tasks[stage], completed=done, total=total, what=what[:40])  # type: ignore[arg-type]

        yield show


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
    """Write what a build found: documents, entities by type, relations by predicate, warnings."""

    def word(key: str) -> str:
        return _SUMMARY[key][lang]

    write_rows(
        [word(key) for key in ("documents", "number", "issuers", "date", "facts")],
        [
            (
                name,
                record.span.info.number,
                "、".join(record.span.info.issuers),
                record.span.info.date,
                len(record.relations),
            )
            for name, record in zip(report.names, report.documents, strict=True)
        ],
        format="table",
    )
    counts: list[tuple[str, int]] = [(label(kind, lang), n) for kind, n in report.entities.items()]
    counts += [(word("measures"), report.measures), (word("triples"), report.triples)]
    write_rows([word("entities"), word("count")], counts, format="table")
    facts = sorted(((label(p, lang), n) for p, n in report.relations.items() if n), key=lambda row: -row[1])
    write_rows([word("relations"), word("count")], facts, format="table")
    if report.warnings:
        write_rows([word("warnings")], [(warning,) for warning in report.warnings], format="table")
