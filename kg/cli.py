"""The command line: parse, call, print.

Results go to stdout, progress and warnings to stderr. Exit codes: 0 fine, 1 found wanting (violations, nothing
found), 2 usage or unusable input. What a command needs is imported inside it, so that `--help` starts at once.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"
    tsv = "tsv"


class Lang(StrEnum):
    """The language of headings and labels."""

    zh = "zh"
    en = "en"


StoreOption = Annotated[Path, typer.Option("--store", "-s", help="Folder that `build` wrote.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of headings and labels.")]
LexiconOption = Annotated[
    list[Path] | None, typer.Option("--lexicon", help="A lexicon of your own (TSV), read beside the built-in ones.")
]
FramesOption = Annotated[
    list[Path] | None, typer.Option("--frames", help="Relation frames of your own (TOML), read beside the built-in ones.")
]


@app.command()
def build(
    inputs: Annotated[list[Path], typer.Argument(help="Policy texts, or folders of them.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the graph.")] = Path("out"),
    save_text: Annotated[
        bool, typer.Option("--save-text", help="Also write each reader's text and its records to OUT/texts.")
    ] = False,
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Build the graph of policy texts: OUT/store, OUT/graph.trig and the page OUT/graph.html."""
    from policykg.extract.pipeline import Extensions
    from policykg.kg.assemble import PAGE_FILE, NothingBuiltError, assemble
    from policykg.kg.console import progress_bar, warn, write_summary

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
    write_summary(report, lang=lang.value)
    typer.echo(f"{out / PAGE_FILE}")


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A policy text.", show_default=False)],
    format: Annotated[Format, typer.Option("--format", "-f", help="json: everything; else a table of mentions.")] = Format.json,
    save_text: Annotated[
        Path | None, typer.Option("--save-text", help="Write the reader's text, which all offsets point into, here.")
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
    from policykg.kg.console import write_rows

    source = read_file(file)
    if save_text is not None:
        save_text.write_text(source.text, encoding="utf-8", newline="")
    extensions = Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()))
    records = extract_records(build_pipeline(extensions), source)
    if format is Format.json:
        found = [to_dict(record) for record in records]
        typer.echo(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1))
        return
    write_rows(
        ("start", "end", "type", "text", "canonical", "rule"),
        [(m.start, m.end, m.type, m.text, m.canonical, m.rule) for record in records for m in record.entities],
        format=format.value,
    )


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="Folder of NAME.txt with gold NAME.json.", show_default=False)],
    format: FormatOption = Format.table,
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
) -> None:
    """Score the extraction against gold annotations."""
    from policykg.extract.evaluate import compare, read_gold, total
    from policykg.extract.interchange import to_dict
    from policykg.extract.pipeline import Extensions, build_pipeline
    from policykg.extract.pipeline import extract as extract_records
    from policykg.extract.readers import read_file
    from policykg.kg.console import progress_bar, warn, write_rows

    nlp = build_pipeline(Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ())))
    files = read_gold(folder)
    tables = []
    with progress_bar() as progress:
        for done, file in enumerate(files):
            progress("extract", file.name, done, len(files))
            records = extract_records(nlp, read_file(file.text))
            if len(records) != 1:
                warn(f"{file.text}: {len(records)} documents found where the gold file has one; the first is scored")
            tables.append(compare(file.gold, to_dict(records[0])))
    write_rows(
        ("", "P", "R", "F1", "gold", "found"),
        [
            (row, round(c.precision, 4), round(c.recall, 4), round(c.f1, 4), c.gold, c.found)
            for row, c in total(tables).items()
        ],
        format=format.value,
    )


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A policy text.", show_default=False)],
    at: Annotated[int, typer.Option("--at", help="Offset in the reader's text.", show_default=False)],
    format: FormatOption = Format.table,
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
) -> None:
    """Say which rule made or refused each candidate at a place of a text, and why."""
    from policykg.extract.explain import explain as explain_place
    from policykg.extract.pipeline import Extensions, build_pipeline
    from policykg.extract.readers import read_file
    from policykg.kg.console import write_rows

    nlp = build_pipeline(Extensions(lexicons=tuple(lexicon or ()), frames=tuple(frames or ())))
    found = explain_place(nlp, read_file(file), at)
    page = f", page {found.page}" if found.page is not None else ""
    if format is Format.table:
        typer.echo(f"{found.start}-{found.end}{page}, file offset {found.file_offset}: {found.unit}")
    write_rows(
        ("start", "end", "verdict", "what", "rule", "reason"),
        [(f.start, f.end, f.verdict, f.what, f.rule, f.reason) for f in found.findings],
        format=format.value,
    )


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
        sys.stdout = None  # type: ignore[assignment]
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        typer.echo("policykg: interrupted; what was stored before is untouched", err=True)
        raise SystemExit(130) from None
