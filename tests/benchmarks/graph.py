"""A generated graph in the shape that a build gives, of any size; the same seed gives the same quads.

Names are drawn so that a few are in most documents and most are in few, as in real collections.
"""

import random
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph as ox

from policykg.ontology.namespace import PREFIXES, entity_iri, graph_iri

#: About how many triples a document has.
PER_DOCUMENT = 975

_BODIES, _PROGRAMS, _MECHANISMS = 3000, 10_000, 20_000
_STATEMENTS, _MENTIONS, _PROVISIONS, _MEASURES = 22, 24, 12, 5
_MODALITIES = (
    "required",
    "required",
    "required",
    "encouraged",
    "permitted",
    "exploratory",
    "prohibited",
    "stated",
)
_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Body",
        "Program",
        ("supervises", "manages", "evaluates", "approves", "funds", "establishes", "supports"),
    ),
    ("Body", "Mechanism", ("employs", "establishes", "supervises")),
    ("Program", "Mechanism", ("employs", "establishes")),
    ("Mechanism", "Body", ("appliesTo", "supports", "funds")),
    ("Mechanism", "Program", ("appliesTo", "supports")),
    ("Body", "Body", ("coordinatesWith", "delegates", "reportsTo")),
    ("Document", "Mechanism", ("employs", "establishes")),
    ("Document", "Program", ("establishes", "supports", "manages")),
)


def generate_quads(triples: int, *, seed: int = 1) -> Iterator[ox.Quad]:
    """Yield the quads of as many documents as give about `triples` triples."""
    for number in range(max(1, round(triples / PER_DOCUMENT))):
        yield from _document(number, random.Random(f"{seed}-{number}"))


def body(number: int) -> str:
    """Return the name of a body; 0 is the one named most, then ever rarer ones."""
    return f"第{number}委员会"


def program(number: int) -> str:
    """Return the name of a program, as `body` does."""
    return f"第{number}示范区"


def document(number: int) -> str:
    """Return the title of a document."""
    return f"第{number}号创新规划"


