"""The command line: what is printed where, exit codes, one-line faults, the same bytes again."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Store

from policykg.kg.cli import main
from policykg.kg.cli.console import write_table
from policykg.kg.query import mechanisms
from policykg.ontology.terms import Lang

HOSTILE = """<img src=x onerror=alert(1)>市</script>海洋局关于印发《<b>蓝</b>湾"管理]办法》的通知
蓝海发〔2024〕3号
各区人民政府：
现将《<b>蓝</b>湾"管理]办法》印发给你们，请遵照执行。
蓝湾市海洋局
2024年3月1日

<b>蓝</b>湾"管理]办法
第一条 蓝湾市海洋局负责监督管理[red]海洋数据平台[/red]，设立海洋发展引导基金。
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process."""

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["policykg", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        return Ran(int(exit_.value.code or 0), out, err)

    return call


@pytest.fixture(scope="module")
def built(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the samples."""
    from policykg.kg.assemble import assemble

    out = tmp_path_factory.mktemp("built") / "out"
    assemble([samples], out)
    return out


def test_build_prints_summary_and_page(run: Run, samples: Path, tmp_path: Path) -> None:
    ran = run("build", samples / "measures.txt", "-o", tmp_path / "out", "--save-text")
    assert ran.code == 0, ran.err
    assert "海创发〔2024〕8号" in ran.out
    assert ran.out.rstrip().endswith(str(tmp_path / "out" / "graph.html"))
    text = (tmp_path / "out" / "texts" / "measures.txt").read_text(encoding="utf-8")
    (record,) = json.loads((tmp_path / "out" / "texts" / "measures.json").read_text(encoding="utf-8"))
    assert record["entities"]
    assert all(text[m["start"] : m["end"]] == m["text"] for m in record["entities"])


def test_build_leaves_out_what_cannot_be_used_and_builds_the_rest(
    run: Run, samples: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "english.txt").write_text("Nothing to see here.\n" * 40, encoding="utf-8")
    bad = [tmp_path / name for name in ("empty.txt", "picture.txt", "english.txt", "missing.txt")]
    ran = run("build", *bad, samples / "plan.txt", "-o", tmp_path / "out")
    assert ran.code == 0
    lines = ran.err.strip().splitlines()
    assert len(lines) == len(bad)
    for path, line in zip(bad, lines, strict=True):
        assert str(path) in line
    assert f"({len(bad)})" in ran.out  # warnings in the summary
    assert run("build", *bad, "-o", tmp_path / "none").code == 2
    assert not (tmp_path / "none" / "graph.html").exists()


