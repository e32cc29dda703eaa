"""The command line: parse, call, print.

Results go to stdout, progress and warnings to stderr. Exit codes: 0 fine, 1 found wanting (violations, nothing
found), 2 usage or unusable input. What a command needs is imported inside it, so that `--help` starts at once.
"""

import sys

import typer

from policykg.kg.cli.graphs import analyse, draw, export, validate
from policykg.kg.cli.library import add, list_, log, remove, verify
from policykg.kg.cli.options import FOUND_WANTING, UNUSABLE
from policykg.kg.cli.questions import compare, mechanisms, path, query, show, targets
from policykg.kg.cli.texts import build, evaluate, explain, extract
from policykg.ontology.errors import PolicyKGError

app = typer.Typer(
    name="policykg",
    help="Turn Chinese policy documents into a knowledge graph with exact, checkable evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for _command in (
    build,
    add,
    remove,
    list_,
    log,
    verify,
    mechanisms,
    targets,
    compare,
    show,
    path,
    query,
    analyse,
    draw,
    export,
    validate,
    extract,
    explain,
    evaluate,
):
    app.command(_command.__name__.rstrip("_"))(_command)


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
