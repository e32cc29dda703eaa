"""From a record to the quads of a document's graph."""

from dataclasses import replace

import pyoxigraph as ox
import pytest

from policykg.extract.records import (
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    EntityType,
    Measure,
    Mention,
    PageBreak,
    ReaderText,
    Relation,
    Section,
)
from policykg.kg.build import build_quads
from policykg.kg.naming import name_documents
from policykg.kg.resolve import Entity, Merge, Resolution
from policykg.kg.store import Store
from policykg.kg.world import World
from policykg.ontology.namespace import ONTOLOGY, entity_iri, graph_iri
from policykg.ontology.terms import load_terms
from policykg.ontology.validate import validate

FURNITURE = "〔上一份文件的结尾〕\n"
TEXT = (
    "星火创新中心管理办法(试行)\n第一章 总则\n第一条 根据《星火促进法》,制定本办法。\n"
    "第二条 创 新部监督星火创新中心。(一)财资部资助星火创新中心;\n(二)星火创新中心不得实行永久编制。\n"
    "一、目标\n到2025年,星火创新中心达到20家。\n"
)
READ = FURNITURE + TEXT
NAME = "星火创新中心管理办法(试行)"


def at(words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = READ.index(words, start + 1)
    return start, start + len(words)


def mention(words: str, type_: EntityType, canonical: str = "", nth: int = 0) -> Mention:
    start, end = at(words, nth)
    return Mention(
        start=start,
        end=end,
        type=type_,
        text=words,
        canonical=canonical or "".join(words.split()),
        rule="test",
    )


def relation(subject: str, predicate: str, object_: str, unit: str, trigger: str, **more: object) -> Relation:
    start, end = at(unit)
    place = READ.index(trigger, start)
    given = {"modality": "required", "subject_type": "Body", "object_type": "Program"} | more
    return Relation(
        subject=subject,
        predicate=predicate,  # type: ignore[arg-type]
        object=object_,
        start=start,
        end=end,
        trigger=(place, place + len(trigger)),
        rule="test",
        confidence=0.9,
        **given,  # type: ignore[arg-type]
    )


def section(
    kind: str, number: str, words: str, until: str, parent: int | None = None, heading: str = ""
) -> Section:
    end = READ.index(until) if until else len(READ)
    return Section(
        kind=kind,  # type: ignore[arg-type]
        number=number,
        heading=heading,
        start=READ.index(words),
        end=end,
        parent=parent,
    )


SECTIONS = (
    section("chapter", "第一章", "第一章", "一、目标", heading="总则"),
    section("article", "第一条", "第一条", "第二条", 0),
    section("article", "第二条", "第二条", "一、目标", 0),
    section("item", "(一)", "(一)", "(二)", 2),
    section("item", "(二)", "(二)", "一、目标", 2),
    section("heading", "一、", "一、目标", "", heading="目标"),
)


@pytest.fixture
def record() -> DocumentRecord:
    target = mention("星火创新中心达到20家", "Target")
    return DocumentRecord(
        source=ReaderText(
            source="样例.txt",
            text=READ,
            pages=(PageBreak(offset=0, page=7), PageBreak(offset=at("第二条")[0], page=8)),
            origins=((0, 100), (at("第二条")[0], 500)),
        ),
        span=DocumentSpan(
            start=len(FURNITURE),
            end=len(READ),
            info=DocumentInfo(
                title=f"《{NAME}》",
                number="创部发〔2021〕7号",
                issuers=("国家创新部", "财资部"),
                date="2021-03-05",
                kind="办法",
            ),
            sections=SECTIONS,
        ),
        entities=(
            mention("《星火促进法》", "Document"),
            mention("创 新部", "Body", "国家创新部"),
            mention("星火创新中心", "Program", nth=1),
            mention("财资部", "Body"),
            mention("永久编制", "Mechanism"),
            target,
            mention("星火创新中心", "Program", nth=4),
        ),
        relations=(
            relation("@doc", "cites", "《星火促进法》", "第一条 根据《星火促进法》,制定本办法。", "根据",
                     modality="stated", subject_type="Document", object_type="Document"),
            relation("国家创新部", "supervises", "星火创新中心", "第二条 创 新部监督星火创新中心。", "监督"),
            relation("财资部", "funds", "星火创新中心", "(一)财资部资助星火创新中心;", "资助"),
            relation("星火创新中心", "employs", "永久编制", "(二)星火创新中心不得实行永久编制。", "实行",
                     modality="prohibited", subject_type="Program", object_type="Mechanism"),
            relation("@doc", "hasTarget", target.canonical, "到2025年,星火创新中心达到20家。", "达到",
                     subject_type="Document", object_type="Target"),
        ),
        measures=(
            Measure(kind="target", indicator="星火创新中心", comparator=">=", value=20.0, unit="家", date="2025",
                    start=target.start, end=target.end),
        ),
    )  # fmt: skip


def store_of(*records: DocumentRecord) -> Store:
    store = Store.in_memory()
    for one, name in zip(records, name_documents(records), strict=True):
        store.replace_document(graph_iri(name), build_quads(one, name=name))
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    return [tuple("" if term is None else term.value for term in row) for row in store.query(query)]


def test_each_fact_carries_its_words_and_place(record: DocumentRecord) -> None:
    found = rows(
        store_of(record),
        """SELECT ?s ?p ?o ?quote ?start ?end ?address ?page ?file ?modality WHERE {
             ?fact a pol:Statement ; rdf:subject/skos:prefLabel ?s ; rdf:predicate ?p ; rdf:object/skos:prefLabel ?o ;
               pol:modality ?modality ; pol:evidence ?e .
             ?e oa:hasSelector/oa:exact ?quote ; pol:provision/pol:address ?address ; pol:page ?page ; pol:fileStart ?file .
             ?e oa:hasSelector ?at . ?at oa:start ?start ; oa:end ?end } ORDER BY ?start""",
    )
    assert [
        (s, p.removeprefix(ONTOLOGY), o, address, page) for s, p, o, _, _, _, address, page, _, _ in found
    ] == [
        (NAME, "cites", "星火促进法", "第一条", "7"),
        ("国家创新部", "supervises", "星火创新中心", "第二条", "8"),
        ("财资部", "funds", "星火创新中心", "第二条(一)", "8"),
        ("星火创新中心", "employs", "永久编制", "第二条(二)", "8"),
        (NAME, "hasTarget", "星火创新中心达到20家", "一、", "8"),
    ]
    assert all(READ[int(start) : int(end)] == quote for _, _, _, quote, start, end, *_ in found)
    assert [int(row[8]) for row in found[:2]] == [100 + at("第一条")[0], 500]


def test_a_fact_is_tied_to_the_mention_of_a_subject_that_its_words_lack(record: DocumentRecord) -> None:
    cites, supervises, *rest = record.relations
    body, program = record.entities[1:3]
    taken_over = replace(
        rest[0],
        subject="国家创新部",
        subject_at=(body.start, body.end),
        object_at=(program.start, program.end),
    )
    # Who stands at a place may have been renamed since.
    renamed = replace(rest[0], subject_at=(body.start, body.end))
    quads = build_quads(replace(record, relations=(cites, supervises, taken_over, renamed)))
    store = Store.in_memory()
    store.replace_document(graph_iri(NAME), quads)
    assert rows(
        store, "SELECT ?p ?words { ?fact ?p ?m . ?m a pol:Mention ; oa:exact ?words } ORDER BY DESC(?p)"
    ) == [
        (f"{ONTOLOGY}subjectMention", "创 新部"),
        (f"{ONTOLOGY}objectMention", "星火创新中心"),
    ]
    assert validate(quads) == []


def test_direct_triples_stand_for_all_facts_but_prohibitions(record: DocumentRecord) -> None:
    store = store_of(record)
    direct = rows(
        store,
        "SELECT ?p WHERE { ?s ?p ?o . FILTER(?p IN (pol:cites, pol:supervises, pol:funds, pol:hasTarget)) }",
    )
    assert len(direct) == 4
    assert store.query("ASK { ?s pol:employs ?o }") is False
    assert store.query("ASK { ?fact pol:modality pol:prohibited }") is True


def test_the_document_and_its_entities_are_described(record: DocumentRecord) -> None:
    store = store_of(record)
    assert rows(store, "SELECT ?n ?d ?k ?f ?t WHERE { ?x eli:number ?n ; eli:date_document ?d ; pol:documentKind ?k ;"
                       " dcterms:source ?f ; pol:text ?t ; a pol:Measures }") == [
        ("创部发〔2021〕7号", "2021-03-05", "办法", "样例.txt", TEXT)
    ]  # fmt: skip
    assert rows(
        store,
        "SELECT ?c ?alt WHERE { ?x skos:prefLabel '国家创新部'@zh ; skos:altLabel ?alt ; a ?c } ORDER BY ?c",
    ) == [
        (f"{ONTOLOGY}Body", "创新部"),
        (f"{ONTOLOGY}GovernmentDepartment", "创新部"),
    ]
    target = entity_iri("Target", "星火创新中心达到20家", document=NAME)
    assert rows(store, f"SELECT ?v ?u WHERE {{ <{target}> a pol:QuantitativeTarget ; pol:hasMeasure ?m ."
                       " ?m schema:value ?v ; schema:unitText ?u }") == [("20", "家")]  # fmt: skip


def test_the_graph_is_valid_and_uses_declared_terms_only(record: DocumentRecord) -> None:
    quads = build_quads(record)
    assert validate(quads) == []
    known = {ONTOLOGY + name for name in load_terms()}
    used = {t.value for q in quads for t in (q.predicate, q.object) if isinstance(t, ox.NamedNode)}
    assert {term for term in used if term.startswith(ONTOLOGY)} <= known
    assert all(not isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object))