def _document(number: int, chance: random.Random) -> Iterator[ox.Quad]:
    title = document(number)
    graph = ox.NamedNode(graph_iri(title))
    node = ox.NamedNode(entity_iri("Document", title))
    known: set[ox.NamedNode] = set()

    def quad(subject: ox.NamedNode, predicate: str, object_: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, _term(predicate), object_, graph)

    def entity(kind: str) -> tuple[ox.NamedNode, Sequence[ox.Quad]]:
        if kind == "Document":
            return node, ()
        name = _name(kind, chance)
        found = ox.NamedNode(entity_iri(kind, name))
        if found in known:
            return found, ()
        known.add(found)
        label = ox.Literal(name, language="zh")
        return found, (quad(found, "rdf:type", _term(f"pol:{kind}")), quad(found, "skos:prefLabel", label))

    def part(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{node.value}#{name}")

    yield quad(node, "rdf:type", _term("pol:Document"))
    yield quad(node, "skos:prefLabel", ox.Literal(title, language="zh"))
    yield quad(node, "dcterms:source", ox.Literal(f"{number}.txt"))
    yield quad(node, "pol:textStart", ox.Literal(0))
    yield quad(node, "pol:text", ox.Literal("正文。" * 500))
    day = f"20{10 + number % 15}-0{1 + number % 9}-11"
    yield quad(node, "eli:date_document", ox.Literal(day, datatype=_term("xsd:date")))
    for n in range(1, _PROVISIONS + 1):
        yield quad(part(f"s{n}"), "rdf:type", _term("pol:Provision"))
        yield quad(part(f"s{n}"), "pol:sectionKind", ox.Literal("article"))
        yield quad(part(f"s{n}"), "pol:address", ox.Literal(f"第{n}条"))
        yield quad(part(f"s{n}"), "eli:is_part_of", node)
        yield quad(part(f"s{n}"), "oa:start", ox.Literal(n * 100))
        yield quad(part(f"s{n}"), "oa:end", ox.Literal(n * 100 + 99))
    issuer, described = entity("Body")
    yield from described
    facts = [(issuer, "issues", node)]
    for _ in range(_STATEMENTS):
        subject_kind, object_kind, predicates = chance.choice(_KINDS)
        subject, described = entity(subject_kind)
        yield from described
        object_, described = entity(object_kind)
        yield from described
        if subject != object_:
            facts.append((subject, chance.choice(predicates), object_))
    other = document(chance.randrange(max(1, number)))
    cited = ox.NamedNode(entity_iri("Document", other))
    if cited != node:
        yield quad(cited, "rdf:type", _term("pol:Document"))
        yield quad(cited, "skos:prefLabel", ox.Literal(other, language="zh"))
        facts.append((node, "cites", cited))
    for n, (subject, predicate, object_) in enumerate(facts, start=1):
        for triple in _statement(part, n, node, subject, predicate, object_, chance):
            yield quad(*triple)
    listed = sorted(known, key=str)
    for n in range(_MENTIONS):
        mention = part(f"m{n * 40}-{n * 40 + 5}")
        yield quad(mention, "rdf:type", _term("pol:Mention"))
        yield quad(mention, "pol:denotes", chance.choice(listed))
        yield quad(mention, "oa:start", ox.Literal(n * 40))
        yield quad(mention, "oa:end", ox.Literal(n * 40 + 5))
        yield quad(mention, "oa:exact", ox.Literal("某机构的"))
        yield quad(mention, "pol:inProvision", part(f"s{1 + n % _PROVISIONS}"))
    for n in range(1, _MEASURES + 1):
        measure = part(f"v{n}")
        yield quad(node, "pol:states", measure)
        yield quad(measure, "rdf:type", _term("pol:Measure"))
        yield quad(measure, "pol:measureKind", ox.Literal("target" if n % 2 else "baseline"))
        yield quad(measure, "pol:indicator", ox.Literal(f"指标{n // 2}"))
        yield quad(measure, "pol:comparator", ox.Literal(">="))
        value = ox.Literal(str(chance.randrange(5, 500)), datatype=_term("xsd:decimal"))
        yield quad(measure, "schema:value", value)
        yield quad(measure, "schema:unitText", ox.Literal("家"))
        yield quad(measure, "pol:date", ox.Literal(str(2020 + n)))
        yield quad(measure, "oa:start", ox.Literal(n * 30))
        yield quad(measure, "oa:end", ox.Literal(n * 30 + 9))
        yield quad(measure, "oa:exact", ox.Literal("达到20家"))
        yield quad(measure, "pol:inProvision", part(f"s{n}"))


def _statement(
    part: Callable[[str], ox.NamedNode],
    n: int,
    node: ox.NamedNode,
    subject: ox.NamedNode,
    predicate: str,
    object_: ox.NamedNode,
    chance: random.Random,
) -> Iterator[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]]:
    modality = chance.choice(_MODALITIES)
    if modality != "prohibited":
        yield subject, f"pol:{predicate}", object_
    fact, evidence, position, quote = (part(f"{kind}{n}") for kind in ("r", "e", "p", "q"))
    yield fact, "rdf:type", _term("pol:Statement")
    yield fact, "rdf:type", _term("rdf:Statement")
    yield fact, "rdf:subject", subject
    yield fact, "rdf:predicate", _term(f"pol:{predicate}")
    yield fact, "rdf:object", object_
    yield fact, "pol:modality", _term(f"pol:{modality}")
    yield fact, "pol:rule", ox.Literal("rule")
    yield fact, "pol:confidence", ox.Literal("0.9", datatype=_term("xsd:decimal"))
    yield fact, "prov:wasQuotedFrom", node
    yield fact, "pol:evidence", evidence
    yield evidence, "rdf:type", _term("oa:SpecificResource")
    yield evidence, "oa:hasSource", node
    yield evidence, "oa:hasSelector", position
    yield evidence, "oa:hasSelector", quote
    yield position, "rdf:type", _term("oa:TextPositionSelector")
    yield position, "oa:start", ox.Literal(n * 50)
    yield position, "oa:end", ox.Literal(n * 50 + 40)
    yield quote, "rdf:type", _term("oa:TextQuoteSelector")
    yield quote, "oa:exact", ox.Literal(f"第{n}句：某机构对某事物做某件事情，并说明它怎样进行。")
    yield quote, "oa:prefix", ox.Literal("前面的文字")
    yield quote, "oa:suffix", ox.Literal("后面的文字")
    yield evidence, "pol:provision", part(f"s{1 + n % _PROVISIONS}")
    yield evidence, "pol:fileStart", ox.Literal(n * 50)
    yield evidence, "pol:triggerStart", ox.Literal(3)
    yield evidence, "pol:triggerEnd", ox.Literal(5)


def _name(kind: str, chance: random.Random) -> str:
    if kind == "Body":  # as Zipf has it: the first ten have as many mentions as the next hundred
        return body(int(_BODIES ** chance.random()) - 1)
    if kind == "Program":
        return program(int(_PROGRAMS * chance.random() ** 2))
    return _mechanism(int(_MECHANISMS * chance.random() ** 2))


def _mechanism(number: int) -> str:
    return f"第{number}引导基金"


def _term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)
