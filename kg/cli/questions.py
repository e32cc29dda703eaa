"""Commands that ask the graph: query, mechanisms, targets, compare, show, path."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from policykg.kg.cli.console import tell_generic, warn, write_paths, write_rows, write_table, write_tables
from policykg.kg.cli.options import (
    FOUND_WANTING,
    FormatOption,
    GenericOption,
    LangOption,
    StoreOption,
    TableOption,
)


def query(
    text: Annotated[
        str | None,
        typer.Argument(help="A named query, or SPARQL; `-` reads SPARQL from stdin.", show_default=False),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Parameters of a named query.", show_default=False),
    ] = None,
    store: StoreOption = Path("out"),
    file: Annotated[Path | None, typer.Option("--file", help="Read the SPARQL from a file.")] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the named queries and their parameters.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Stop after so many rows.")] = 100_000,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Ask the graph in SPARQL, or by a named query.

    In SPARQL the prefixes pol: (the vocabulary), rdf:, skos:, oa:, eli:, prov:, dcterms: and schema: need no declaration.
    Facts are statements, whoever states them: pol:modality, pol:evidence, rdf:subject, rdf:predicate, rdf:object:

    policykg query 'SELECT DISTINCT ?who ?what { ?fact rdf:predicate pol:funds ; rdf:subject/skos:prefLabel ?who ;
    rdf:object/skos:prefLabel ?what }'
    """
    from policykg.kg.query import load_queries, read_table, run
    from policykg.kg.store import Store

    queries = load_queries()
    if listing:
        rows = [
            (
                name,
                " ".join(
                    f"{p.name}={p.usage}" if p.required else f"[{p.name}={p.usage}]" for p in one.parameters
                ),
                one.description(lang),
            )
            for name, one in queries.items()
        ]
        write_rows(("query", "parameters", "answers"), rows, format=format)
        return
    if (text is None) == (file is None):
        raise typer.BadParameter("give a named query or SPARQL, or --file; `--list` shows the named queries")
    with Store.open(store) as graph:
        if text is not None and text in queries:
            parameters = _parameters(values or [])
            if any(parameter.name == "lang" for parameter in queries[text].parameters):
                parameters.setdefault("lang", lang)
            write_table(run(graph, text, **parameters), format=format, lang=lang)
            return
        if text is not None and text.isidentifier():
            raise typer.BadParameter(f"no query {text!r}; there are: {', '.join(queries)}")
        if values:
            raise typer.BadParameter(f"KEY=VALUE is for named queries; there are: {', '.join(queries)}")
        sparql = _read_text(file) if text is None else sys.stdin.read() if text == "-" else text
        answer = graph.query(sparql, max_rows=limit)
        if isinstance(answer, bool):
            write_rows(("answer",), [(str(answer).lower(),)], format=format)
        elif answer.is_triples:
            for triple in answer:
                typer.echo(f"{triple.subject} {triple.predicate} {triple.object} .")
        else:
            write_table(read_table(answer), format=format, lang=lang)
        if not isinstance(answer, bool) and answer.truncated:
            warn(f"only the first {limit} rows are shown; --limit N gives more")


def _parameters(values: list[str]) -> dict[str, str]:
    pairs = {}
    for value in values:
        key, equals, rest = value.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{value!r} is not KEY=VALUE")
        pairs[key] = rest
    return pairs


def _read_text(path: Path | None) -> str:
    assert path is not None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} cannot be read as UTF-8 text: {error}") from error