def test_the_same_record_gives_the_same_quads_without_repetition(record: DocumentRecord) -> None:
    quads = build_quads(record)
    assert quads == build_quads(replace(record))
    assert len(quads) == len(set(quads))


def test_dropping_the_graph_drops_the_document(record: DocumentRecord) -> None:
    other = replace(record, span=replace(record.span, info=replace(record.span.info, title="《乙办法》")))
    store = store_of(record, other)
    store.remove_document(graph_iri(NAME))
    assert set(store.quads()) == set(build_quads(other))


def test_resolution_renames_merges_and_adds_forms(record: DocumentRecord) -> None:
    known: dict[tuple[EntityType, str], Entity] = {}
    for type_, name in [(m.type, m.canonical) for m in record.entities] + [("Document", f"《{NAME}》")]:
        known[type_, name] = Entity(name=name, type=type_, names=(name,))
    one = Entity(name="国家创新部", type="Body", names=("国家创新部", "财资部"), forms=("NMI",))
    merge = Merge(type="Body", name="财资部", into="国家创新部", reason="decided in a test")
    rest = [entity for (_, name), entity in known.items() if name not in one.names]
    world = World(resolution=Resolution([*rest, one], [merge]))
    store = Store.in_memory()
    store.replace_document(graph_iri(NAME), build_quads(record, world=world))
    assert rows(store, "SELECT ?r { ?x skos:prefLabel '国家创新部'@zh ; pol:reason ?r }") == [
        ("财资部 → 国家创新部: decided in a test",)
    ]
    labels = rows(
        store, "SELECT ?l WHERE { ?x skos:prefLabel '国家创新部'@zh ; skos:altLabel ?l } ORDER BY ?l"
    )
    assert labels == [("NMI",), ("创新部",), ("财资部",)]
    assert validate(store.quads()) == []