def test_build_gives_the_same_bytes_again(run: Run, samples: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("build", samples, "-o", tmp_path / name).code == 0
    for name in ("graph.trig", "graph.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_build_keeps_the_old_graph_when_a_later_build_fails(run: Run, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("build", samples / "plan.txt", "-o", out).code == 0
    before = (out / "graph.trig").read_bytes()
    faulty = tmp_path / "own.tsv"
    faulty.write_text("surface\tlabel\n潮汐站\tStation\n", encoding="utf-8")
    ran = run("build", samples / "plan.txt", "-o", out, "--lexicon", faulty)
    assert ran.code == 2
    assert "own.tsv" in ran.err
    assert "Traceback" not in ran.err
    assert (out / "graph.trig").read_bytes() == before


def test_hostile_text_stays_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    out = tmp_path / "out"
    assert run("build", tmp_path / "hostile.txt", "-o", out).code == 0
    page = (out / "graph.html").read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "<b>蓝" not in page
    ran = run("mechanisms", "蓝湾市海洋局", "-s", out)
    assert "海洋发展引导基金" in ran.out
    assert run("validate", "-s", out).code == 0


def test_mechanisms_says_how_each_is_tied(run: Run, built: Path) -> None:
    ran = run("mechanisms", "海洋创新部", "-s", built, "--format", "json")
    rows = json.loads(ran.out)
    assert {row["tie"] for row in rows} == {"直接", "经项目", "经文件"}
    assert all(row["quote"] and row["document"] and row["modality"] for row in rows)
    direct = json.loads(run("mechanisms", "海洋创新部", "-s", built, "--direct", "-f", "json").out)
    assert direct == [row for row in rows if row["tie"] == "直接"]
    table = list(csv.DictReader(io.StringIO(run("mechanisms", "海洋创新部", "-s", built, "-f", "csv").out)))
    assert [row["mechanism"] for row in table] == [row["mechanism"] for row in rows]


def test_rows_for_programs_have_codes_beside_words(run: Run, built: Path) -> None:
    (zh, en) = (
        json.loads(run("mechanisms", "海洋创新部", "--direct", "-s", built, "-f", "json", "--lang", lang).out)
        for lang in ("zh", "en")
    )
    codes = [(row["tie_id"], row["predicate"], row["modality_id"]) for row in zh]
    assert ("direct", "establishes", "required") in codes
    assert codes == [(row["tie_id"], row["predicate"], row["modality_id"]) for row in en]


def test_targets_by_a_year_have_baseline_gap_and_pace(run: Run, built: Path) -> None:
    plan = "“蓝湾”海洋发展规划"
    rows = json.loads(run("targets", "--by", "2026", "-s", built, "-f", "json").out)
    assert rows and all(row["deadline"] <= "2026-12-31" for row in rows)
    assert any(row["baseline"] and row["gap"] and row["pace"] for row in rows)
    every = json.loads(run("targets", "-s", built, "-f", "json").out)
    assert {row["document"] for row in every} > {row["document"] for row in rows}
    assert run("targets", "--by", "1999", "-s", built).code == 1
    for arguments, code, said in (
        (("--by", "soon"), 2, "2025-12-31"),
        (("--document", plan), 1, "nearest: "),
    ):
        ran = run("targets", *arguments, "-s", built)
        assert (ran.code, len(ran.err.splitlines())) == (code, 1)
        assert said in ran.err


def test_compare_says_what_two_documents_share(run: Run, built: Path) -> None:
    titles = sorted({row["document"] for row in json.loads(run("targets", "-s", built, "-f", "json").out)})
    rows = json.loads(run("compare", *titles[:2], "-s", built, "-f", "json").out)
    assert {row["found_in_id"] for row in rows} == {"both", "first", "second"}
    assert {row["type_id"] for row in rows} == {"Body", "Program", "Mechanism"}
    for row in rows:
        assert (row["first"] > 0, row["second"] > 0) == {
            "both": (True, True),
            "first": (True, False),
            "second": (False, True),
        }[row["found_in_id"]]
    bodies = json.loads(run("compare", *titles[:2], "--type", "Body", "-s", built, "-f", "json").out)
    assert bodies == [row for row in rows if row["type_id"] == "Body"]
    assert run("compare", *titles[:2], "--type", "Thing", "-s", built).code == 2


def test_several_tables_are_one_well_formed_csv(run: Run, built: Path) -> None:
    whole = list(csv.DictReader(io.StringIO(run("analyse", "-s", built, "-f", "csv").out)))
    assert all(None not in row and None not in row.values() for row in whole)
    bodies = list(
        csv.DictReader(io.StringIO(run("analyse", "-s", built, "--table", "bodies", "-f", "csv").out))
    )
    assert "community" in bodies[0] and "relations" not in bodies[0]
    assert [row["name"] for row in whole if row["table"] == "bodies"] == [row["name"] for row in bodies]
    assert "there are: entities, relations" in run("analyse", "-s", built, "--table", "x").err


def test_csv_for_excel_begins_with_a_mark_and_runs_no_formula(run: Run, tmp_path: Path, built: Path) -> None:
    ask = 'SELECT ("=1+1" AS ?a) ("甲" AS ?b) (-1 AS ?c) {}'
    assert run("query", ask, "-s", built, "-f", "excel").out == "\ufeffa,b,c\r\n'=1+1,甲,-1\r\n"
    assert run("query", ask, "-s", built, "-f", "csv").out == "a,b,c\n=1+1,甲,-1\n"


def test_show_has_validity_period_links_and_deadlines(run: Run, built: Path) -> None:
    documents = json.loads(run("query", "in_force", "date=2025-01-01", "-s", built, "-f", "json").out)
    cards = [
        json.loads(run("show", f"Document:{row['document']}", "-s", built, "-f", "json").out)
        for row in documents
    ]
    assert "2024-05-01" in {card["in_force"] for card in cards}
    assert ["2024-01-01", "2028-12-31"] in [card["period"] for card in cards]
    kinds = {link["kind"] for card in cards for link in card["links"]}
    assert {"based_on", "implements"} <= kinds
    (target, *_) = json.loads(run("targets", "--by", "2028", "-s", built, "-f", "json").out)
    card = json.loads(run("show", f"Target:{target['target']}", "-s", built, "-f", "json").out)
    assert card["deadline"] == target["deadline"]
    shown = run("show", "国家海岛创新工场建设运行管理办法（试行）", "-s", built).out
    assert "施行" in shown and "文件之间的沿革" in shown


def test_show_says_what_instrument_a_mechanism_is_and_why(run: Run, built: Path) -> None:
    found = json.loads(run("show", "仪器共享券", "-s", built, "-f", "json").out)["instruments"]
    assert [(one["scheme"], one["concept"], one["reason_zh"], one["reason_en"]) for one in found] == [
        ("rz", "marketShaping", "中心词：券", "head word: 券"),
        ("stip", "PI014", "中心词：券", "head word: 券"),
    ]
    rows = run("show", "仪器共享券", "--table", "instruments", "-s", built, "--lang", "en").out
    assert "innovation vouchers   head word: 券" in rows
    assert run("show", "海洋创新部", "--table", "instruments", "-s", built).code == 2


def test_why_reasons_are_sentences_in_both_languages(run: Run, built: Path) -> None:
    def reasons(*lang: str) -> set[str]:
        text = run(
            "show", "国家海岛创新工场", "--why", "--table", "forms", "-s", built, *lang, "-f", "csv"
        ).out
        return {row["reason"] for row in csv.DictReader(io.StringIO(text))}

    assert "the document defines 创新工场 as 国家海岛创新工场 (at 235)" in reasons("--lang", "en")
    assert "本文件以“创新工场”简称“国家海岛创新工场”（位置235）" in reasons()
    printed = run("show", "国家海岛创新工场", "--why", "-s", built, "--lang", "en").out
    assert "the document defines 创新工场 as" in printed


def test_unknown_name_gets_the_nearest(run: Run, built: Path) -> None:
    ran = run("mechanisms", "海洋创新布", "-s", built)
    assert ran.code == 1
    assert "海洋创新部" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_path_and_show_quote_their_sentences(run: Run, built: Path) -> None:
    path = run("path", "国家蓝色资金管理局", "国家海岛创新工场", "-s", built)
    assert path.code == 0
    assert "资助" in path.out
    card = json.loads(run("show", "国家海岛创新工场", "-s", built, "-f", "json").out)
    assert card["type"] == "Program"
    assert "创新工场" in card["aliases"]
    assert all(fact["quote"] for fact in card["facts"])


def test_query_takes_names_sparql_and_stdin(run: Run, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = run("query", "--list", "-f", "json")
    assert "mechanisms" in {row["query"] for row in json.loads(listed.out)}
    count = "SELECT (COUNT(*) AS ?n) { ?s a pol:Statement }"
    assert int(run("query", count, "-s", built, "-f", "csv").out.splitlines()[1]) > 100
    monkeypatch.setattr(sys, "stdin", io.StringIO("ASK { ?s a pol:Body }"))
    assert "true" in run("query", "-", "-s", built).out
    turtle = run("query", "CONSTRUCT { ?s a pol:Body } WHERE { ?s a pol:Body }", "-s", built)
    assert turtle.out.count(" .\n") > 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("query", "SELECT {"), "line 1"),
        (("query", "INSERT DATA { <a:a> <a:a> <a:a> }"), "only queries that read"),
        (("query", "nosuch"), "there are"),
        (("query", "mechanisms"), "body"),
        (("query", "mechanisms", "body"), "KEY=VALUE"),
        (("query", "SELECT ?x { ?x a foo:Body }"), "column 18: no prefix foo: is declared; there are pol:, "),
        (("export", "--to", "word"), "there are"),
        (("export", "--to", "csv"), "it is several: csv-nodes and csv-edges"),
        (("build",), "INPUT"),
        (("nosuch",), "nosuch"),
    ],
)
def test_wrong_usage_exits_2_without_traceback(
    run: Run, built: Path, arguments: tuple[str, ...], said: str
) -> None:
    store = ("-s", built) if arguments[0] in ("query", "export") else ()
    ran = run(*arguments, *store)
    assert ran.code == 2
    assert said.lower() in ran.err.lower()
    assert "Traceback" not in ran.err


