"""The word lists: what ships is right, and faults are all named at once."""

from pathlib import Path

import pytest

from policykg.extract.structure.wording import FOLDER, WordingError, furniture_words, structure_words


def test_the_shipped_lists_load() -> None:
    assert "通知" in structure_words().title.genres
    assert furniture_words().adverts


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    text = (FOLDER / "structure.toml").read_text(encoding="utf-8")
    path = tmp_path / "structure.toml"
    path.write_text(
        text.replace("[place]", "[plaice]").replace('carriers = ["通知",', 'carriers = ["通知", "通知",'),
        encoding="utf-8",
    )
    with pytest.raises(WordingError) as caught:
        structure_words(path)
    said = str(caught.value)
    assert "unknown table [plaice]" in said
    assert "table [place] is missing" in said
    assert "'通知' twice" in said


def test_an_advert_must_find_its_example(tmp_path: Path) -> None:
    path = tmp_path / "furniture.toml"
    path.write_text(
        'buttons = ["a"]\nfolds = ["b"]\n[[advert]]\npattern = "甲"\nexample = "乙"\n', encoding="utf-8"
    )
    with pytest.raises(WordingError, match="does not find its example"):
        furniture_words(path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "structure.toml"
    path.write_text("[title", encoding="utf-8")
    with pytest.raises(WordingError, match=r"structure\.toml"):
        structure_words(path)
