"""Stand-off annotations and the shared texts that they lie over."""

import hashlib
from pathlib import Path

import pytest

from policykg.extract.learning.corpus import CorpusError, read_annotations, read_corpus, read_gold_texts
from policykg.extract.learning.train import ANNOTATIONS
from policykg.extract.names.model import TYPES

CORPUS = [("docs/a.txt", "前言。省厅设立基金。")]


def write(folder: Path, texts: list[str], names: list[str]) -> None:
    """Write both tables."""
    head = "text\tsource\tfrom\tto\tsha256", "text\tstart\tend\ttype"
    (folder / "texts.tsv").write_text("\n".join([head[0], *texts]) + "\n", encoding="utf-8")
    (folder / "names.tsv").write_text("\n".join([head[1], *names]) + "\n", encoding="utf-8")


def test_read_annotations_lays_names_over_excerpts(tmp_path: Path) -> None:
    digest = hashlib.sha256("省厅设立基金。".encode()).hexdigest()
    write(
        tmp_path,
        [f"0\tdocs/a.txt\t3\t10\t{digest}"],
        ["0\t4\t6\tMechanism", "0\t0\t2\tBody", "0\t0\t6\tTarget"],
    )
    (text,) = read_annotations(tmp_path, CORPUS)
    assert [(text.text[a:b], kind) for a, b, kind in text.names] == [("省厅", "Body"), ("基金", "Mechanism")]


def test_read_annotations_lists_all_faults(tmp_path: Path) -> None:
    write(tmp_path, ["0\tdocs/a.txt\t0\t3\tx", "1\tdocs/b.txt\t0\t3\tx", "2\tdocs/a.txt"], ["0\ta\t2\tBody"])
    with pytest.raises(CorpusError) as error:
        read_annotations(tmp_path, CORPUS)
    assert len(str(error.value).splitlines()) == 4


def test_missing_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"laws\.tar\.xz"):
        list(read_corpus(tmp_path))
    with pytest.raises(CorpusError, match="no gold files"):
        read_gold_texts(tmp_path)


def test_bundled_annotations_fit_the_shared_corpus(shared: Path) -> None:
    texts = read_annotations(ANNOTATIONS, list(read_corpus(shared / "corpus")))
    for text in texts:
        for (start, end, kind), after in zip(text.names, [*text.names[1:], None], strict=True):
            name = text.text[start:end]
            assert name == name.strip() != ""
            assert kind in TYPES.values()
            assert after is None or end <= after[0]
