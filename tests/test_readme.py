"""The READMEs say what the program does: every command, and answers that it really gives."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from policykg.kg.cli import app
from policykg.kg.cli.questions import query
from policykg.kg.export import FORMATS

READMES = ("README.md", "README.zh.md")
_ANSWER = re.compile(r"(<!-- answer: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_COLUMNS = {"mechanism": "政策工具", "relation": "关系", "modality": "语气", "quote": "原文"}


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_described(root: Path, readme: str) -> None:
    text = (root / readme).read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) >= 12
    for name, command in commands.items():
        assert f"`policykg {name}" in text, name
        assert command.help, name


@pytest.mark.parametrize("readme", READMES)
def test_formats_and_sparql_are_those_of_the_command_line(root: Path, readme: str) -> None:
    text = (root / readme).read_text(encoding="utf-8")
    (row,) = (line for line in text.splitlines() if line.startswith("| `policykg export"))
    assert [name for name in FORMATS if f"`{name}`" not in row] == []
    # The example of the help, which the tests of the command line run.
    (example,) = re.findall(r"policykg query '([^']+)'", query.__doc__ or "")
    assert " ".join(example.split()) in " ".join(text.split())


@pytest.mark.parametrize("readme", READMES)
def test_answers_are_real(
    root: Path, samples: Path, tmp_path: Path, readme: str, update_golden: bool
) -> None:
    policykg = [sys.executable, "-c", "from policykg.kg.cli import main; main()"]
    subprocess.run(
        [*policykg, "build", str(samples), "-o", str(tmp_path / "out")], check=True, capture_output=True
    )
    path = root / readme
    text = path.read_text(encoding="utf-8")
    assert _ANSWER.search(text)

    def answer(match: re.Match[str]) -> str:
        command = [*policykg, *match[2].split(), "-s", str(tmp_path / "out"), "--format", "json"]
        rows = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        lines = [[*_COLUMNS.values(), "出处"], ["---"] * (len(_COLUMNS) + 1)]
        lines += [
            [*(row[key] for key in _COLUMNS), f"《{row['document']}》{row['provision']}"] for row in rows
        ]
        return match[1] + "".join(f"| {' | '.join(line)} |\n" for line in lines) + match[3]

    fresh = _ANSWER.sub(answer, text)
    if update_golden:
        path.write_text(fresh, encoding="utf-8")
    assert text == fresh or update_golden, "run pytest with --update-golden"