def mechanisms(
    body: Annotated[str, typer.Argument(help="A body, in any form the graph knows.", show_default=False)],
    store: StoreOption = Path("out"),
    direct: Annotated[bool, typer.Option("--direct", help="Only what the body itself is tied to.")] = False,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """List every mechanism that a body is tied to, how, and the sentence that says so."""
    from policykg.kg.query import mechanisms as find_mechanisms
    from policykg.kg.store import Store

    with Store.open(store) as graph:
        table = find_mechanisms(graph, body, direct=direct, lang=lang)
        documents = len(graph.graphs())
    write_table(table, format=format, lang=lang)
    if not table.rows:
        warn(f"no mechanism is tied to {body} in the {documents} documents of {store}")
        raise typer.Exit(FOUND_WANTING)


def targets(
    store: StoreOption = Path("out"),
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="DATE", help="Only what is due by this year, month or day, also without numbers."
        ),
    ] = None,
    document: Annotated[
        str | None, typer.Option("--document", "-d", help="Only this document, in any form the graph knows.")
    ] = None,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """List targets: how much by when, how far it is from the present value, and the yearly pace that it takes."""
    from policykg.kg.query import run
    from policykg.kg.store import Store

    with Store.open(store) as graph:
        if by is None:
            table = run(graph, "targets", document=document)
        else:
            table = run(graph, "targets_due", by=by, document=document)
    write_table(table, format=format, lang=lang)
    if not table.rows:
        warn(f"no target {f'is due by {by}' if by else 'has a number'} in {document or store}")
        raise typer.Exit(FOUND_WANTING)


def compare(
    first: Annotated[
        str, typer.Argument(help="A document, in any form the graph knows.", show_default=False)
    ],
    second: Annotated[str, typer.Argument(help="The other document.", show_default=False)],
    store: StoreOption = Path("out"),
    type: Annotated[
        Literal["Body", "Program", "Mechanism"] | None, typer.Option("--type", help="Only these.")
    ] = None,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """List the bodies, programs and mechanisms that two documents share, and those that only one has."""
    from policykg.kg.query import run
    from policykg.kg.store import Store

    with Store.open(store) as graph:
        table = run(graph, "compare", first=first, second=second, lang=lang)
    kinds = table.column("type_id")
    rows = tuple(row for row, kind in zip(table.rows, kinds, strict=True) if type in (None, kind))
    write_table(replace(table, rows=rows), format=format, lang=lang)
    if not rows:
        warn(f"neither {first} nor {second} names a body, program or mechanism")
        raise typer.Exit(FOUND_WANTING)


def path(
    a: Annotated[str, typer.Argument(help="One thing.", show_default=False)],
    b: Annotated[str, typer.Argument(help="The other.", show_default=False)],
    store: StoreOption = Path("out"),
    ways: Annotated[int, typer.Option("--ways", "-k", min=1, help="How many ways to show.")] = 3,
    generic: GenericOption = False,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Show how two things connect, step by step, with the sentence behind each step."""
    from policykg.kg.paths import path as find_paths
    from policykg.kg.project import project
    from policykg.kg.store import Store

    with Store.open(store) as graph:
        whole = project(graph)
        found = find_paths(whole, a, b, ways, generic=generic)
    write_paths(found, format=format, lang=lang)
    if not generic:
        tell_generic(whole)
    if not found:
        warn(f"nothing connects {a} and {b} in {store}")
        raise typer.Exit(FOUND_WANTING)


def show(
    name: Annotated[str, typer.Argument(help="A thing, in any form the graph knows.", show_default=False)],
    store: StoreOption = Path("out"),
    why: Annotated[
        bool, typer.Option("--why", help="Instead: which forms and documents made it, and what joined them.")
    ] = False,
    table: TableOption = None,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Print all that the graph says of one thing: names, documents, facts with their sentences, numbers."""
    from policykg.kg.card import show as show_card
    from policykg.kg.report import card_tables
    from policykg.kg.store import Store
    from policykg.kg.why import why as explain
    from policykg.kg.why import why_tables

    if why:
        with Store.open(store) as graph:
            found = explain(graph, name)
        write_tables(why_tables(found, lang=lang), record=found, format=format, lang=lang, only=table)
        return
    with Store.open(store) as graph:
        card = show_card(graph, name)
    write_tables(card_tables(card, lang=lang), record=card, format=format, lang=lang, only=table)
