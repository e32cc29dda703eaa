"""Bodies of the reforms stay bodies of their own, linked by dated changes."""

import pytest

from policykg.extract.records import (
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    Mention,
    ReaderText,
)
from policykg.kg.build import build_quads
from policykg.kg.query import Value, run
from policykg.kg.resolve import resolve
from policykg.kg.store import Store
from policykg.kg.succession import Change, Successions, load_successions
from policykg.ontology.namespace import graph_iri
from policykg.ontology.validate import validate

ISLES = Successions(
    [
        Change(
            day="2018-03-17", kind="merged", before=("岛务局", "渔务局"), after=("海洋局",), note="甲方案"
        ),
        Change(
            day="2020-01-01", kind="absorbed", before=("灯塔办", "海洋局"), after=("海洋局",), note="乙方案"
        ),
        Change(day="2023-03-10", kind="renamed", before=("海洋局",), after=("海洋总局",), note="丙方案"),
        Change(
            day="2024-01-01", kind="split", before=("海洋总局",), after=("深海局", "近海局"), note="丁方案"
        ),
    ]
)


@pytest.mark.parametrize(
    ("body", "day", "names"),
    [
        ("岛务局", "2018-03-16", ("岛务局",)),
        ("岛务局", "2018-03-17", ("海洋局",)),
        ("渔务局", "2023-12-31", ("海洋总局",)),
        ("渔务局", "2024-01-01", ("深海局", "近海局")),
        ("灯塔办", "2021-06-01", ("海洋局",)),
        ("海洋局", "2019-06-01", ("海洋局",)),
        ("海洋局", "2010-01-01", ("岛务局", "渔务局")),
        ("近海局", "2023-06-01", ("海洋总局",)),
        ("近海局", "2000-01-01", ("岛务局", "渔务局")),
        ("港务局", "2000-01-01", ("港务局",)),
    ],
)
def test_a_body_is_called_by_what_there_was_on_the_day(body: str, day: str, names: tuple[str, ...]) -> None:
    assert ISLES.on(body, day) == names


def test_chains_lead_to_the_first_and_to_the_last() -> None:
    assert [change.note for change in ISLES.predecessors("近海局")] == [
        "丁方案",
        "丙方案",
        "乙方案",
        "甲方案",
    ]
    assert [change.note for change in ISLES.successors("岛务局")] == ["甲方案", "丙方案", "丁方案"]
    assert ISLES.ending("灯塔办") == ISLES.changes[1] and ISLES.ending("近海局") is None
    with pytest.raises(ValueError, match="Invalid isoformat"):
        ISLES.on("海洋局", "去年")


def test_the_table_holds_and_no_body_ends_twice() -> None:
    successions = load_successions()
    ended = [
        body
        for change in successions.changes
        if change.kind != "split"
        for body in change.before
        if body not in change.after
    ]
    assert len(ended) == len(set(ended)) > 40
    assert successions.on("银监会", "2020-01-01") == ("银保监会",)
    assert successions.on("金融监管总局", "2012-01-01") == ("保监会", "银监会")
    assert successions.on("农业部", "2024-01-01") == ("农业农村部",)
    assert len({change.iri for change in successions.changes}) == len(successions.changes)


@pytest.fixture(scope="module")
def store() -> Store:
    text = "银保监会、农业农村部、环保部。"
    entities = tuple(
        Mention(start=at, end=at + len(surface), type="Body", text=surface, canonical=canonical)
        for surface, canonical in (
            ("银保监会", "银保监会"),
            ("农业农村部", "农业农村部"),
            ("环保部", "环境保护部"),
        )
        for at in (text.index(surface),)
    )
    span = DocumentSpan(start=0, end=len(text), info=DocumentInfo(title="甲办法"))
    record = DocumentRecord(source=ReaderText(source="甲.txt", text=text), span=span, entities=entities)
    store = Store.in_memory()
    store.load_ontology()
    store.replace_document(graph_iri("甲办法"), build_quads(record))
    return store


def rows(store: Store, name: str, **parameters: str) -> list[tuple[Value, ...]]:
    table = run(store, name, **parameters)
    shown = [place for place, column in enumerate(table.columns) if not column.detail]
    return [tuple(row[place] for place in shown) for row in table.rows]


def test_predecessors_and_successors_are_a_query(store: Store) -> None:
    assert [row[:4] for row in rows(store, "changes_of_body", body="银保监会")] == [
        ("2018-03-17", "合并", "保监会", "银保监会"),
        ("2018-03-17", "合并", "银监会", "银保监会"),
        ("2023-03-10", "更名", "银保监会", "金融监管总局"),
    ]
    assert [row[:4] for row in rows(store, "changes_of_body", body="MARA", lang="en")] == [
        ("2018-03-17", "renamed", "农业部", "农业农村部"),
        ("2021-02-25", "renamed", "国务院扶贫办", "国家乡村振兴局"),
        ("2023-03-10", "absorbed", "国家乡村振兴局", "农业农村部"),
    ]


@pytest.mark.parametrize(
    ("body", "date", "names"),
    [
        ("银保监会", "2015-06-01", ["保监会", "银监会"]),
        ("银监会", "2024-01-01", ["金融监管总局"]),
        ("农业农村部", "2022-01-01", ["农业农村部"]),
        ("国家乡村振兴局", "2024-01-01", ["农业农村部"]),
        ("环保部", "2018-03-17", ["生态环境部"]),
        ("环保部", "2018-03-16", ["环境保护部"]),
        ("生态环境部", "2001-01-01", ["环保总局"]),
    ],
)
def test_what_a_body_was_called_is_a_query(store: Store, body: str, date: str, names: list[str]) -> None:
    found = [row[0] for row in rows(store, "called_on", body=body, date=date)]
    assert found == names
    official = {
        row["name"].value for row in store.query("SELECT ?name { ?x a pol:Body ; skos:prefLabel ?name }")
    }
    assert set(found) <= official


def test_query_and_table_agree(store: Store) -> None:
    bodies = ("银保监会", "农业农村部", "环境保护部", "保监会", "生态环境部")
    for body in bodies:
        for day in ("1999-01-01", "2008-03-15", "2018-03-16", "2018-03-17", "2023-03-10", "2025-01-01"):
            found = sorted(str(row[0]) for row in rows(store, "called_on", body=body, date=day))
            assert found == sorted(load_successions().on(body, day)), (body, day)


def test_the_graph_with_changes_is_valid(store: Store) -> None:
    assert validate(store.quads()) == []


def test_bodies_of_a_reform_are_not_joined() -> None:
    def mention(name: str, at: int) -> Mention:
        return Mention(start=at, end=at + 1, type="Body", text=name, canonical=name)

    names = ("环境保护部", "生态环境部", "银监会", "银保监会", "金融监管总局", "国家科委", "科技部")
    record = DocumentRecord(
        source=ReaderText(source="甲.txt", text="甲" * 9),
        span=DocumentSpan(start=0, end=9, info=DocumentInfo()),
        entities=tuple(mention(name, at) for at, name in enumerate(names)),
    )
    assert {entity.name for entity in resolve([record]).entities} == set(names)
