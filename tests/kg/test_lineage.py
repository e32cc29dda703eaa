"""What was in force when, how documents stand to each other, and what is due: exact on the samples and on made-up pairs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from policykg.extract.records import (
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    Measure,
    Mention,
    ReaderText,
)
from policykg.kg.assemble import assemble
from policykg.kg.build import build_quads
from policykg.kg.lineage import last_day
from policykg.kg.naming import name_documents
from policykg.kg.query import Value, run
from policykg.kg.resolve import resolve
from policykg.kg.store import Store
from policykg.kg.world import survey
from policykg.ontology.namespace import graph_iri
from policykg.ontology.validate import validate

MEASURES = "国家海岛创新工场建设运行管理办法（试行）"
PLAN = "“蓝湾”海洋科技发展专项规划（2024—2028年）"
ACTION = "澜港市海岛创新工场高质量建设行动方案（2024—2026年）"
ACT = "海洋创新促进条例"


@pytest.fixture(scope="module")
def samples_store(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    out = tmp_path_factory.mktemp("lineage")
    assemble([samples], out, page=False)
    with Store.open(out) as store:
        yield store


def rows(store: Store, name: str, *columns: str, **parameters: str) -> list[tuple[Value, ...]]:
    return [tuple(row[c] for c in columns) for row in run(store, name, **parameters).records()]


@pytest.mark.parametrize(
    ("date", "documents"),
    [
        ("2023-01-01", []),
        ("2024-01-15", [PLAN]),
        ("2024-04-30", [PLAN]),
        ("2024-05-01", [PLAN, MEASURES]),
        ("2025-01-01", [PLAN, MEASURES, ACTION]),
        ("2026-12-31", [PLAN, MEASURES, ACTION]),
        ("2027-01-01", [PLAN, MEASURES]),
        ("2029-01-01", [MEASURES]),
    ],
)
def test_in_force_on_the_samples(samples_store: Store, date: str, documents: list[str]) -> None:
    assert [row[0] for row in rows(samples_store, "in_force", "document", date=date)] == documents


def test_in_force_says_since_and_until_when_and_why(samples_store: Store) -> None:
    shown = ("document", "number", "since", "since_basis", "until", "until_basis", "repealed")
    assert rows(samples_store, "in_force", *shown, date="2025-01-01") == [
        (PLAN, "海创发〔2024〕2号", "2024-01-15", "成文日期", "2028-12-31", "规划期", None),
        (MEASURES, "海创发〔2024〕8号", "2024-05-01", "施行日期", None, None, None),
        (ACTION, "澜港府办发〔2024〕15号", "2024-06-20", "成文日期", "2026-12-31", "规划期", None),
    ]


def test_links_of_the_samples(samples_store: Store) -> None:
    assert rows(samples_store, "document_links", "citing", "code", "cited", "day", "built", "provision") == [
        (PLAN, "based_on", ACT, None, "否", None),
        (MEASURES, "based_on", PLAN, None, "是", "第一条"),
        (MEASURES, "based_on", ACT, None, "否", "第一条"),
        (MEASURES, "implements", ACT, None, "否", None),
        (MEASURES, "repeals", "海岛创新基地管理暂行规定", "2024-05-01", "否", "第二十三条"),
        (ACTION, "implements", PLAN, None, "是", None),
        (ACTION, "implements", MEASURES, None, "是", None),
    ]
    (only,) = rows(samples_store, "document_links", "cited", "relation", "quote", link="repeals", lang="en")
    assert only == ("海岛创新基地管理暂行规定", "repeals", "《海岛创新基地管理暂行规定》同时废止。")


def test_targets_due_have_baseline_gap_and_pace(samples_store: Store) -> None:
    shown = ("target", "deadline", "value", "baseline", "baseline_date", "gap", "pace")
    assert rows(samples_store, "targets_due", *shown, by="2026-12-31") == [
        ("创建2家以上创新工场", "2026-12-31", 2, None, None, None, None),
        ("海洋产业产值达到1000亿元左右", "2026-12-31", 10**11, 64 * 10**9, "2023", 36 * 10**9, 12 * 10**9),
        ("海岛科研用电绿电占比不低于60%", "2026-12-31", 60, None, None, None, None),
        ("蓝色产业园成为湾区创新高地", "2026-12-31", None, None, None, None, None),
    ]
    assert rows(samples_store, "targets_due", *shown, by="2026-12-30") == []
    later = rows(samples_store, "targets_due", "target", "gap", "pace", by="2028-12-31", document=PLAN)
    assert ("海洋技术合同成交额突破1500亿元", 64 * 10**9, 128 * 10**8) in later


def test_periods_stand_on_plans_and_programmes(samples_store: Store) -> None:
    found = samples_store.query(
        "SELECT DISTINCT ?n ?a ?b { ?x pol:periodStart ?a ; pol:periodEnd ?b ; skos:prefLabel ?n } ORDER BY ?n"
    )
    assert [(row["n"].value, row["a"].value, row["b"].value) for row in found] == [
        (PLAN, "2024-01-01", "2028-12-31"),
        (ACTION, "2024-01-01", "2026-12-31"),
    ]


def document(title: str, date: str, number: str, text: str, cited: str = "") -> DocumentRecord:
    entities = []
    if cited:
        at = text.index(cited)
        entities.append(
            Mention(start=at, end=at + len(cited), type="Document", text=cited, canonical=cited, rule="test")
        )
    info = DocumentInfo(title=title, number=number, date=date)
    return DocumentRecord(
        source=ReaderText(source=f"{number}.txt", text=text),
        span=DocumentSpan(start=0, end=len(text), info=info),
        entities=tuple(entities),
    )


def store_of(*records: DocumentRecord) -> Store:
    names = name_documents(records)
    world = survey(records, names, resolve(records))
    store = Store.in_memory()
    store.load_ontology()
    for record, name in zip(records, names, strict=True):
        store.replace_document(graph_iri(name), build_quads(record, name=name, world=world))
    assert validate(store.quads()) == []
    return store


OLD = document(
    "海岛补助办法", "2019-03-01", "星海规〔2019〕2号", "第一条 本办法自2019年4月1日起施行，有效期5年。"
)
NEW = document(
    "海岛补助办法",
    "2023-02-01",
    "星海规〔2023〕7号",
    "第一条 本办法自2023年3月1日起施行。原《海岛补助办法》（星海规〔2019〕2号）同时废止。",
    "《海岛补助办法》",
)


@pytest.mark.parametrize(
    ("date", "numbers"),
    [
        ("2019-03-31", []),
        ("2019-04-01", ["星海规〔2019〕2号"]),
        ("2023-02-28", ["星海规〔2019〕2号"]),
        ("2023-03-01", ["星海规〔2023〕7号"]),
    ],
)
@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_an_edition_takes_the_place_of_the_one_before(
    order: tuple[DocumentRecord, ...], date: str, numbers: list[str]
) -> None:
    assert [row[0] for row in rows(store_of(*order), "in_force", "number", date=date)] == numbers


def test_without_the_old_edition_it_is_named_by_its_number() -> None:
    store = store_of(NEW)
    assert rows(store, "document_links", "citing", "code", "cited", "number", "day") == [
        ("海岛补助办法", "repeals", "海岛补助办法-星海规〔2019〕2号", "星海规〔2019〕2号", "2023-03-01")
    ]
    assert rows(store, "in_force", "repealed", date="2024-01-01") == [(None,)]


def test_a_term_ends_what_nobody_repealed() -> None:
    store = store_of(OLD)
    shown = ("since", "until", "until_basis")
    assert rows(store, "in_force", *shown, date="2024-03-31") == [("2019-04-01", "2024-03-31", "有效期")]
    assert rows(store, "in_force", *shown, date="2024-04-01") == []


def test_a_stated_day_of_abolition_goes_before_the_day_of_issue() -> None:
    decision = document(
        "清理决定",
        "2022-01-01",
        "星府发〔2022〕1号",
        "《海岛补助办法》自2022年7月1日起废止。",
        "《海岛补助办法》",
    )
    store = store_of(OLD, decision)
    assert len(rows(store, "in_force", "document", date="2022-06-30")) == 2
    assert rows(store, "in_force", "document", date="2022-07-01") == [("清理决定",)]


def test_deadlines_are_the_last_days_of_their_dates() -> None:
    assert [last_day(d) for d in ("2024-02", "2025", "2025-13", "", "25", "下月")] == [
        "2024-02-29",
        "2025-12-31",
        "",
        "",
        "",
        "",
    ]
    text = "到2025年6月，海岛码头达到3座。"
    target = Mention(start=8, end=16, type="Target", text=text[8:16], canonical=text[8:16], rule="test")
    measure = Measure(
        kind="target",
        indicator="海岛码头",
        comparator=">=",
        value=3,
        unit="座",
        date="2025-06",
        start=8,
        end=15,
    )
    record = document("海岛规划", "2024-01-01", "星海发〔2024〕1号", text)
    record = DocumentRecord(source=record.source, span=record.span, entities=(target,), measures=(measure,))
    assert rows(store_of(record), "targets_due", "deadline", "value", by="2025-06-30") == [("2025-06-30", 3)]


def test_a_target_that_is_stated_twice_has_one_deadline() -> None:
    text = "到2025年，海岛码头达到3座。到2030年，海岛码头达到3座。"
    places = [text.index("海岛"), text.rindex("海岛")]
    targets = [
        Mention(
            start=at,
            end=at + 8,
            type="Target",
            text="海岛码头达到3座",
            canonical="海岛码头达到3座",
            rule="test",
        )
        for at in places
    ]
    measures = [
        Measure(
            kind="target",
            indicator="海岛码头",
            comparator=">=",
            value=3,
            unit="座",
            date=date,
            start=at,
            end=at + 8,
        )
        for at, date in zip(places, ("2025", "2030"), strict=True)
    ]
    given = document("海岛规划", "2024-01-01", "星海发〔2024〕1号", text)
    record = DocumentRecord(
        source=given.source, span=given.span, entities=tuple(targets), measures=tuple(measures)
    )
    deadline = "SELECT ?day { ?target a pol:Target ; pol:deadline ?day }"
    assert [row["day"].value for row in store_of(record).query(deadline)] == ["2025-12-31"]


def test_a_short_form_in_title_marks_is_no_document_and_a_missed_title_is_one() -> None:
    text = "根据《海洋法》（以下简称《条例》），制定本办法。《条例》同时废止。《远洋规定》同时废止。"
    store = store_of(document("海岛办法", "2024-01-01", "星海规〔2024〕1号", text))
    assert rows(store, "document_links", "code", "cited") == [
        ("based_on", "海洋法"),
        ("repeals", "远洋规定"),
    ]
