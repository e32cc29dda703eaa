"""Options that several commands share, and the exit codes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policykg.kg.cli.console import Format, Lang

if TYPE_CHECKING:
    from policykg.extract.readers import Limits

#: The command worked, and what it looked for is not there or not right.
FOUND_WANTING = 1
#: Wrong usage, or input that cannot be used.
UNUSABLE = 2

InputsArgument = Annotated[
    list[Path],
    typer.Argument(
        help="Policy documents, folders or ZIP archives of them, - for standard input.", show_default=False
    ),
]
_STORE_HELP = "Folder that `build` wrote, or sparql+http://HOST:PORT/query."
#: The graph that a command reads; `-o` is what the commands that write it call the same folder.
StoreOption = Annotated[Path, typer.Option("--store", "-s", "--out", "-o", help=_STORE_HELP)]
#: The same for commands whose `-o` is the file that they write.
SourceOption = Annotated[Path, typer.Option("--store", "-s", help=_STORE_HELP)]
#: The same for commands that need the folder itself.
FolderOption = Annotated[
    Path, typer.Option("--store", "-s", "--out", "-o", help="Folder that `build` wrote.")
]
#: The folder that a command writes; `--store` is an endpoint there.
OutOption = Annotated[Path, typer.Option("--out", "-o", "-s", help="Folder of the graph.")]
FormatOption = Annotated[
    Format,
    typer.Option("--format", "-f", help="How to print the result; excel is CSV that Excel opens right."),
]
TableOption = Annotated[
    str | None,
    typer.Option("--table", metavar="NAME", help="Only this table; an unknown one lists them all."),
]
GenericOption = Annotated[
    bool,
    typer.Option(
        "--generic", help="Also through names that say only what kind of thing is meant: 有关部门, 企业."
    ),
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of headings and labels.")]
LexiconOption = Annotated[
    list[Path] | None,
    typer.Option("--lexicon", help="A lexicon of your own (TSV), read beside the built-in ones."),
]
FramesOption = Annotated[
    list[Path] | None,
    typer.Option("--frames", help="Relation frames of your own (TOML), read beside the built-in ones."),
]
OcrOption = Annotated[
    bool, typer.Option("--ocr", help="Read the page images of scanned PDF files (needs Debian's tesseract).")
]
EndpointOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="ADDRESS",
        help="Also bring the graph to this SPARQL endpoint: sparql+http://HOST:PORT/query.",
        show_default=False,
    ),
]
LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=NUMBER",
        help="Raise or lower what one input may hold; a wrong one lists them all. May be repeated.",
    ),
]
ModelOption = Annotated[
    bool,
    typer.Option("--model/--no-model", help="Without the statistical tagger: quicker, finds fewer names."),
]


def find_limits(given: list[str] | None) -> "Limits":
    """Return the limits on inputs, the defaults where none are given."""
    from policykg.extract.readers import parse_limits

    return parse_limits(given or ())
