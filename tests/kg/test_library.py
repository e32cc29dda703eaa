"""What an output folder remembers: texts and records by content, requests, and what is at endpoints."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from policykg.extract.records import DocumentInfo, DocumentRecord, DocumentSpan, Mention, ReaderText
from policykg.kg.folder.library import Library, LibraryError, Request
from policykg.kg.folder.manifest import (
    Built,
    Manifest,
    ManifestError,
    Recipe,
    Run,
    Source,
    load_manifest,
    save_manifest,
)

TEXT = ReaderText(source="甲.txt", text="青川市科技局设立创新券。" * 400)
RECORD = DocumentRecord(
    source=TEXT,
    span=DocumentSpan(start=0, end=6, info=DocumentInfo(title="某某办法")),
    entities=(Mention(start=0, end=6, type="Body", text="青川市科技局", canonical="青川市科技局"),),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library(path) as opened:
        yield opened


def test_records_come_back_whole_under_the_name_that_the_file_has_now(library: Library) -> None:
    library.keep_text("d1", "f1", TEXT, 2)
    library.keep_record("d1", 0, "f1", RECORD)
    assert library.records("d1", "f1", "乙.txt") is None
    library.keep_record("d1", 1, "f1", RECORD)
    renamed = replace(RECORD, source=replace(TEXT, source="乙.txt"))
    assert library.records("d1", "f1", "乙.txt") == [renamed, renamed]


def test_what_another_program_found_does_not_count_but_its_text_is_there(library: Library) -> None:
    library.keep_text("d1", "f1", TEXT, 1)
    library.keep_record("d1", 0, "f1", RECORD)
    assert library.documents("d1", "f2") is None
    assert library.records("d1", "f2", "甲.txt") is None
    assert library.text("d1") == TEXT


def test_what_is_forgotten_is_gone_from_the_file(library: Library, path: Path) -> None:
    marked = replace(TEXT, text="".join(f"{n:x}" for n in range(40_000)))
    library.keep_text("d1", "f1", marked, 0)
    library.keep_text("d2", "f1", TEXT, 0)
    before = path.stat().st_size
    library.forget({"d2"})
    assert library.text("d1") is None
    assert library.text("d2") == TEXT
    assert path.stat().st_size < before / 2


def test_requests_stand_until_they_are_dropped(path: Path) -> None:
    source = Source(name="-", file="", digest="d1")
    one = Request(mark="a", action="build", given=("甲.txt", "-"), folder="/x", recipe=Recipe(model=False))
    two = Request(mark="b", action="remove", given=("某某办法",), folder="/x")
    with Library(path) as library:
        library.note(one)
        library.note(two)
        library.note(replace(one, held=(source,)))
    with Library(path) as library:
        assert library.requests() == [replace(one, held=(source,)), two]
        assert str(two) == "remove 某某办法"
        library.drop(["a"])
        assert library.requests() == [two]


@pytest.mark.parametrize("place", [0, 30, 100])
def test_a_damaged_file_is_put_aside(path: Path, place: int) -> None:
    with Library(path) as library:
        library.keep_text("d1", "f1", TEXT, 0)
    content = bytearray(path.read_bytes())
    content[place : place + 6000] = b"\xff" * 6000
    path.write_bytes(content)
    with Library(path) as library:
        assert library.damaged
        assert library.text("d1") is None
        library.keep_text("d1", "f1", TEXT, 0)
    with Library(path) as library:
        assert not library.damaged
        assert library.text("d1") == TEXT


def test_a_damaged_row_counts_as_not_there(library: Library, path: Path) -> None:
    library.keep_text("d1", "f1", TEXT, 1)
    library.keep_record("d1", 0, "f1", RECORD)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE records SET data = x'00'")
    database.close()
    assert library.records("d1", "f1", "甲.txt") is None


def test_a_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    Library(path).__exit__()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(LibraryError, match="newer policykg"):
        Library(path)


def test_a_manifest_comes_back(tmp_path: Path) -> None:
    source = Source(name="\udcff.txt", file="/x/\udcff.txt", digest="d", left_out=(3, 9))
    built = Built(
        name="某某办法",
        number="",
        date="",
        issuers=("市科技局",),
        source="甲.txt",
        key="k",
        facts=1,
        content="c",
        asked='[["known","Body","市科技局"],["numbered",""]]',
    )
    run = Run(
        when="2031-01-01T00:00:00+00:00", action="add", given=("甲.txt",), program="1", added=("某某办法",)
    )
    manifest = Manifest(
        recipe=Recipe(lexicons=("/x.tsv",), model=False),
        sources=(source,),
        documents=(built,),
        entities={"Body": 1},
        places={"g": (3, 4)},
        left=(("乙.txt", "no policy text"),),
        runs=(run,),
    )
    save_manifest(tmp_path, manifest)
    assert load_manifest(tmp_path) == manifest
    assert load_manifest(tmp_path / "nowhere") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema":1}', '{"schema":1,"recipe":3}'])
def test_a_damaged_manifest_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / ".manifest.json").write_text(content)
    with pytest.raises(ManifestError, match=r"^[^\n]*is damaged[^\n]*build the graph anew$"):
        load_manifest(tmp_path)


def test_a_manifest_of_a_newer_program_says_so(tmp_path: Path) -> None:
    (tmp_path / ".manifest.json").write_text('{"schema":2,"other":[]}')
    with pytest.raises(ManifestError, match="newer policykg") as found:
        load_manifest(tmp_path)
    assert found.value.newer
