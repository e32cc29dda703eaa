"""Lexicon files are checked whole at load, and every name in them is found whatever its width."""

from importlib.resources import files
from pathlib import Path

import pytest
import spacy

from policykg.extract.names.candidates import proposals
from policykg.extract.names.lexicon import COLUMNS, Lexicon, LexiconError, create_lexicon, read_entries
from policykg.ontology.errors import PolicyKGError

HEADER = "\t".join(COLUMNS)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "own.tsv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_built_in_lexicon_is_in_order(lexicon: Lexicon) -> None:
    assert len(lexicon) > 2000


def test_built_in_files_end_in_a_line_end() -> None:
    for item in files("policykg.extract.data.lexicon").iterdir():
        if item.name.endswith(".tsv"):
            assert item.read_text(encoding="utf-8").endswith("\n"), item.name


@pytest.mark.parametrize(
    ("surface", "label", "canonical"),
    [
        ("科学技术部", "Body", "科技部"),
        ("国家重点研发计划", "Program", ""),
        ("转化基金", "Mechanism", "国家科技成果转化引导基金"),
        ("高等院校", "Body", ""),
    ],
)
def test_finds_known_names(lexicon: Lexicon, surface: str, label: str, canonical: str) -> None:
    text = f"由{surface}负责"
    found = {(m.start, m.end, m.entry.label, m.entry.canonical) for m in lexicon.find(text)}
    assert (1, 1 + len(surface), label, canonical) in found


def test_width_does_not_matter(tmp_path: Path) -> None:
    own = Lexicon.load([write(tmp_path, "创新(试点)基地\tProgram\t\tname\town\t")])
    assert any(m.entry.source == "own" for m in own.find("建设创新（试点）基地。"))


def test_overlapping_names_are_all_found(lexicon: Lexicon) -> None:
    found = {m.entry.surface for m in lexicon.find("国家技术创新中心")}
    assert {"国家技术创新中心", "技术创新中心"} <= found


def test_own_file_replaces_ours(tmp_path: Path) -> None:
    own = Lexicon.load([write(tmp_path, "高等院校\tBody\t高等学校\talias\town\t")])
    (entry,) = [m.entry for m in own.find("高等院校") if m.entry.surface == "高等院校"]
    assert (entry.canonical, entry.rule) == ("高等学校", "user-lexicon:own")


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "乙县示范园\tPlace\t\tname\town\t",
        "丙市试验站\tProgram\t\tnickname\town\t",
        "丁社\tBody\t\tabbr\town\t",
        "甲乙丙丁\tProgram\t\tname",
        "青禾市科创局\tBody\t\tname\town\t",
        "青禾市科创局\tProgram\t\tname\town\t",
        "戊",
    )
    with pytest.raises(LexiconError) as caught:
        Lexicon.load([path])
    text = str(caught.value)
    assert isinstance(caught.value, PolicyKGError)
    for part in (
        "own.tsv:2: unknown label 'Place'; labels are Body",
        "own.tsv:3: unknown kind 'nickname'; kinds are name",
        "own.tsv:4: '丁社' is an abbr of nothing; fill in canonical",
        "own.tsv:5: 4 columns; there must be 6",
        "own.tsv:7: '青禾市科创局' conflicts with own.tsv:6; keep one of the two rows",
        "own.tsv:8: 1 columns",
    ):
        assert part in text
    assert len(caught.value.faults) == 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("surface\tlabel\n", "wrong header"),
        (f"{HEADER}\n乙地\tBody\t\tname\to\t\n丙地\tBody\t\tname\to\t\n丙地\tBody\t\tname\to\t\n", "repeats"),
        (f"{HEADER}\n\u4e59\u5730\tBody\t\tname\to\t\n\u4e01\u5730\tBody\t\tname\to\t\n", "sort the rows"),
        (f"{HEADER}\ncafe\u0301\tBody\t\tname\to\t\n", "is not in NFC"),
    ],
)
def test_faults_of_form(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        Lexicon.load([path])


def test_missing_and_undecodable_files(tmp_path: Path) -> None:
    other = tmp_path / "latin.tsv"
    other.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LexiconError) as caught:
        Lexicon.load([tmp_path / "absent.tsv", other])
    assert len(caught.value.faults) == 2


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text("\ufeff" + HEADER + "\n乙地\tBody\t\tname\to\t\n", encoding="utf-8")
    faults: list[str] = []
    assert [entry.surface for _, entry in read_entries(path, "r", faults)] == ["乙地"]
    assert not faults


def test_component_proposes_with_rule_and_canonical() -> None:
    nlp = spacy.blank("zh")
    doc = create_lexicon(nlp, "policy_lexicon", [])(nlp.make_doc("科学技术部负责。"))
    assert (0, 5, "Body", "lexicon:bodies", "科技部") in proposals(doc).found


def test_no_match_inside_a_latin_word(tmp_path: Path) -> None:
    nlp = spacy.blank("zh")
    path = write(tmp_path, "AI\tProgram\t\tname\town\t")
    doc = create_lexicon(nlp, "policy_lexicon", [str(path)])(nlp.make_doc("MAIN与AI"))
    assert [f[:2] for f in proposals(doc).found if f.rule == "user-lexicon:own"] == [(5, 7)]
