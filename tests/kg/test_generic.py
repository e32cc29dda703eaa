"""Names that say only what kind of thing is meant are told from names by words that are data."""

from pathlib import Path

import pytest

from policykg.kg.generic import GenericNamesError, is_generic, load_generic_names


@pytest.mark.parametrize("name", ["各级各有关部门", "地方", "地方政府", "其他单位", "创新平台", "机制"])
def test_class_words_alone_are_generic(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize(
    "name", ["", "各级", "青川市科技局", "岛屿创新平台", "风险补偿机制", "部门协调机制", "各级" * 9_999]
)
def test_names_are_not_generic(name: str) -> None:
    assert not is_generic(name)


def test_a_wrong_example_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'before = ["各"]\nwords = ["部门"]\n[examples]\ngeneric = ["单位"]\nnamed = ["各部门"]\n',
        encoding="utf-8",
    )
    with pytest.raises(GenericNamesError, match="单位 is not generic by these words; 各部门 is generic"):
        load_generic_names(file)
    file.write_text("before = 1", encoding="utf-8")
    with pytest.raises(GenericNamesError, match=r"own\.toml cannot be used"):
        load_generic_names(file)
