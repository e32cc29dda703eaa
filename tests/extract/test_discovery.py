"""Word discovery, clustering and segmentation on invented texts."""

import random

import pytest

from policykg.extract.learning.discovery import discover, find_words
from policykg.extract.names.segment import (
    NO_CLUSTERS,
    Segmenter,
    WordsError,
    format_words,
    parse_words,
)

VERBS = ("支持", "鼓励", "建立")
NOUNS = ("企业", "园区", "平台", "基金")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Sentences of random words, so that only words hold together."""
    chance = random.Random(1)
    sentences = []
    for _ in range(600):
        verb, noun, other = chance.choice(VERBS), chance.choice(NOUNS), chance.choice(NOUNS)
        sentences.append(f"{chance.choice('甲乙丙丁戊')}{verb}{noun}{chance.choice('子丑寅卯辰')}{other}。")
    return ["".join(sentences)]


def test_find_words_finds_what_holds_together(texts: list[str]) -> None:
    words = find_words(texts)
    found = {word for word in words if len(word) > 1}
    assert found >= {*NOUNS, *VERBS} - {"支持"} or found >= {*NOUNS}
    assert words["企"] == texts[0].count("企")
    assert not any(word.startswith("业") for word in found)


def test_discover_is_deterministic_and_groups_alike_words(texts: list[str]) -> None:
    rows = discover(texts)
    assert rows == discover(texts)
    clusters = {word: groups for word, _, groups in rows}
    assert all(clusters[noun] != NO_CLUSTERS for noun in NOUNS)


def test_cut_prefers_known_words() -> None:
    segmenter = Segmenter([(c, 100, NO_CLUSTERS) for c in "支持企业创新"] + [("企业", 90, NO_CLUSTERS)])
    assert segmenter.cut("支持企业创新") == ["支", "持", "企业", "创", "新"]
    assert list(segmenter.words("企业A,企业")) == ["企业", "A", ",", "企业"]
    assert segmenter.cut("") == []


def test_words_table_round_trip(texts: list[str]) -> None:
    rows = discover(texts)
    assert parse_words(format_words(rows)) == rows


@pytest.mark.parametrize("text", ["", "word\n", "word\tcount\tcoarse\tmiddle\tfine\n企业\tx\t1\t2\t3\n"])
def test_damaged_table_is_refused(text: str) -> None:
    with pytest.raises(WordsError, match=r"words\.tsv:"):
        parse_words(text)


def test_built_in_table_cuts_policy_words() -> None:
    assert Segmenter.load().cut("支持科技型中小企业发展") == ["支持", "科技型", "中小企业", "发展"]
