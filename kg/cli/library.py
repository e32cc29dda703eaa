"""Commands on the documents of a graph: add, remove, list, log, verify."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policykg.kg.cli.console import (
    Format,
    Lang,
    building,
    progress_bar,
    warn,
    warn_of,
    write_rows,
    write_table,
    write_tables,
)
from policykg.kg.cli.options import (
    FOUND_WANTING,
    EndpointOption,
    FolderOption,
    FormatOption,
    InputsArgument,
    LangOption,
    LimitOption,
    OutOption,
    find_limits,
)

if TYPE_CHECKING:
    from policykg.kg.assemble import Report


def add(
    inputs: InputsArgument,
    out: OutOption = Path("out"),
    limit: LimitOption = None,
    store: EndpointOption = "",
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Add documents to a graph, read with the settings of its build; those in it already are read anew."""
    from policykg.kg.assemble import add as add_files

    with building() as progress:
        report = add_files(inputs, out, limits=find_limits(limit), endpoint=store, progress=progress)
    _tell(report, format, lang)


def remove(
    names: Annotated[
        list[str],
        typer.Argument(
            help="Documents by name or number, or the file, folder or archive they came from.",
            show_default=False,
        ),
    ],
    out: OutOption = Path("out"),
    store: EndpointOption = "",
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Take documents out of a graph, with all that only they say; their files are not touched."""
    from policykg.kg.assemble import remove as remove_documents

    with progress_bar() as progress:
        report = remove_documents(names, out, endpoint=store, progress=progress)
    _tell(report, format, lang)


def list_(store: FolderOption = Path("out"), format: FormatOption = "table", lang: LangOption = "zh") -> None:
    """List the documents of a graph: name, number, date, issuers, source, facts."""
    from policykg.kg.folder.listing import document_table
    from policykg.kg.folder.manifest import read_manifest

    write_table(document_table(read_manifest(store)), format=format, lang=lang)


def log(store: FolderOption = Path("out"), format: FormatOption = "table", lang: LangOption = "zh") -> None:
    """List the runs that made a graph what it is: what was asked, and what came, changed and went."""
    from dataclasses import asdict

    from policykg.kg.folder.listing import run_table
    from policykg.kg.folder.manifest import read_manifest

    graph = read_manifest(store)
    if format == "json":
        runs = [asdict(run) for run in graph.runs]
        names = [name for name in (runs[0] if runs else {}) if name != "requests"]
        write_rows(names, [[run[name] for name in names] for run in runs], format=format)
        return
    write_table(run_table(graph, lang), format=format, lang=lang)


def verify(
    store: FolderOption = Path("out"),
    limit: LimitOption = None,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Read the sources again and check that every quotation still stands at its place in them."""
    from policykg.kg.folder.listing import verification_tables
    from policykg.kg.folder.verify import verify as verify_sources

    found = verify_sources(store, limits=find_limits(limit))
    write_tables(verification_tables(found, lang), record=found, format=format, lang=lang)
    quotations = sum(one.quotations for one in found.sources)
    if not found.holds:
        moved = sum(one.moved for one in found.misquotations)
        wrong = len(found.misquotations)
        bad = sum(one.state in ("missing", "unreadable") for one in found.sources)
        warn(
            f"of {quotations} quotations {wrong} do not stand in their places: {moved} have moved, {wrong - moved} are gone; "
            f"of {len(found.sources)} sources {bad} cannot be read"
        )
        raise typer.Exit(FOUND_WANTING)
    warn(f"{quotations} quotations stand in their places in {len(found.sources)} sources")


def _tell(report: "Report", format: Format, lang: Lang) -> None:
    """Print what a run changed; what it left out and what it found goes to stderr."""
    from policykg.kg.folder.listing import change_table

    warn_of(report)
    if report.run is None:
        warn("nothing has changed; the graph is what it was")
        return
    changes = change_table(report.graph, report.run, lang)
    if changes.rows or format != "table":
        write_table(changes, format=format, lang=lang)
    else:
        warn("no document came, changed or went")
    documents, triples = len(report.graph.documents), report.graph.triples
    warn(f"the graph has {documents} documents and {triples} triples")
