"""Commands that read texts: build, extract, explain, evaluate."""

from pathlib import Path
from typing import Annotated

import typer

from policykg.kg.cli.console import Format, building, progress_bar, warn, warn_of, write_rows, write_summary
from policykg.kg.cli.options import (
    EndpointOption,
    FormatOption,
    FramesOption,
    InputsArgument,
    LangOption,
    LexiconOption,
    LimitOption,
    ModelOption,
    OcrOption,
    OutOption,
    find_limits,
)


def build(
    inputs: InputsArgument,
    out: OutOption = Path("out"),
    save_text: Annotated[
        bool, typer.Option("--save-text", help="Also write each reader's text and its records to OUT/texts.")
    ] = False,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--corrections",
            help="Hand corrections (TSV) to apply; OUT/corrections.tsv where it is there.",
            show_default=False,
        ),
    ] = None,
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
    model: ModelOption = True,
    ocr: OcrOption = False,
    limit: LimitOption = None,
    store: EndpointOption = "",
    lang: LangOption = "zh",
) -> None:
    """Build the graph of policy texts: OUT/store, OUT/graph.trig and the page OUT/graph.html."""
    from policykg.extract.settings import Settings
    from policykg.kg.assemble import assemble
    from policykg.kg.folder.output import PAGE_FILE

    settings = Settings(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()), model=model)
    with building() as progress:
        report = assemble(
            inputs,
            out,
            settings=settings,
            corrections=corrections,
            save_text=save_text,
            ocr=ocr,
            limits=find_limits(limit),
            endpoint=store,
            progress=progress,
        )
    warn_of(report)
    write_summary(report, lang=lang)
    typer.echo(f"{'用浏览器打开：' if lang == 'zh' else 'open in a browser: '}{out / PAGE_FILE}")


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
    model: ModelOption = True,
    ocr: OcrOption = False,
    limit: LimitOption = None,
) -> None:
    """Print what is found in one file, as records with offsets."""
    import json

    from policykg.extract.interchange import to_dict
    from policykg.extract.pipeline import build_pipeline
    from policykg.extract.pipeline import extract as extract_records
    from policykg.extract.readers import read_file
    from policykg.extract.settings import Settings
    from policykg.kg.export import write_export

    source = read_file(file, ocr=ocr, limits=find_limits(limit))
    if save_text is not None:
        write_export(save_text, source.text.encode())
    settings = Settings(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()), model=model)
    records = extract_records(build_pipeline(settings), source)
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


def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Folder of NAME.txt with gold NAME.json.", show_default=False)
    ],
    errors: Annotated[
        bool, typer.Option("--errors", help="List what is wrong instead of the scores.")
    ] = False,
    format: FormatOption = "table",
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
    model: ModelOption = True,
) -> None:
    """Score the extraction against gold annotations; with --errors, list the misses and false alarms by class."""
    from policykg.extract.interchange import to_dict
    from policykg.extract.pipeline import build_pipeline
    from policykg.extract.pipeline import extract as extract_records
    from policykg.extract.quality.diagnosis import count_classes, diagnose
    from policykg.extract.quality.evaluate import compare, merge, read_gold, total
    from policykg.extract.readers import read_file
    from policykg.extract.settings import Settings

    nlp = build_pipeline(Settings(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()), model=model))
    files = read_gold(folder)
    tables = []
    faults = []
    with progress_bar() as progress:
        for done, file in enumerate(files):
            progress("extract", file.name, done, len(files))
            source = read_file(file.text)
            records = extract_records(nlp, source)
            if len(records) != 1:
                warn(f"{file.text}: {len(records)} documents found where the gold file has one")
            found = merge(map(to_dict, records))
            tables.append(compare(file.gold, found))
            if errors:
                faults += [(file.name, fault) for fault in diagnose(file.gold, found, source.text)]
    if errors:
        if format == "table":
            write_rows(
                ("measure", "class", "number"), count_classes([fault for _, fault in faults]), format=format
            )
        write_rows(
            ("file", "measure", "class", "at", "gold", "found", "rule", "context"),
            [(name, f.measure, f.kind, f.start, f.gold, f.found, f.rule, f.context) for name, f in faults],
            format=format,
        )
        return
    write_rows(
        ("", "P", "R", "F1", "gold", "found"),
        [
            (row, round(c.precision, 4), round(c.recall, 4), round(c.f1, 4), c.gold, c.found)
            for row, c in total(tables).items()
        ],
        format=format,
    )


def explain(
    file: Annotated[Path, typer.Argument(help="A policy text.", show_default=False)],
    at: Annotated[int, typer.Option("--at", help="Offset in the reader's text.", show_default=False)],
    every: Annotated[
        bool,
        typer.Option("--all", help="Also refused candidates that are another cut of a name listed."),
    ] = False,
    format: FormatOption = "table",
    lexicon: LexiconOption = None,
    frames: FramesOption = None,
    model: ModelOption = True,
) -> None:
    """Say which rule made or refused each candidate at a place of a text, and why."""
    from policykg.extract.explain import explain as explain_place
    from policykg.extract.pipeline import build_pipeline
    from policykg.extract.readers import read_file
    from policykg.extract.settings import Settings

    nlp = build_pipeline(Settings(lexicons=tuple(lexicon or ()), frames=tuple(frames or ()), model=model))
    found = explain_place(nlp, read_file(file), at)
    shown = [f for f in found.findings if every or not f.variant]
    if format == "table":
        typer.echo(f"{found.start}-{found.end}, {found.place}: {found.unit}")
    write_rows(
        ("start", "end", "verdict", "what", "rule", "reason"),
        [(f.start, f.end, f.verdict, f.what, f.rule, f.reason) for f in shown],
        format=format,
    )
    if left_out := len(found.findings) - len(shown):
        warn(f"{left_out} other cuts of these names, all refused, are left out; --all shows them")
