"""Commands on the whole graph: analyse, draw, export, validate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policykg.kg.cli.console import tell_generic, warn, write_rows, write_tables
from policykg.kg.cli.options import (
    FOUND_WANTING,
    FormatOption,
    GenericOption,
    LangOption,
    SourceOption,
    StoreOption,
    TableOption,
)

if TYPE_CHECKING:
    from policykg.kg.store import Store

DocumentOption = Annotated[
    list[str] | None,
    typer.Option("--document", "-d", help="Only this document (its title); may be repeated."),
]


def analyse(
    store: StoreOption = Path("out"),
    document: DocumentOption = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows of each ranking.")] = 15,
    generic: GenericOption = False,
    table: TableOption = None,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Report what matters most, what belongs together, and what ties the documents to each other."""
    from policykg.kg.analyse import analyse as analyse_graph
    from policykg.kg.project import project
    from policykg.kg.report import analysis_tables
    from policykg.kg.store import Store

    with Store.open(store) as graph:
        whole = project(graph, documents=_titles(graph, document))
    analysis = analyse_graph(whole, generic=generic)
    write_tables(
        analysis_tables(analysis, lang=lang, top=top), record=analysis, format=format, lang=lang, only=table
    )
    if not generic:
        tell_generic(whole)


def draw(
    store: SourceOption = Path("out"),
    out: Annotated[Path, typer.Option("--out", "-o", help="The page to write.")] = Path("graph.html"),
    document: DocumentOption = None,
    title: Annotated[str | None, typer.Option("--title", help="Heading of the page.")] = None,
    lang: LangOption = "zh",
) -> None:
    """Draw the graph, or some documents of it, as one page that needs no network."""
    from policykg.kg.export import write_export
    from policykg.kg.project import project
    from policykg.kg.store import Store
    from policykg.viz.html import render_html

    with Store.open(store) as graph:
        page = render_html(project(graph, documents=_titles(graph, document)), lang=lang, title=title)
    write_export(out, page.encode())
    typer.echo(str(out))


def export(
    to: Annotated[
        str, typer.Option("--to", "-t", help="Format; an unknown one lists them all.", show_default=False)
    ],
    store: SourceOption = Path("out"),
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File to write, folder for parquet, neo4j, graphrag; else stdout."),
    ] = None,
    lang: LangOption = "zh",
) -> None:
    """Write the graph in another format: RDF with all quads, the projection for network tools, tables."""
    from policykg.kg.export import (
        FOLDER_FORMATS,
        RDF_FORMATS,
        export_folder,
        export_graph,
        export_rdf,
        find_format,
        write_export,
        write_folder,
    )
    from policykg.kg.project import project
    from policykg.kg.store import Store

    to = find_format(to)
    if to in FOLDER_FORMATS:
        if out is None:
            raise typer.BadParameter(f"{to} is several files: give a folder for them with --out")
        with Store.open(store) as graph:
            write_folder(out, export_folder(project(graph), to))
        typer.echo(str(out))
        return
    with Store.open(store) as graph:
        content = export_rdf(graph, to) if to in RDF_FORMATS else export_graph(project(graph), to, lang=lang)
    if out is None:
        typer.get_binary_stream("stdout").write(content)
    else:
        write_export(out, content)
        typer.echo(str(out))


def validate(
    store: StoreOption = Path("out"),
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Check the graph against its shapes, and every quotation against its document's text."""
    from policykg.kg.store import Store
    from policykg.ontology.validate import validate as validate_graph

    with Store.open(store) as graph:
        violations = validate_graph(graph.quads(), lang=lang)
    if violations or format != "table":
        write_rows(
            ("severity", "focus", "path", "message", "value"),
            [(v.severity, v.focus, v.path, v.message, v.value) for v in violations],
            format=format,
        )
    if any(violation.severity == "violation" for violation in violations):
        raise typer.Exit(FOUND_WANTING)
    warn("the graph is valid: shapes hold, and every quotation stands in its text")


def _titles(graph: "Store", documents: list[str] | None) -> list[str] | None:
    """Turn documents' names, in any form the graph knows, into the titles that the projection goes by."""
    if not documents:
        return None
    from pyoxigraph import NamedNode

    from policykg.kg.names import find_entity

    titles = []
    for name in documents:
        node = NamedNode(find_entity(graph, name, type="Document"))
        labels = graph.query("SELECT DISTINCT ?node ?label { ?node skos:prefLabel ?label }", {"node": node})
        titles += [row["label"].value for row in labels]
    return titles
