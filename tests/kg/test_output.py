"""The output folder: old files or new ones, never half, whatever happens to the builder."""

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykg.kg.folder.output import OutputError, open_output
from policykg.kg.store import Store

FILES = ("graph.html", "graph.trig")


@contextmanager
def atomic_output(out: Path) -> Iterator[Path]:
    with open_output(out) as output, output.replace() as staging:
        yield staging


def build(out: Path, mark: str) -> None:
    with atomic_output(out) as staging:
        for name in FILES:
            (staging / name).write_text(mark, encoding="utf-8")
        (staging / "store").mkdir()
        (staging / "store" / "CURRENT").write_text(mark, encoding="utf-8")


def read(out: Path) -> set[str]:
    paths = [*(out / name for name in FILES), out / "store" / "CURRENT"]
    return {path.read_text(encoding="utf-8") if path.exists() else "missing" for path in paths}


def builds(out: Path) -> list[str]:
    return sorted(path.name for path in (out / ".policykg").glob("build-*"))


def test_a_build_replaces_the_last_one_and_keeps_only_itself(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    for mark in ("一", "二", "三"):
        build(out, mark)
        assert read(out) == {mark}
        assert len(builds(out)) == 1
    assert sorted(path.name for path in out.iterdir()) == [".policykg", "graph.html", "graph.trig", "store"]


def test_a_file_that_the_next_build_does_not_write_goes(tmp_path: Path) -> None:
    build(tmp_path, "一")
    with atomic_output(tmp_path) as staging:
        (staging / "graph.trig").write_text("二")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".policykg", "graph.trig"]


def test_an_error_leaves_the_old_files(tmp_path: Path) -> None:
    build(tmp_path, "一")
    with pytest.raises(KeyboardInterrupt), atomic_output(tmp_path) as staging:
        (staging / "graph.trig").write_text("二")
        raise KeyboardInterrupt
    assert read(tmp_path) == {"一"}
    assert len(builds(tmp_path)) == 1


def test_files_of_others_are_neither_touched_nor_replaced(tmp_path: Path) -> None:
    (tmp_path / "笔记.txt").write_text("mine")
    build(tmp_path, "一")
    build(tmp_path, "二")
    assert (tmp_path / "笔记.txt").read_text() == "mine"
    (tmp_path / "graph.html").unlink()
    (tmp_path / "graph.html").write_text("mine")
    with pytest.raises(OutputError, match=r"graph\.html: not made by policykg"):
        build(tmp_path, "三")
    assert (tmp_path / "graph.html").read_text() == "mine"
    assert (tmp_path / "graph.trig").read_text(encoding="utf-8") == "二"


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    with (
        atomic_output(tmp_path),
        pytest.raises(OutputError, match="is being written by another build"),
        atomic_output(tmp_path),
    ):
        pass
    build(tmp_path, "一")


def test_an_output_that_cannot_be_a_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        build(tmp_path / "out", "一")


def test_the_folder_can_be_moved_and_reached_through_a_link(tmp_path: Path) -> None:
    build(tmp_path / "out", "一")
    (tmp_path / "out").rename(tmp_path / "moved")
    (tmp_path / "link").symlink_to("moved")
    build(tmp_path / "link", "二")
    assert read(tmp_path / "moved") == {"二"}


def test_a_reader_keeps_its_graph_while_a_build_ends(tmp_path: Path) -> None:
    def write(value: int) -> None:
        with atomic_output(tmp_path) as staging, Store.create(staging) as store:
            graph = ox.NamedNode("https://example.org/g")
            quad = ox.Quad(graph, ox.NamedNode("https://example.org/p"), ox.Literal(value), graph)
            store.replace_document(graph.value, [quad])
            store.finish()

    def value(store: Store) -> str:
        (row,) = store.query("SELECT ?o WHERE { ?s ?p ?o }")
        return str(row["o"].value)

    write(1)
    old = Store.open(tmp_path)
    write(2)
    assert value(old) == "1"
    assert value(Store.open(tmp_path)) == "2"


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_output import build
print("ready", flush=True)
for n in range(100000):
    build(Path(sys.argv[1]), str(n))
"""


def test_a_killed_build_leaves_old_or_new_files_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    chance = random.Random(7)
    arguments = [sys.executable, "-c", KILLED, str(tmp_path), str(Path(__file__).parent)]
    for _ in range(20):
        child = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline()
        threading.Event().wait(chance.uniform(0.0, 0.05))
        child.kill()
        child.wait()
        child.stdout.close()
        assert len(read(tmp_path)) == 1
    build(tmp_path, "ende")
    assert read(tmp_path) == {"ende"}
    assert len(builds(tmp_path)) == 1
