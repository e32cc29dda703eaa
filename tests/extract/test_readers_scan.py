"""Scanned files: how tesseract is called, and what is said where it is missing. A stand-in plays the program."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policykg.extract.readers import Limits, ReadError, locate, read_bytes

Maker = Callable[..., bytes]

STANDIN = """#!{python}
import sys
if "--list-langs" in sys.argv:
    print("List of available languages (1):\\n{language}")
    raise SystemExit
image = sys.stdin.buffer.read()
kind, width, height, rest = image.split(b" ", 3)
assert kind == b"P5" and len(rest) == len(b"255\\n") + int(width) * int(height), image[:40]
assert sys.argv[1:5] == ["stdin", "stdout", "-l", "chi_sim"]
{act}
print("level\\tpage\\tblock\\tpar\\tline\\tword\\tleft\\ttop\\twidth\\theight\\tconf\\ttext")
print("1\\t1\\t0\\t0\\t0\\t0\\t0\\t0\\t10\\t10\\t-1\\t")
for at, word in enumerate(("第 一", "条", "市 科技 局", "管理", "创新 券 ( 试行 ) 。")):
    print(f"5\\t1\\t1\\t1\\t1\\t{{at}}\\t{{100 + 300 * at}}\\t200\\t280\\t40\\t90\\t{{word}}")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a stand-in for tesseract where it is looked for, and nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(*, language: str = "chi_sim", act: str = "") -> None:
        program = tmp_path / "tesseract"
        program.write_text(
            STANDIN.format(python=sys.executable, language=language, act=act), encoding="utf-8"
        )
        program.chmod(0o755)

    return put


def test_page_images_are_read_one_by_one(make_pdf: Maker, install: Callable[..., None]) -> None:
    install()
    made = read_bytes(make_pdf([[], []], image=True), "scan.pdf", ocr=True)
    assert made.text == "第一条市科技局管理创新券(试行)。\n" * 2
    assert [found.page for found in made.pages] == [1, 2]
    assert locate(made, len(made.text)) == (2, 1)
    assert ("read by", "tesseract") in made.metadata


def test_a_text_layer_is_preferred(make_pdf: Maker, install: Callable[..., None]) -> None:
    install(act="raise SystemExit(1)")
    page = [(72, 700, "第一条 市科技局管理创新券，向企业发放，不得转让。")]
    assert "市科技局" in read_bytes(make_pdf([page]), "a.pdf", ocr=True).text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (None, "needs tesseract, which is not installed; install Debian's tesseract-ocr"),
        ({"language": "eng"}, "without its data chi_sim"),
        ({"act": "raise SystemExit(1)"}, "tesseract failed on page 1"),
        ({"act": "import time; time.sleep(30)"}, "page 1 took longer than the limit of 1 s"),
        ({"act": "raise SystemExit(0)"}, "no policy text"),
    ],
)
def test_what_goes_wrong_is_named(
    more: dict[str, str] | None, said: str, make_pdf: Maker, install: Callable[..., None]
) -> None:
    if more is not None:
        install(**more)
    with pytest.raises(ReadError) as caught:
        read_bytes(make_pdf([[]], image=True), "scan.pdf", ocr=True, limits=Limits(seconds=1))
    assert said in str(caught.value)