def test_the_sparql_of_the_help_runs(run: Run, built: Path) -> None:
    from policykg.kg.cli import questions

    example = (questions.query.__doc__ or "").split("policykg query '")[1].split("'")[0]
    rows = json.loads(run("query", example, "-s", built, "-f", "json").out)
    assert {"who": "国家蓝色资金管理局", "what": "国家海岛创新工场"} in rows


def test_the_folder_has_both_its_letters_everywhere(
    run: Run, samples: Path, built: Path, tmp_path: Path
) -> None:
    for command in ("list", "log", "analyse", "targets"):
        assert run(command, "-o", built).out == run(command, "-s", built).out != ""
    assert run("mechanisms", "海洋创新部", "--out", built).code == 0
    out = tmp_path / "out"
    assert run("build", samples / "plan.txt", "-s", out).code == 0
    assert run("add", samples / "measures.txt", "-s", out).code == 0
    assert run("remove", "海创发〔2024〕8号", "-s", out).code == 0


def test_a_year_and_a_label_are_parameters_too(run: Run, built: Path) -> None:
    def answer(*arguments: str) -> str:
        return run("query", *arguments, "-s", built, "-f", "json").out

    assert answer("in_force", "date=2025") == answer("in_force", "date=2025-12-31")
    assert answer("targets_due", "by=2026") == answer("targets_due", "by=2026-12-31")
    assert answer("facts_by_modality", "modality=禁止") == answer("facts_by_modality", "modality=prohibited")


