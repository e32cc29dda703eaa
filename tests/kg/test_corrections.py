"""Hand corrections: every action, every fault, and that they outlive a build."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from policykg.extract.records import (
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    EntityType,
    Mention,
    ReaderText,
    Relation,
)
from policykg.kg.assemble import assemble
from policykg.kg.build import build_quads
from policykg.kg.cli import main
from policykg.kg.corrections import COLUMNS, CorrectionError, parse_corrections
from policykg.kg.emendation import Emended, emend
from policykg.kg.store import Store
from policykg.kg.why import why
from policykg.kg.world import survey
from policykg.ontology.namespace import graph_iri
from policykg.ontology.validate import validate

A_TEXT = "海洋创新部管理蓝湾计划。海创部资助蓝湾计划，推行积分制。"
B_TEXT = "星屿科技局支持蓝湾。蓝湾在海边。积分制好用。"


def make(title: str, text: str, names: list[tuple[str, EntityType, str]]) -> DocumentRecord:
    entities = []
    at = 0
    for surface, type_, canonical in names:
        at = text.index(surface, at)
        entities.append(
            Mention(
                start=at,
                end=at + len(surface),
                type=type_,
                text=surface,
                canonical=canonical or surface,
                rule="test",
            )
        )
        at += len(surface)
    return DocumentRecord(
        source=ReaderText(source=f"{title}.txt", text=text),
        span=DocumentSpan(start=0, end=len(text), info=DocumentInfo(title=title)),
        entities=tuple(entities),
    )


def fact(text: str, subject: str, predicate: str, object_: str, unit: str, **types: str) -> Relation:
    start = text.index(unit)
    given = {"subject_type": "Body", "object_type": "Program"} | types
    return Relation(
        subject=subject, predicate=predicate, object=object_, modality="required",  # type: ignore[arg-type]
        start=start, end=start + len(unit), trigger=(start, start + 2), **given,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def records() -> list[DocumentRecord]:
    a = make(
        "甲办法",
        A_TEXT,
        [
            ("海洋创新部", "Body", ""),
            ("蓝湾计划", "Program", ""),
            ("海创部", "Body", ""),
            ("蓝湾计划", "Program", ""),
            ("积分制", "Program", ""),
        ],
    )
    facts = (
        fact(A_TEXT, "海洋创新部", "manages", "蓝湾计划", "海洋创新部管理蓝湾计划。"),
        fact(A_TEXT, "海创部", "funds", "蓝湾计划", "海创部资助蓝湾计划，推行积分制。"),
        fact(A_TEXT, "海创部", "manages", "积分制", "海创部资助蓝湾计划，推行积分制。"),
    )
    b = make(
        "乙通知",
        B_TEXT,
        [
            ("星屿科技局", "Body", ""),
            ("蓝湾", "Program", "蓝湾计划"),
            ("蓝湾", "Program", "蓝湾计划"),
            ("积分制", "Program", ""),
        ],
    )
    supports = fact(B_TEXT, "星屿科技局", "supports", "蓝湾计划", "星屿科技局支持蓝湾。")
    return [
        DocumentRecord(source=a.source, span=a.span, entities=a.entities, relations=facts),
        DocumentRecord(source=b.source, span=b.span, entities=b.entities, relations=(supports,)),
    ]


def table(*rows: str) -> str:
    return "\n".join(["\t".join(COLUMNS), *(row.replace("|", "\t") for row in rows)]) + "\n"


NAMES = ["甲办法", "乙通知"]


def corrected(records: list[DocumentRecord], *rows: str) -> Emended:
    return emend(records, NAMES, parse_corrections(table(*rows), "corrections.tsv"))


def graph(emended: Emended) -> Store:
    world = survey(emended.records, NAMES, emended.resolution, emended.notes)
    store = Store.in_memory()
    for record, name in zip(emended.records, NAMES, strict=True):
        store.replace_document(graph_iri(name), build_quads(record, name=name, world=world))
    assert validate(store.quads()) == []
    return store


def facts_of(store: Store) -> list[tuple[str, str, str]]:
    rows = store.query(
        "SELECT DISTINCT ?s ?p ?o { ?f a pol:Statement ; rdf:subject/skos:prefLabel ?s ; rdf:predicate ?p ;"
        " rdf:object/skos:prefLabel ?o } ORDER BY ?s ?p ?o"
    )
    return [(row["s"].value, row["p"].value.rpartition("#")[2], row["o"].value) for row in rows]


def test_without_corrections_nothing_changes(records: list[DocumentRecord]) -> None:
    found = corrected(records)
    assert found.records == tuple(records) and not found.notes and not found.unapplied


def test_merge_makes_two_names_one_body_and_says_why(records: list[DocumentRecord]) -> None:
    store = graph(corrected(records, "merge|Body:海创部||海洋创新部||||its short form"))
    assert facts_of(store)[:3] == [
        ("星屿科技局", "supports", "蓝湾计划"),
        ("海洋创新部", "funds", "蓝湾计划"),
        ("海洋创新部", "manages", "积分制"),
    ]
    found = why(store, "海创部")
    assert found.name == "海洋创新部"
    assert found.reasons == ("海创部 → 海洋创新部: correction: merge Body:海创部 海洋创新部: its short form",)
    assert [(form.surface, form.document, form.mentions) for form in found.forms] == [
        ("海创部", "甲办法", 1),
        ("海洋创新部", "甲办法", 1),
    ]


def test_split_in_one_document_takes_its_mentions_and_facts(records: list[DocumentRecord]) -> None:
    store = graph(corrected(records, "split|蓝湾||蓝湾(海湾)||乙通知||a bay"))
    assert ("星屿科技局", "supports", "蓝湾(海湾)") in facts_of(store)
    assert ("海洋创新部", "manages", "蓝湾计划") in facts_of(store)
    assert {form.reason for form in why(store, "蓝湾(海湾)").forms} == {
        "correction: split 蓝湾 蓝湾(海湾) 乙通知: a bay"
    }


def test_split_takes_the_facts_that_are_read_from_its_mentions() -> None:
    text = "蓝湾计划很大。海创部管理蓝湾，不是蓝湾计划。"
    one = make(
        "甲办法",
        text,
        [
            ("蓝湾计划", "Program", ""),
            ("海创部", "Body", ""),
            ("蓝湾", "Program", "蓝湾计划"),
            ("蓝湾计划", "Program", ""),
        ],
    )
    unit = text[7:]
    whole = fact(text, "海创部", "manages", "蓝湾计划", unit)
    exact = replace(whole, object_at=(one.entities[2].start, one.entities[2].end))
    for relation, name in ((whole, "蓝湾计划"), (exact, "蓝湾")):
        found = corrected(
            [replace(one, relations=(relation,)), make("乙通知", "无", [])], "split|蓝湾||蓝湾||||a bay"
        )
        assert found.records[0].relations[0].object == name


def test_split_undoes_what_a_table_joined() -> None:
    joined = [make("甲办法", "科学技术部。科技部。", [("科学技术部", "Body", ""), ("科技部", "Body", "")])]
    joined.append(make("乙通知", "无", []))
    assert len(emend(joined, NAMES).resolution.find("科学技术部", "Body")) == 1
    found = corrected(joined, "split|科学技术部|||||||".rstrip("|"))
    assert found.resolution.entity("Body", "科学技术部").name == "科学技术部"
    assert found.resolution.entity("Body", "科技部").names == ("科技部",)


def test_rename_keeps_the_old_name_as_another(records: list[DocumentRecord]) -> None:
    store = graph(corrected(records, "rename|海洋创新部||国家海洋创新部||||as it signs"))
    assert why(store, "海洋创新部").name == "国家海洋创新部"
    assert ("国家海洋创新部", "manages", "蓝湾计划") in facts_of(store)


def test_retype_drops_the_facts_that_no_longer_fit(records: list[DocumentRecord]) -> None:
    store = graph(corrected(records, "retype|积分制||机制||||an instrument"))
    assert ("海创部", "manages", "积分制") not in facts_of(store)
    found = why(store, "积分制")
    assert found.type == "Mechanism"
    assert found.reasons == (
        "correction: retype 积分制 Mechanism: an instrument (1 facts no longer fit and are left out)",
    )


def test_drop_and_add_change_the_facts(records: list[DocumentRecord]) -> None:
    found = corrected(
        records,
        "retype|积分制||Mechanism",
        "drop|海创部|资助|蓝湾计划||||the other one does",
        "add|海创部|employs|积分制|要求|甲办法|推行积分制|missed",
    )
    assert found.unapplied == ()
    store = graph(found)
    assert ("海创部", "funds", "蓝湾计划") not in facts_of(store)
    assert ("海创部", "employs", "积分制") in facts_of(store)
    (row,) = store.query(
        "SELECT ?q ?m { ?f pol:rule 'correction' ; pol:modality ?m ; pol:evidence/oa:hasSelector/oa:exact ?q }"
    )
    assert (row["q"].value, row["m"].value.rpartition("#")[2]) == ("推行积分制", "required")
    assert len(why(store, "海创部").reasons) == 2


def test_what_finds_nothing_says_why_and_what_would_be_right(records: list[DocumentRecord]) -> None:
    found = corrected(
        records,
        "merge|海洋创新步||海创部",
        "merge|海创部||蓝湾计划",
        "drop|海洋创新部|funds|蓝湾计划",
        "add|海创部|employs|积分制||甲办法|推行积分制",
        "add|海创部|funds|蓝湾计划||甲办法|没有这句话",
        "add|海创部|funds|蓝湾计划||丙办法|资助",
        "rename|海创部||海创部门",
    )
    lines = [line.removeprefix("corrections.tsv:") for line in found.unapplied]
    assert [line.partition(":")[0] for line in lines] == ["2", "3", "4", "5", "6", "7"]
    assert "nearest: 海洋创新部" in lines[0]
    assert "is a Body and 蓝湾计划 a Program" in lines[1]
    assert "no text states" in lines[2]
    assert (
        "a Body employs no Program; its subject is Body, Document, Program, its object Mechanism" in lines[3]
    )
    assert "quote it word for word" in lines[4]
    assert "no document '丙办法' is built; nearest: 甲办法" in lines[5]
    assert found.resolution.entity("Body", "海创部").name == "海创部门"


def test_a_name_of_several_things_is_not_guessed(records: list[DocumentRecord]) -> None:
    both = [records[0], make("乙通知", "蓝湾计划", [("蓝湾计划", "Mechanism", "")])]
    (line,) = corrected(both, "rename|蓝湾计划||蓝湾工程").unapplied
    assert "names several things: Mechanism:蓝湾计划, Program:蓝湾计划" in line


def test_all_faults_of_the_file_are_reported_with_their_lines() -> None:
    rows = [
        "marry|甲||乙",
        "merge|甲",
        "merge|甲|funds|乙",
        "drop|甲|loves|乙",
        "retype|甲||Agency",
        "split|甲||||乙办法",
        "merge|甲||甲",
        "add|@doc|funds|甲||||",
        "merge|丙||丁",
        "split|丙",
        "merge|戊||己",
        "merge|己||戊",
        "rename|庚||辛",
        "rename|庚||壬",
        "drop|甲|funds|乙",
        "add|甲|funds|乙|||引文",
    ]
    with pytest.raises(CorrectionError) as caught:
        parse_corrections(table(*rows), "c.tsv")
    faults = caught.value.faults
    for line in (2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15):
        assert any(fault.startswith(f"c.tsv:{line}: ") for fault in faults), line
    assert "c.tsv:2: unknown action 'marry'; actions are merge, split, rename, retype, drop, add" in faults
    assert "c.tsv:11: split 丙 contradicts merge in c.tsv:10; keep one of them" in faults
    assert "c.tsv:12: merge of 戊 leads back to itself; remove one of the merges" in faults


@pytest.mark.parametrize("text", ["", "动作\t名称\n", "action\tsubject\tsubject\n"])
def test_a_wrong_header_names_the_right_one(text: str) -> None:
    with pytest.raises(CorrectionError, match="the columns are action subject predicate object"):
        parse_corrections(text, "c.tsv")


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    from policykg.kg.corrections import load_corrections

    path = tmp_path / "c.tsv"
    path.write_bytes("\ufeffaction\tsubject\tobject\tnote\r\nrename\t甲\t乙\r\n\r\n".encode())
    (one,) = load_corrections(path)
    assert (one.action, one.subject, one.object, one.note) == ("rename", "甲", "乙", "")
    path.write_bytes("action\tsubject\n".encode("utf-16"))
    with pytest.raises(CorrectionError, match="no UTF-8 text"):
        load_corrections(path)


def test_corrections_in_the_output_folder_survive_builds(samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    rows = table("rename|海洋创新部||国家海洋创新部||||as it signs", "rename|无此机构||乙")
    (out / "corrections.tsv").write_text(rows, encoding="utf-8")
    first = assemble([samples / "plan.txt"], out, page=False)
    trig = (out / "graph.trig").read_bytes()
    assert assemble([samples / "plan.txt"], out, page=False).warnings == first.warnings
    assert (out / "graph.trig").read_bytes() == trig
    assert (out / "corrections.tsv").read_text(encoding="utf-8") == rows
    assert any("corrections.tsv:3: rename is not applied" in warning for warning in first.warnings)
    with Store.open(out) as store:
        assert why(store, "海洋创新部").name == "国家海洋创新部"


def test_the_command_line_takes_corrections_and_says_why(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["policykg", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        return int(exit_.value.code or 0), *capsys.readouterr()

    out, path = tmp_path / "out", tmp_path / "mine.tsv"
    path.write_text(table("rename|甲"), encoding="utf-8")
    code, _, err = run("build", samples / "plan.txt", "-o", out, "--corrections", path)
    assert (code, err) == (2, f"policykg: {path}:2: rename needs a value in the column object\n")
    assert not (out / "store").exists()
    path.write_text(table("rename|海洋创新部||国家海洋创新部||||as it signs"), encoding="utf-8")
    code, _, err = run("build", samples / "plan.txt", "-o", out, "--corrections", path)
    assert (code, err) == (0, "")
    code, printed, _ = run("show", "海洋创新部", "--why", "-s", out, "--format", "json")
    found = json.loads(printed)
    assert (code, found["name"]) == (0, "国家海洋创新部")
    assert found["reasons"] == [
        "海洋创新部 → 国家海洋创新部: correction: rename 海洋创新部 国家海洋创新部: as it signs"
    ]
    assert {form["surface"] for form in found["forms"]} == {"海洋创新部"}
    code, printed, _ = run("show", "海洋创新部", "--why", "-s", out)
    assert code == 0 and "合并与更正" in printed
