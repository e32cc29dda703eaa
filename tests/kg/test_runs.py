"""Runs on one output folder: what is asked, what is read again, what is completed, and what is said of it all."""

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from policykg.extract.pipeline import build_pipeline
from policykg.extract.settings import Settings
from policykg.kg import assemble as runs
from policykg.kg.assemble import Report, add, assemble, remove
from policykg.kg.folder import graph, plan, sources
from policykg.kg.folder.library import Library, Request
from policykg.kg.folder.listing import verification_tables
from policykg.kg.folder.manifest import ManifestError, read_manifest
from policykg.kg.folder.output import OutputError, open_output
from policykg.kg.folder.verify import verify
from policykg.kg.names import UnknownName
from policykg.kg.store import Store
from policykg.ontology.errors import PolicyKGError

BARE = Settings(model=False)
TEXT = """青川市{what}管理办法
青科发〔2031〕{number}号
第一条 市科技局负责{what}的监督管理，设立{what}引导基金。
第二条 市财政局资助{what}。
青川市科技局
2031年3月4日
"""


def text(what: str, number: int = 1) -> str:
    return TEXT.format(what=what, number=number)


@pytest.fixture(scope="module")
def pipeline() -> object:
    return build_pipeline(BARE)


@pytest.fixture(autouse=True)
def _one_pipeline(monkeypatch: pytest.MonkeyPatch, pipeline: object) -> None:
    monkeypatch.setattr(plan, "_build_pipeline", lambda recipe: pipeline)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def call(name: str, content: str) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return call


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read, extracted and built, as it happens."""
    done: list[str] = []
    for module, name in ((sources, "read_bytes"), (graph, "build_quads")):
        real = getattr(module, name)

        def noted(
            *given: object, _real: Callable[..., object] = real, _name: str = name, **more: object
        ) -> object:
            done.append(_name)
            return _real(*given, **more)

        monkeypatch.setattr(module, name, noted)
    return done


Write = Callable[[str, str], Path]


def names(report: Report) -> list[str]:
    return sorted(one.name for one in report.graph.documents)


def test_only_what_is_new_is_read_and_only_what_it_touches_is_built(
    write: Write, out: Path, calls: list[str]
) -> None:
    assemble([write("a.txt", text("创新券")), write("b.txt", text("积分制", 2))], out, settings=BARE)
    assert sorted(calls) == ["build_quads"] * 2 + ["read_bytes"] * 2
    calls.clear()
    report = add([write("c.txt", text("示范区", 3))], out)
    assert calls == ["read_bytes", "build_quads"]
    assert report.run is not None
    assert report.run.added == ("青川市示范区管理办法",)
    calls.clear()
    assert assemble([out.parent / "in"], out, settings=BARE).run is None
    remove(["青科发[2031] 2号"], out)
    assert calls == []
    with Store.open(out) as store:
        assert len(store.graphs()) == 2
        assert store.count() == read_manifest(out).triples


def test_files_are_called_as_they_were_named(
    write: Write, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.txt", text("创新券"))
    write("empty.txt", "")
    write("bad.txt", "\x89PNG\r\n\x1a\n\x00")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("b.txt", text("积分制", 2))
        packed.writestr("c.txt", "")
    monkeypatch.chdir(tmp_path)
    report = assemble(["in", "all.zip", "none.txt"], out, settings=BARE)
    assert [one.source for one in report.graph.documents] == ["in/a.txt", "all.zip/b.txt"]
    called = ["in/bad.txt", "in/empty.txt", "all.zip/c.txt", "none.txt"]
    assert [one.reason.partition(": ")[0] for one in report.skipped] == called
    assert [str(one.path) for one in report.skipped] == called


def test_a_graph_among_its_sources_is_none_of_them(write: Write) -> None:
    folder = write("a.txt", text("创新券")).parent
    for _ in range(2):
        report = assemble([folder], folder / "out", settings=BARE, save_text=True)
        assert report.skipped == ()
        assert len(report.graph.sources) == 1


def test_a_changed_file_changes_its_documents(write: Write, out: Path) -> None:
    path = write("a.txt", text("创新券"))
    assemble([path, write("b.txt", text("积分制", 2))], out, settings=BARE)
    write("a.txt", text("创新券").replace("市财政局", "市教育局"))
    report = add([path], out)
    assert report.run is not None
    assert report.run.changed == ("青川市创新券管理办法",)
    with Store.open(out) as store:
        assert store.query("ASK { ?s skos:prefLabel '青川市教育局'@zh }")
    write("a.txt", text("孵化器"))
    run = assemble([path], out, settings=BARE).run
    assert run is not None
    assert (run.added, run.removed) == (
        ("青川市孵化器管理办法",),
        ("青川市创新券管理办法", "青川市积分制管理办法"),
    )


def test_documents_go_by_name_number_file_folder_and_archive(write: Write, out: Path, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("一/x.txt", text("实验室", 5))
        packed.writestr("y.txt", text("孵化器", 6))
    write("a.txt", text("创新券") + "\n\n" + text("积分制", 2))
    write("c.txt", text("示范区", 3))
    whole = names(assemble([tmp_path / "in", archive], out, settings=BARE))
    assert len(whole) == 5
    assert "青川市积分制管理办法" not in names(remove(["《青川市积分制管理办法》"], out))
    assert [source.left_out != () for source in read_manifest(out).sources] == [False, False, True, False]
    assert len(names(remove([f"{archive}/一/x.txt"], out))) == 3
    assert len(names(remove([archive, "青科发〔2031〕3号"], out))) == 1
    with pytest.raises(UnknownName, match="nearest: 青川市创新券管理办法"):
        remove(["青川市创新卷管理办法"], out)
    assert names(remove([tmp_path / "in"], out)) == []
    assert names(add([tmp_path / "in"], out)) == sorted(
        ["青川市创新券管理办法", "青川市积分制管理办法", "青川市示范区管理办法"]
    )


def test_standard_input_stays_though_it_cannot_be_read_again(
    write: Write, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assemble([write("a.txt", text("创新券"))], out, settings=BARE)
    for what in ("积分制", "示范区"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text(what, 2).encode())))
        add(["-"], out)
    assert len(read_manifest(out).documents) == 3
    assert {one.state for one in verify(out).sources} == {"same", "kept"}
    assert len(names(remove(["-"], out))) == 1


def leave(out: Path, action: str, *given: object) -> None:
    """Leave a request as a killed run does."""
    with Library(out / ".policykg" / "library.sqlite") as library:
        library.note(
            Request(mark=f"{action}{given}", action=action, given=tuple(map(str, given)), folder="/")  # type: ignore[arg-type]
        )


def test_the_next_run_completes_what_killed_ones_were_asked(write: Write, out: Path) -> None:
    first, second, third = (write(f"{n}.txt", text(f"第{n}计划", n)) for n in (1, 2, 3))
    assemble([first], out, settings=BARE)
    leave(out, "add", second)
    leave(out, "remove", "青科发〔2031〕1号")
    leave(out, "remove", "青科发〔2031〕9号")
    report = add([third], out)
    assert names(report) == ["青川市第2计划管理办法", "青川市第3计划管理办法"]
    assert [notice.partition(" (")[0].partition(": ")[0] for notice in report.notices] == [
        "an earlier run was cut short; it is completed now",
        "an earlier run was cut short; it is completed now",
        "an earlier run was cut short; it cannot be completed",
    ]
    assert report.run is not None
    assert report.run.completed == (f"add {second}", "remove 青科发〔2031〕1号")
    assert add([third], out).notices == ()


def test_a_build_says_all_there_is_to_do(write: Write, out: Path) -> None:
    first, second = write("1.txt", text("创新券")), write("2.txt", text("积分制", 2))
    assemble([first], out, settings=BARE)
    leave(out, "add", second)
    report = assemble([first], out, settings=BARE)
    assert (len(names(report)), report.notices) == (1, ())
    assert add([first], out).notices == ()


def test_what_a_killed_run_removed_may_be_asked_for_again(write: Write, out: Path) -> None:
    assemble([write("1.txt", text("创新券")), write("2.txt", text("积分制", 2))], out, settings=BARE)
    leave(out, "remove", "青科发〔2031〕1号")
    assert names(remove(["青科发〔2031〕1号"], out)) == ["青川市积分制管理办法"]


def test_a_run_that_fails_leaves_nothing_to_complete(write: Write, out: Path) -> None:
    assemble([write("1.txt", text("创新券"))], out, settings=BARE)
    with pytest.raises(runs.NothingBuiltError):
        add([out / "nowhere.txt"], out)
    report = add([write("2.txt", text("积分制", 2))], out)
    assert report.notices == ()
    assert len(names(report)) == 2


def test_a_lost_library_costs_time_only_unless_a_source_is_lost_too(write: Write, out: Path) -> None:
    first, second = write("1.txt", text("创新券")), write("2.txt", text("积分制", 2))
    assemble([first, second], out, settings=BARE)
    before = (out / "graph.trig").read_bytes()
    library = out / ".policykg" / "library.sqlite"
    library.write_bytes(b"\xff" * 5000)
    third = write("3.txt", text("示范区", 3))
    report = add([third], out)
    assert "library.sqlite was damaged" in report.notices[0]
    assert len(names(report)) == 3
    remove([third], out)
    assert (out / "graph.trig").read_bytes() == before
    library.unlink()
    first.unlink()
    with pytest.raises(Exception, match=r"1\.txt: there is no such file") as found:
        add([third], out)
    assert "nothing is changed" in str(found.value)
    assert (out / "graph.trig").read_bytes() == before


def test_a_file_that_has_gone_stays_in_the_graph(write: Write, out: Path) -> None:
    first = write("1.txt", text("创新券"))
    assemble([first], out, settings=BARE)
    first.unlink()
    assert len(names(add([write("2.txt", text("积分制", 2))], out))) == 2


def test_a_damaged_store_is_made_anew(write: Write, out: Path) -> None:
    path = write("1.txt", text("创新券"))
    assemble([path], out, settings=BARE)
    before = (out / "graph.trig").read_bytes()
    for file in (out / "store").iterdir():
        file.write_bytes(b"damaged")
    assert assemble([path], out, settings=BARE).run is not None
    assert (out / "graph.trig").read_bytes() == before
    with Store.open(out) as store:
        assert len(store.graphs()) == 1


def test_links_that_were_taken_away_are_back(write: Write, out: Path) -> None:
    path = write("1.txt", text("创新券"))
    assemble([path], out, settings=BARE)
    (out / "graph.html").unlink()
    assert assemble([path], out, settings=BARE).run is None
    assert (out / "graph.html").is_file()


def test_a_graph_that_does_not_say_what_it_is_made_of_is_not_added_to(write: Write, out: Path) -> None:
    path = write("1.txt", text("创新券"))
    assemble([path], out, settings=BARE)
    manifest = out / ".policykg" / "current" / ".manifest.json"
    manifest.unlink()
    with pytest.raises(ManifestError, match="build it anew"):
        add([path], out)
    manifest.write_text("{")
    with pytest.raises(ManifestError, match="build the graph anew"):
        remove([path], out)
    assert assemble([path], out, settings=BARE).run is not None
    manifest = out / ".policykg" / "current" / ".manifest.json"
    manifest.write_text('{"schema":99}')
    for act in (lambda: assemble([path], out), lambda: add([path], out), lambda: Store.open(out)):
        with pytest.raises(ManifestError, match="newer policykg"):
            act()


def test_two_at_once_are_one_too_many(write: Write, out: Path) -> None:
    with open_output(out), pytest.raises(OutputError, match=r"another build \(process \d+\); wait"):
        add([write("1.txt", text("创新券"))], out)


def test_a_full_disk_leaves_the_graph_as_it_was(
    write: Write, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assemble([write("1.txt", text("创新券"))], out, settings=BARE)
    before = (out / "graph.trig").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(runs, "save_manifest", full)
        with pytest.raises(OutputError, match="No space left on device; its graph is what it was"):
            add([write("2.txt", text("积分制", 2))], out)
    assert (out / "graph.trig").read_bytes() == before
    assert len(names(add([out.parent / "in"], out))) == 2


@pytest.mark.parametrize("room", [20_000, 60_000, 150_000])
def test_no_room_for_a_file_is_one_line(write: Write, out: Path, room: int) -> None:
    path = write("1.txt", text("创新券"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(PolicyKGError, match=r"^\S*(out|library.sqlite) cannot be [^\n]*$"):
            assemble([path], out, settings=BARE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (out / "graph.trig").exists()
    assert len(names(assemble([path], out, settings=BARE))) == 1


def test_verify_names_what_no_longer_stands(write: Write, out: Path) -> None:
    paths = [write(f"{n}.txt", text(f"第{n}计划", n)) for n in (1, 2, 3, 4)]
    assemble(paths, out, settings=BARE)
    assert verify(out).holds
    paths[0].write_text(text("第1计划").replace("市财政局", "县财政局"), encoding="utf-8")
    paths[1].unlink()
    paths[2].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    found = verify(out)
    assert not found.holds
    assert [one.state for one in found.sources] == ["changed", "missing", "unreadable", "same"]
    assert found.sources[0].wrong == len(found.misquotations) > 0
    assert all("市财政局" in one.quote and "县财政局" in one.found for one in found.misquotations)


def test_verify_tells_what_has_moved_from_what_is_gone_and_lists_a_quote_once(
    write: Write, out: Path
) -> None:
    path = write("1.txt", text("创新券"))
    assemble([path], out, settings=BARE)
    path.write_text(
        path.read_text(encoding="utf-8").replace("青川市创新券", "在青川市创新券", 1), encoding="utf-8"
    )
    found = verify(out)
    assert {one.moved for one in found.misquotations} >= {True}
    _, listed = verification_tables(found, "en")
    quotes = list(zip(listed.column("document"), listed.column("quote"), strict=True))
    assert len(quotes) == len(set(quotes)) == len({one.quote for one in found.misquotations})
    assert sorted(map(str, listed.column("state"))) == list(
        map(str, listed.column("state"))
    )  # gone, then moved
    places = {(one.quote, one.start) for one in found.misquotations}
    assert sum(int(n or 0) for n in listed.column("places")) == len(places)


def test_the_same_file_from_another_place_is_told(write: Write, out: Path) -> None:
    first = write("b.txt", text("创新券"))
    assemble([first], out, settings=BARE)
    for name in ("a.txt", "c.txt"):
        report = add([write(name, text("创新券"))], out)
        assert any("the same text as" in one.reason for one in report.skipped), name
        assert len(report.graph.documents) == 1


def test_the_log_tells_how_the_graph_came_about(write: Write, out: Path) -> None:
    first, second = write("1.txt", text("创新券")), write("2.txt", text("积分制", 2))
    assemble([first], out, settings=BARE)
    add([second, out / "nowhere.txt"], out)
    remove([first], out)
    log = read_manifest(out).runs
    assert [(run.action, len(run.added), len(run.removed), len(run.skipped)) for run in log] == [
        ("build", 1, 0, 0),
        ("add", 1, 0, 1),
        ("remove", 0, 1, 0),
    ]
    assert all(run.program and run.when.endswith("+00:00") for run in log)


def test_an_endpoint_follows_the_graph(write: Write, out: Path, endpoint: str) -> None:
    first, second = write("1.txt", text("创新券")), write("2.txt", text("积分制", 2))
    assemble([first], out, settings=BARE, endpoint=endpoint)
    add([second], out, endpoint=endpoint)
    with Store.open(out) as store, Store.open(endpoint) as remote:
        assert set(store.graphs()) <= set(remote.graphs())
        assert {remote.count(name) for name in store.graphs()} == {
            store.count(name) for name in store.graphs()
        }
        gone = store.graphs()
        remove([first], out, endpoint=endpoint)
        assert len(set(gone) & set(remote.graphs())) == 1
        remote.remove_document(gone[1])
        add([second], out, endpoint=endpoint)
        assert len(set(gone) & set(remote.graphs())) == 1


def test_the_command_line_lists_logs_and_verifies(
    write: Write, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from policykg.kg.cli import main

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["policykg", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        said = capsys.readouterr()
        return int(exit_.value.code or 0), said.out, said.err

    path = write("1.txt", text("创新券"))
    assert call("build", path, "-o", out, "--no-model")[0] == 0
    code, printed, said = call("add", write("2.txt", text("积分制", 2)), "-o", out, "-f", "json")
    assert (code, [row["document"] for row in json.loads(printed)]) == (0, ["青川市积分制管理办法"])
    assert "2 documents" in said
    listed = json.loads(call("list", "-s", out, "-f", "json")[1])
    assert [row["number"] for row in listed] == ["青科发〔2031〕1号", "青科发〔2031〕2号"]
    assert "青川市科技局" in call("list", "-s", out)[1]
    assert "青科发〔2031〕1号" in call("list", "-s", out, "-f", "csv", "--lang", "en")[1]
    assert call("remove", "无此办法", "-o", out)[0] == 1
    code, printed, _ = call("remove", "青科发〔2031〕2号", "-o", out, "-f", "csv")
    assert (code, printed) == (0, "change,document\n移除,青川市积分制管理办法\n")
    log = json.loads(call("log", "-s", out, "-f", "json")[1])
    assert [run["action"] for run in log] == ["build", "add", "remove"]
    assert log[2]["removed"] == ["青川市积分制管理办法"]
    assert call("verify", "-s", out)[0] == 0
    path.unlink()
    code, printed, said = call("verify", "-s", out, "--lang", "en")
    assert code == 1
    assert "of 1 sources 1 cannot be read" in said
    assert "missing" in printed
    assert call("list", "-s", out / "nowhere")[0] == 2


def test_a_run_that_extracts_nothing_does_not_load_spacy() -> None:
    code = "import sys; from policykg.kg.folder import graph; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
