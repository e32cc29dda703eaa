"""Reports are whole in both languages."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from policykg.kg.analyse import analyse
from policykg.kg.card import show
from policykg.kg.project import project
from policykg.kg.query import Lang, Table
from policykg.kg.report import analysis_tables, card_tables


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return store


def headings(table: Table, lang: Lang) -> list[str]:
    return [column.heading(lang) for column in table.columns]


def test_analysis_is_laid_out_in_both_languages(store: Store) -> None:
    analysis = analyse(project(store))
    zh, en = analysis_tables(analysis, lang="zh"), analysis_tables(analysis, lang="en", top=2)
    assert [table.title for table in zh] == [
        "实体",
        "关系",
        "语气",
        "最重要的机构",
        "最重要的项目",
        "最重要的机制",
        "群落",
        "连接多个文件的实体",
        "文件之间的联系",
    ]
    assert [table.title for table in en][-2:] == ["entities that join documents", "how documents connect"]
    assert headings(zh[3], "zh")[:3] == ["名称", "事实", "相邻实体"]
    assert zh[3].column("name")[:2] == ("创新部", "财资部")
    assert [len(table) for table in en[3:]] == [2, 2, 2, 2, 2, 3]
    assert en[6].column("members")[0] == "示范创新中心、创新部 … 7"
    assert zh[8].column("cites") == ("是", "否", "否")


def test_every_row_is_as_long_as_its_columns(store: Store) -> None:
    tables = (*analysis_tables(analyse(project(store))), *card_tables(show(store, "创新部")))
    for table in tables:
        assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_a_card_is_laid_out_with_subjects_and_objects(store: Store) -> None:
    itself, mentioned, facts = card_tables(show(store, "创新券"), lang="en")
    assert itself.title == "创新券"
    assert itself.records()[0]["what"] == "type"
    assert mentioned.title == "where it is mentioned"
    assert [(r["subject"], r["relation"], r["object"]) for r in facts.records()] == [
        ("创新券", "supports", "科技型企业"),
        ("“十四五”示范创新规划", "employs", "创新券"),
        ("星火园区", "employs", "创新券"),
        ("财资部", "establishes", "创新券"),
    ]


def test_names_that_look_like_terms_are_no_headings(store: Store) -> None:
    """A document may be called "facts"; titles of its own stay as they are."""
    both = Store()
    both.update(
        """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        INSERT DATA { GRAPH <urn:g> { <https://w3id.org/policykg/id/body/facts> a pol:Body ; skos:prefLabel "facts"@zh } }"""
    )
    assert card_tables(show(both, "facts"))[0].title == "facts"
