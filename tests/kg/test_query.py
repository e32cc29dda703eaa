"""Named queries answer exactly, whatever the dataset's union setting; user text stays a term."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from policykg.kg import query
from policykg.kg.names import AmbiguousName, UnknownName, find_entity

MEASURES = "示范创新中心管理办法(试行)"
PLAN = "“十四五”示范创新规划"
NOTICE = "关于开展创新券试点的通知"


class UnionStore:
    """A store whose default graph is the union of all graphs, as `policykg.kg.store.Store` has it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def query(self, query: str) -> object:
        return self._store.query(query, use_default_graph_as_union=True)


@pytest.fixture(scope="module", params=["bare", "union"])
def store(request: pytest.FixtureRequest) -> query.Queryable:
    store = Store()
    store.load(path=Path(__file__).with_name("questions.trig"))
    return UnionStore(store) if request.param == "union" else store


def rows(table: query.Table, *names: str) -> list[tuple[query.Value, ...]]:
    return [tuple(record[name] for name in names) for record in table.records()]


def test_mechanisms_are_listed_with_their_tie_and_evidence(store: query.Queryable) -> None:
    table = query.mechanisms(store, "创新部")
    shown = ("mechanism", "tie", "via", "relation", "modality", "document", "provision", "page")
    assert rows(table, *shown) == [
        ("绩效评价", "直接", None, "采用", "要求", MEASURES, "第四条", 2),
        ("共享用工机制", "经项目", "示范创新中心", "监督 评价 → 采用", "鼓励", MEASURES, "第六条", 2),
        ("年度报告制度", "经项目", "示范创新中心", "监督 评价 → 采用", "要求", MEASURES, "第三条", 1),
        ("永久编制制度", "经项目", "示范创新中心", "监督 评价 → 采用", "禁止", MEASURES, "第六条", 2),
        ("绩效评价", "经项目", "示范创新中心", "监督 评价 ← 适用于", "要求", MEASURES, "第四条", 2),
        ("创新券", "经文件", PLAN, "发布 → 采用", "要求", PLAN, "二、(一)", 1),
        ("后补助", "经文件", PLAN, "发布 → 采用", "要求", PLAN, "二、(一)", 1),
        ("容错清单", "经文件", PLAN, "发布 → 设立", "要求", PLAN, "二、(二)", 1),
    ]
    assert table.records()[2]["quote"] == "第三条 示范中心实行年度报告制度,并向创新部报告。"
    assert table.records()[2]["via_quote"] == (
        "第二条 国家创新部会同财资部负责示范创新中心(以下简称示范中心)的规划布局和监督管理。"
    )


@pytest.mark.parametrize("name", ["创新部", "国家创新部", " 国家 创新部 ", "Body:创新部"])
def test_a_body_may_be_named_in_any_form(store: query.Queryable, name: str) -> None:
    assert query.mechanisms(store, name) == query.mechanisms(store, "创新部")


def test_mechanisms_direct_needs_a_fact_between_the_two(store: query.Queryable) -> None:
    assert rows(query.mechanisms(store, "财资部", direct=True), "mechanism", "tie", "relation") == [
        ("创新券", "直接", "设立"),
        ("后补助", "直接", "采用"),
    ]
    aimed = query.mechanisms(store, "科技型企业", direct=True, lang="en")
    assert rows(aimed, "mechanism", "tie", "relation", "modality") == [
        ("创新券", "aimed at it", "← supports", "encouraged"),
        ("后补助", "aimed at it", "← applies to", "required"),
    ]