def test_a_fact_that_relates_a_thing_to_itself_is_left_out(record: DocumentRecord) -> None:
    own = replace(record.relations[0], object=f"《{NAME}》")
    again = replace(record.relations[1], rule="other")
    store = store_of(replace(record, relations=(own, record.relations[1], again)))
    assert rows(store, "SELECT ?p WHERE { ?fact a pol:Statement ; rdf:predicate ?p }") == [
        (f"{ONTOLOGY}supervises",)
    ]


def test_a_fact_between_types_that_its_predicate_does_not_tie_is_left_out(record: DocumentRecord) -> None:
    fact = record.relations[1]
    wrong = replace(fact, predicate="approves", subject_type="Program")
    store = store_of(replace(record, relations=(fact, wrong)))
    assert rows(store, "SELECT ?p WHERE { ?fact a pol:Statement ; rdf:predicate ?p }") == [
        (f"{ONTOLOGY}supervises",)
    ]


def test_two_mentions_at_one_place_stay_two(record: DocumentRecord) -> None:
    program = record.entities[2]
    both = replace(record, entities=(program, replace(program, type="Mechanism"), program))
    nodes = {
        q.subject.value.rpartition("#")[2]
        for q in build_quads(both)
        if q.predicate.value == f"{ONTOLOGY}denotes"
    }
    assert nodes == {f"m{program.start}-{program.end}", f"m{program.start}-{program.end}-m"}


@pytest.mark.parametrize(
    "title", ["<img src=x onerror=alert(1)>", '甲" . } ; DROP ALL #', "甲\\u0022", "办法/../乙?x#y"]
)
def test_text_of_documents_is_data(record: DocumentRecord, title: str) -> None:
    hostile = replace(record, span=replace(record.span, info=replace(record.span.info, title=title)))
    store = store_of(hostile)
    store.replace_document(graph_iri(title), build_quads(hostile))  # once more, by the updating way
    assert set(store.quads()) == set(build_quads(hostile))
    assert rows(store, "SELECT ?t WHERE { ?d eli:title ?t }") == [("".join(title.split()),)]


def named(*infos: DocumentInfo, source: str = "文件.txt") -> list[DocumentRecord]:
    text = ReaderText(source=source, text="甲乙丙丁")
    return [
        DocumentRecord(source=text, span=DocumentSpan(start=i, end=i + 1, info=info))
        for i, info in enumerate(infos)
    ]


def test_documents_are_named_by_title_or_place_whatever_their_order() -> None:
    records = named(
        DocumentInfo(),
        DocumentInfo(title="《星火办法》", number="甲〔2022〕1号", date="2022-01-01"),
        DocumentInfo(title="星火办法", number="甲〔2020〕1号", date="2020-01-01"),
        DocumentInfo(title="星火 办法", number="甲〔2022〕1号", date="2022-01-01"),
    )
    names = ["文件-1", "星火办法-甲〔2022〕1号", "星火办法", "星火办法-2022-01-01"]
    assert name_documents(records) == names
    assert name_documents(records[::-1]) == names[::-1]


def test_titles_lose_their_brackets_only_where_these_are_one_pair() -> None:
    titles = ["《甲法》", "《甲法》和《乙法》", "《关于〈甲法〉的决定》", "《关于印发《甲法》的通知》"]
    names = [name_documents(named(DocumentInfo(title=title)))[0] for title in titles]
    assert names == ["甲法", "《甲法》和《乙法》", "关于〈甲法〉的决定", "关于印发《甲法》的通知"]