def test_exports_have_other_names_and_make_their_folder(run: Run, built: Path, tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.ttl"
    assert run("export", "-t", "TTL", "-s", built, "-o", target).code == 0
    assert b"@prefix pol:" in target.read_bytes()


def test_rows_that_look_the_same_are_one_with_their_number(run: Run, built: Path) -> None:
    text = "SELECT ?x { VALUES ?x { 'a' 'b' 'a' } }"
    assert len(json.loads(run("query", text, "-s", built, "-f", "json").out)) == 3
    lines = run("query", text, "-s", built).out.split()
    assert lines[:2] == ["x", "次数"]
    assert lines[-4:] == ["a", "2", "b", "1"]


def test_no_graph_says_how_to_build_one(run: Run, tmp_path: Path) -> None:
    ran = run("mechanisms", "科技部", "-s", tmp_path / "nowhere")
    assert ran.code == 2
    assert "policykg build" in ran.err


def test_explain_names_rules(run: Run, samples: Path) -> None:
    text = (samples / "measures.txt").read_text(encoding="utf-8")
    at = text.index("设立蓝色成果转化基金")
    found = json.loads(run("explain", samples / "measures.txt", "--at", at, "-f", "json").out)
    assert any(row["verdict"] == "mention" and row["rule"] for row in found)
    assert any(row["verdict"] == "relation" and row["rule"] for row in found)
    ran = run("explain", samples / "measures.txt", "--at", at, "-f", "json", "--all")
    assert len(json.loads(ran.out)) > len(found)


def test_seed_compilation_builds_valid_and_answers(run: Run, shared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("build", *sorted((shared / "seeds").glob("*.txt")), "-o", out)
    assert ran.code == 0
    assert "cut off" in ran.out
    for number in ("国科发区〔2021〕17号", "国科发区〔2022〕263号", "国科发规〔2022〕228号"):
        assert number in ran.out
    assert run("validate", "-s", out).code == 0
    rows = json.loads(run("mechanisms", "科学技术部", "-s", out, "-f", "json").out)
    assert {"直接", "经项目", "经文件"} <= {row["tie"] for row in rows}
    assert all(row["page"] for row in rows)
    assert run("path", "财政部", "科技成果转化引导基金", "-s", out).code == 0


def test_tables_say_where_the_subject_stands_that_a_quote_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    wanted: tuple[tuple[Lang, str], ...] = (
        ("zh", "；主体：“财资部”，第二条"),
        ("en", "; subject: “财资部”, 第二条"),
    )
    for lang, said in wanted:
        table = mechanisms(store, "财资部", direct=True, lang=lang)
        write_table(table, format="table", lang=lang)
        lines = capsys.readouterr().out.splitlines()
        sources = "".join(line[-60:].strip() for line in lines)
        assert sources.count("财资部") == 1 and said.replace(" ", "") in sources.replace(" ", "")
        write_table(table, format="json", lang=lang)
        (paid,) = (row for row in json.loads(capsys.readouterr().out) if row["mechanism"] == "后补助")
        assert (paid["subject_quote"], paid["subject_start"], paid["subject_end"]) == ("财资部", 54, 57)