def test_evidence_offsets_fit_the_quote(store: query.Queryable) -> None:
    """The text of a document begins at `pol:textStart` of the reader's text."""
    texts = {
        row[0].value: (row[1].value, int(row[2].value))
        for row in store.query(
            """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            SELECT DISTINCT ?title ?text ?start
            { GRAPH ?g { ?d pol:text ?text ; pol:textStart ?start ; skos:prefLabel ?title } }"""
        )
    }
    for record in query.run(store, "facts_of_body", body="创新部").records():
        text, shift = texts[str(record["document"])]
        start, end = record["start"], record["end"]
        assert isinstance(start, int) and isinstance(end, int)
        assert text[start - shift : end - shift] == record["quote"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("facts_of_body", {"body": "财资部"}), ("facts_by_modality", {"modality": "required"})],
)
def test_facts_say_where_the_subject_stands_that_the_quote_lacks(
    store: Store, name: str, parameters: dict[str, str]
) -> None:
    (told,) = (row for row in query.run(store, name, **parameters).records() if row["subject_quote"])
    names = ("subject", "object", "subject_quote", "subject_provision", "subject_start", "subject_end")
    assert tuple(told[one] for one in names) == ("财资部", "后补助", "财资部", "第二条", 54, 57)


@pytest.mark.parametrize(
    ("name", "parameters", "columns", "expected"),
    [
        (
            "bodies_of_program",
            {"program": "示范中心"},
            ("body", "relation", "modality", "provision"),
            [
                ("创新部", "监督", "要求", "第二条"),
                ("创新部", "评价", "要求", "第四条"),
                ("财资部", "资助", "要求", "第五条"),
            ],
        ),
        (
            "facts_of_body",
            {"body": "第三方评价机构"},
            ("subject", "relation", "object", "modality", "provision", "page"),
            [("创新部", "委托", "第三方评价机构", "要求", "第四条", 2)],
        ),
        (
            "facts_by_modality",
            {"modality": "prohibited"},
            ("subject", "relation", "object", "provision"),
            [("示范创新中心", "采用", "永久编制制度", "第六条")],
        ),
        (
            "facts_by_modality",
            {"modality": "encouraged", "document": f"《{NOTICE}》"},
            ("subject", "relation", "object", "provision"),
            [("企业", "采用", "风险补偿", None)],
        ),
        (
            "only_encouraged",
            {"lang": "en"},
            ("subject", "relation", "object", "modality"),
            [
                ("企业", "employs", "风险补偿", "encouraged"),
                ("创新券", "supports", "科技型企业", "encouraged"),
                ("星火园区", "employs", "创新券", "permitted"),
                ("示范创新中心", "employs", "共享用工机制", "encouraged"),
            ],
        ),
        (
            "citations",
            {},
            ("citing", "cited", "mutual", "cited_built", "provision"),
            [(PLAN, MEASURES, "否", "是", "二、(二)"), (MEASURES, "创新促进法", "否", "否", "第一条")],
        ),
        ("citations", {"document": "创新促进法"}, ("citing", "cited"), [(MEASURES, "创新促进法")]),
        (
            "targets",
            {"by": "2025"},
            (
                "target",
                "holder",
                "comparator",
                "value",
                "unit",
                "due",
                "baseline",
                "gap",
                "pace",
                "provision",
            ),
            [("示范创新中心达到20家", "示范创新中心", ">=", 20, "家", "2025", 11, 9, 1.8, "一、")],
        ),
        ("targets", {"by": "2024"}, ("target",), []),
        (
            "mechanisms_of_document",
            {"document": NOTICE},
            ("mechanism", "mentions", "facts", "start"),
            [("创新券", 3, 2, 4), ("风险补偿", 1, 1, 54)],
        ),
        (
            "acting_together",
            {},
            ("body", "partner", "joint", "shared", "total"),
            [("创新部", "财资部", 2, 1, 3)],
        ),
        ("acting_together", {"minimum": 4}, ("body",), []),
        ("acting_together", {"body": "企业"}, ("body",), []),
        (
            "compare",
            {"first": MEASURES, "second": PLAN, "lang": "en"},
            ("type", "name", "found_in", "first", "second", "found_in_id"),
            [
                ("body", "科技型企业", "both", 1, 1, "both"),
                ("body", "创新部", "only the first", 3, 0, "first"),
                ("body", "财资部", "only the first", 2, 0, "first"),
                ("body", "第三方评价机构", "only the first", 1, 0, "first"),
                ("programme", "示范创新中心", "both", 8, 3, "both"),
                ("programme", "星火园区", "only the second", 0, 1, "second"),
                ("mechanism", "后补助", "both", 2, 1, "both"),
                ("mechanism", "共享用工机制", "only the first", 1, 0, "first"),
                ("mechanism", "年度报告制度", "only the first", 1, 0, "first"),
                ("mechanism", "永久编制制度", "only the first", 1, 0, "first"),
                ("mechanism", "绩效评价", "only the first", 1, 0, "first"),
                ("mechanism", "创新券", "only the second", 0, 1, "second"),
                ("mechanism", "容错清单", "only the second", 0, 1, "second"),
            ],
        ),
        (
            "shared_programs",
            {"first": MEASURES, "second": PLAN},
            ("program", "found_in", "first", "second"),
            [("示范创新中心", "两者", 8, 3), ("星火园区", "只在文件二", 0, 1)],
        ),
        (
            "chains",
            {"body": "财资部"},
            ("body", "first", "program", "second", "mechanism", "third", "beneficiary"),
            [("财资部", "批准", "星火园区", "→ 采用", "创新券", "支持", "科技型企业")],
        ),
        ("chains", {"program": "示范创新中心"}, ("body",), []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_query_answers_exactly(
    store: query.Queryable,
    name: str,
    parameters: dict[str, object],
    columns: tuple[str, ...],
    expected: list[tuple[query.Value, ...]],
) -> None:
    assert rows(query.run(store, name, **parameters), *columns) == expected


def test_overview_counts_each_thing_once(store: query.Queryable) -> None:
    counts = {(r["group"], r["item"]): r["count"] for r in query.run(store, "overview", lang="en").records()}
    assert counts["entities", "body"] == 5
    assert counts["entities", "document"] == 4
    assert counts["relations", "employs"] == 9
    assert sum(n for (group, _), n in counts.items() if group == "relations" and isinstance(n, int)) == 31
    assert sum(n for (group, _), n in counts.items() if group == "modalities" and isinstance(n, int)) == 31


@pytest.mark.parametrize("name", query.load_queries())
def test_query_runs_as_it_stands_in_its_file(store: query.Queryable, name: str) -> None:
    """What an outsider pastes into an endpoint, defaults and all."""
    text = query.find_query(name).text
    answer = query.read_table(store.query(text))
    if not any(parameter.required for parameter in query.find_query(name).parameters):
        assert answer.rows == query.run(store, name).rows


def test_a_hostile_string_stays_a_string(store: query.Queryable, tmp_path: Path) -> None:
    """A query of one's own may take any string."""
    (tmp_path / "own.rq").write_text(
        "# zh: 名\n# en: name\n# parameter name: string\n# column n: 名 | name\n\n"
        "SELECT ?n { VALUES ?the_name { UNDEF } BIND(?the_name AS ?n) }",
        encoding="utf-8",
    )
    hostile = '2025" } } DROP ALL # \\'
    text = query.bind(store, query.load_queries(tmp_path)["own"], {"name": hostile})
    assert 'VALUES ?the_name { "2025\\" } } DROP ALL # \\\\" }' in text
    assert query.read_table(store.query(text)).rows == ((hostile,),)


@pytest.mark.parametrize(
    "name", ['创新部" } #', "<x>", "\\u0022", "https://w3id.org/policykg/id/body/x> y", ""]
)
def test_a_hostile_name_is_only_unknown(store: query.Queryable, name: str) -> None:
    with pytest.raises(UnknownName):
        query.mechanisms(store, name)


def test_unknown_names_get_the_nearest(store: query.Queryable) -> None:
    with pytest.raises(UnknownName, match="nearest: 创新部") as caught:
        query.mechanisms(store, "国家创新郶")
    assert caught.value.nearest[0] == "创新部"


def test_an_alias_that_two_entities_bear_is_not_guessed() -> None:
    store = Store()
    store.update(
        """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        INSERT DATA { GRAPH <urn:g> {
          <urn:a> a pol:Program ; skos:prefLabel "甲基地"@zh ; skos:altLabel "基地"@zh .
          <urn:b> a pol:Program ; skos:prefLabel "乙基地"@zh ; skos:altLabel "基地"@zh .
        } }"""
    )
    with pytest.raises(AmbiguousName, match="Program:甲基地, Program:乙基地"):
        query.run(store, "bodies_of_program", program="基地")
    assert len(query.run(store, "bodies_of_program", program="Program:甲基地")) == 0


@pytest.mark.parametrize(
    ("name", "parameters", "error", "message"),
    [
        ("mechanism", {}, query.UnknownQuery, "there are: acting_together, .*mechanisms"),
        ("mechanisms", {}, query.ParameterError, r"body \(body\) is missing; it takes body=body"),
        ("targets", {"when": 1}, query.ParameterError, "no parameter 'when'; it takes document=document"),
        (
            "acting_together",
            {"minimum": "many"},
            query.ParameterError,
            "minimum='many' is not a whole number",
        ),
        ("acting_together", {"minimum": "1_0"}, query.ParameterError, "a whole number"),
        ("acting_together", {"minimum": "-1"}, query.ParameterError, "a whole number from 0"),
        (
            "facts_by_modality",
            {"modality": "must"},
            query.ParameterError,
            "modality='must' is not one of required, encouraged, permitted, prohibited, exploratory, stated$",
        ),
        ("mechanisms", {"body": "创新部", "tie": "sideways"}, query.ParameterError, "one of direct, object"),
        ("overview", {"lang": "fr"}, query.ParameterError, "lang='fr' is not one of zh, en"),
        ("document_links", {"link": "quotes"}, query.ParameterError, "one of based_on, implements, amends"),
        ("mechanisms_by_instrument", {"typology": "own"}, query.ParameterError, "one of rz, stip"),
        (
            "mechanisms_by_instrument",
            {"type": "券"},
            query.ParameterError,
            "there are: PI014 innovation vouchers 创新券$",
        ),
        ("in_force", {"date": "2023-02-30"}, query.ParameterError, "is not a date like 2025-12-31"),
        ("in_force", {"date": "20230201"}, query.ParameterError, "is not a date like 2025-12-31"),
        ("in_force", {"date": "2023-13"}, query.ParameterError, "a year or month stands for its last day"),
        ("targets", {"by": "2025-13"}, query.ParameterError, "is not a year, month or date like 2025"),
        ("targets", {"by": "soon"}, query.ParameterError, "is not a year, month or date like 2025"),
    ],
)
def test_wrong_calls_say_what_is_right(
    store: query.Queryable, name: str, parameters: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        query.run(store, name, **parameters)


def test_all_faults_of_query_files_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text(
        "# zh: 甲\n# parameter who: person\n# parameter what: body\n# column x: 只有\n# odd\n\nSELECT ?y { ?y ?p ?o }\n",
        encoding="utf-8",
    )
    (tmp_path / "b.rq").write_text("# zh: 乙\n# en: b\n\nSELECT {", encoding="utf-8")
    with pytest.raises(query.QueryFileError) as caught:
        query.load_queries(tmp_path)
    text = str(caught.value)
    for fault in (
        "a.rq: line 2: 'person' is no parameter type",
        "a.rq: line 3: the query has no `VALUES ?the_what { UNDEF }`",
        "a.rq: line 4: a heading is `ZH | EN`",
        "a.rq: line 5: '# odd' is none of",
        "a.rq: it has no `# en:` description",
        "a.rq: it selects y but declares the columns x",
        "b.rq: it is no SPARQL SELECT",
    ):
        assert fault in text


@pytest.mark.parametrize("name", ["科技部", "科学技术部", "MOST"])
def test_official_names_stand_for_each_other(name: str) -> None:
    store = Store()
    store.update(
        """PREFIX pol: <https://w3id.org/policykg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        INSERT DATA { GRAPH <urn:g> { <urn:most> a pol:Body ; skos:prefLabel "科技部"@zh } }"""
    )
    assert find_entity(store, name, type="Body") == "urn:most"
