"""The command line: parse, call, print.

Results go to stdout, progress and warnings to stderr. Exit codes: 0 fine, 1 found wanting (violations, nothing
found), 2 usage or unusable input. What a command needs is imported inside it, so that `--help` starts at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from policykg.kg.console import (
    Format,
    Lang,
    progress_bar,
    warn,
    write_paths,
    write_rows,
    write_summary,
    write_table,
)
from policykg.ontology.errors import PolicyKGError

app = typer.Typer(
    name="policykg",
    help="Turn Chinese policy documents into a knowledge graph with exact, checkable evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

FOUND_WANTING = 1
UNUSABLE = 2


StoreOption = Annotated[Path, typer.Option("--store", "-s", help="Folder that `build` wrote.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of headings and labels.")]
LexiconOption = Annotated[
    list[Path] | None,
    typer.Option("--lexicon", help="A lexicon of your own (TSV), read beside the built-in ones."),
]
FramesOption = Annotated[
    list[Path] | None,
    typer.Option("--frames", help="Relation frames of your own (TOML), read beside the built-in ones."),
]


@app.command()
def build(
    inputs: Annotated[
        list[Path], typer.Argument(help="Policy texts, or folders of them.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the graph.")] = Path("out"),
    save_text: Annotated[
        bool, typer.Option("--save-text", help="Also write each reader's text and its records to OUT/texts.")
    ] = False,
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
    lang: LangOption = "zh",
) -> None:
    """Build the graph of policy texts: OUT/store, OUT/graph.trig and the page OUT/graph.html."""
    from policykg.extract.pipeline import Extensions
    from policykg.kg.assemble import PAGE_FILE, NothingBuiltError, assemble

    extensions = Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()))
    try:
        with progress_bar() as progress:
            report = assemble(inputs, out, extensions=extensions, save_text=save_text, progress=progress)
    except NothingBuiltError as error:
        for skipped in error.skipped:
            warn(skipped.reason)
        raise
    for skipped in report.skipped:
        warn(skipped.reason)
    write_summary(report, lang=lang)
    typer.echo(f"{out / PAGE_FILE}")


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A policy text.", show_default=False)],
    format: Annotated[
        Format, typer.Option("--format", "-f", help="json: everything; else a table of mentions.")
    ] = "json",
    save_text: Annotated[
        Path | None,
        typer.Option("--save-text", help="Write the reader's text, which all offsets point into, here."),
    ] = None,
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
) -> None:
    """Print what is found in one file, as records with offsets."""
    import json

    from policykg.extract.interchange import to_dict
    from policykg.extract.pipeline import Extensions, build_pipeline
    from policykg.extract.pipeline import extract as extract_records
    from policykg.extract.readers import read_file

    source = read_file(file)
    if save_text is not None:
        save_text.write_text(source.text, encoding="utf-8", newline="")
    extensions = Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()))
    records = extract_records(build_pipeline(extensions), source)
    if format == "json":
        found = [to_dict(record) for record in records]
        typer.echo(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1))
        return
    write_rows(
        ("start", "end", "type", "text", "canonical", "rule"),
        [
            (m.start, m.end, m.type, m.text, m.canonical, m.rule)
            for record in records
            for m in record.entities
        ],
        format=format,
    )


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Folder of NAME.txt with gold NAME.json.", show_default=False)
    ],
    format: FormatOption = "table",
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
) -> None:
    """Score the extraction against gold annotations."""
    from policykg.extract.evaluate import compare, read_gold, total
    from policykg.extract.interchange import to_dict
    from policykg.extract.pipeline import Extensions, build_pipeline
    from policykg.extract.pipeline import extract as extract_records
    from policykg.extract.readers import read_file

    nlp = build_pipeline(Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ())))
    files = read_gold(folder)
    tables = []
    with progress_bar() as progress:
        for done, file in enumerate(files):
            progress("extract", file.name, done, len(files))
            records = extract_records(nlp, read_file(file.text))
            if len(records) != 1:
                warn(
                    f"{file.text}: {len(records)} documents found where the gold file has one; the first is scored"
                )
            tables.append(compare(file.gold, to_dict(records[0])))
    write_rows(
        ("", "P", "R", "F1", "gold", "found"),
        [
            (row, round(c.precision, 4), round(c.recall, 4), round(c.f1, 4), c.gold, c.found)
            for row, c in total(tables).items()
        ],
        format=format,
    )


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A policy text.", show_default=False)],
    at: Annotated[int, typer.Option("--at", help="Offset in the reader's text.", show_default=False)],
    format: FormatOption = "table",
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
) -> None:
    """Say which rule made or refused each candidate at a place of a text, and why."""
    from policykg.extract.explain import explain as explain_place
    from policykg.extract.pipeline import Extensions, build_pipeline
    from policykg.extract.readers import read_file

    nlp = build_pipeline(Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ())))
    found = explain_place(nlp, read_file(file), at)
    page = f", page {found.page}" if found.page is not None else ""
    if format == "table":
        typer.echo(f"{found.start}-{found.end}{page}, file offset {found.file_offset}: {found.unit}")
    write_rows(
        ("start", "end", "verdict", "what", "rule", "reason"),
        [(f.start, f.end, f.verdict, f.what, f.rule, f.reason) for f in found.findings],
        format=format,
    )


@app.command()
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
    """Ask the graph in SPARQL, or by a named query."""
    from policykg.kg.query import load_queries, read_table, run
    from policykg.kg.store import Store

    queries = load_queries()
    if listing:
        rows = [
            (
                name,
                " ".join(
                    f"{p.name}={p.type}" if p.required else f"[{p.name}={p.type}]" for p in one.parameters
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
            write_table(run(graph, text, **_parameters(values or [])), format=format, lang=lang)
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


@app.command()
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


@app.command()
def path(
    a: Annotated[str, typer.Argument(help="One thing.", show_default=False)],
    b: Annotated[str, typer.Argument(help="The other.", show_default=False)],
    store: StoreOption = Path("out"),
    ways: Annotated[int, typer.Option("--ways", "-k", min=1, help="How many ways to show.")] = 3,
    format: FormatOption = "table",
    lang: LangOption = "zh",
) -> None:
    """Show how two things connect, step by step, with the sentence behind each step."""
    from policykg.kg.paths import path as find_paths
    from policykg.kg.project import project
    from policykg.kg.store import Store

    with Store.open(store) as graph:
        found = find_paths(project(graph), a, b, ways)
    write_paths(found, format=format, lang=lang)
    if not found:
        warn(f"nothing connects {a} and {b} in {store}")
        raise typer.Exit(FOUND_WANTING)


def main() -> None:
    """Run the command line; every fault that a user can act on becomes one line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe or file may be opened in a legacy encoding that lacks Chinese.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        app()
    except PolicyKGError as error:
        typer.echo(f"policykg: {error}", err=True)
        raise SystemExit(FOUND_WANTING if getattr(error, "found_wanting", False) else UNUSABLE) from None
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone; point stdout away so that Python's own flush stays silent.
        sys.stdout = None
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        typer.echo("policykg: interrupted; what was stored before is untouched", err=True)
        raise SystemExit(130) from None
