"""A graph -> what is wrong with it, by the SHACL shapes of `shapes.ttl` and by reading every quotation in its text."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from policykg.ontology.namespace import ONTOLOGY, PREFIXES
from policykg.ontology.terms import Lang

if TYPE_CHECKING:
    from pyoxigraph import Quad
    from rdflib import Graph, Node

Severity = Literal["violation", "warning", "info"]

SHAPES = Path(__file__).with_name("shapes.ttl")

_OA, _RDF, _SH = PREFIXES["oa"], PREFIXES["rdf"], "http://www.w3.org/ns/shacl#"
_STRING = f"{PREFIXES['xsd']}string"
_ENDS = {f"{_RDF}subject": "subject", f"{_RDF}object": "object"}


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that is wrong.

    `focus` is the IRI of the node at fault, `path` the IRI of the property ("" for the node itself), `value` the value
    that is wrong ("" where one is missing).
    """

    focus: str
    path: str
    message: str
    severity: Severity
    value: str


def validate(graph: "Graph | Iterable[Quad]", *, lang: Lang = "en") -> list[Violation]:
    """Check a graph against the shapes, and every quotation against its document's text.

    Args:
        graph: an rdflib graph (of a `Dataset`, the default graph), or quads of pyoxigraph, which is quicker; in which
            named graph a quad stands does not matter.
        lang: the language of the messages.
    Returns:
        Sorted and without repetition; empty for a valid graph.
    """
    data = _in_memory(graph)
    return sorted({*_shape_violations(data, lang), *_quote_violations(data, lang)})


def _in_memory(graph: "Graph | Iterable[Quad]") -> "Graph":
    """Copy into rdflib's own store: checking looks up one node at a time, which no other store does as fast."""
    from pyoxigraph import BlankNode, NamedNode
    from rdflib import BNode, Graph, URIRef
    from rdflib import Literal as RDFLiteral

    data = Graph()
    if isinstance(graph, Graph):
        for subject, predicate, object_ in graph.triples((None, None, None)):
            # rdflib tells "a" from "a"^^xsd:string, which RDF 1.1 does not.
            is_string = isinstance(object_, RDFLiteral) and object_.datatype == URIRef(_STRING)
            data.add((subject, predicate, RDFLiteral(str(object_)) if is_string else object_))
        return data

    @cache
    def uri(value: str) -> URIRef:
        return URIRef(value)

    def convert(term: Any) -> "Node":
        if isinstance(term, NamedNode):
            return uri(term.value)
        if isinstance(term, BlankNode):
            return BNode(term.value)
        if term.language:
            return RDFLiteral(term.value, lang=term.language)
        if term.datatype.value == _STRING:
            return RDFLiteral(term.value)
        return RDFLiteral(term.value, datatype=uri(term.datatype.value), normalize=False)

    for quad in graph:
        data.add((convert(quad.subject), convert(quad.predicate), convert(quad.object)))
    return data


def _shape_violations(data: "Graph", lang: Lang) -> Iterator[Violation]:
    import pyshacl
    from rdflib import RDF, Graph, URIRef

    quiet = logging.getLogger("policykg.shacl")
    quiet.setLevel(logging.CRITICAL)
    _, report, _ = pyshacl.validate(data, shacl_graph=_load_shapes(), inference="none", logger=quiet)
    assert isinstance(report, Graph)
    for result in report.subjects(RDF.type, URIRef(f"{_SH}ValidationResult")):

        def read(name: str, result: "Node" = result) -> "Node | None":
            return report.value(result, URIRef(_SH + name))

        messages = list(report.objects(result, URIRef(f"{_SH}resultMessage")))
        chosen = [m for m in messages if getattr(m, "language", None) == lang] or messages
        severity = str(read("resultSeverity")).rpartition("#")[2].lower()
        focus, value = read("focusNode"), read("value")
        steps = _steps(report, read("resultPath"))
        end = steps[-1] if len(steps) > 1 and steps[-1] in _ENDS else ""
        # Domain and range are checked from the relation; what is wrong is each statement that has the value there.
        statements: Iterable[Node | None] = (focus,)
        if end and focus is not None and value is not None:
            users = data.subjects(URIRef(f"{_RDF}predicate"), focus)
            statements = [s for s in users if (s, URIRef(end), value) in data]
        for node in statements:
            yield Violation(
                focus=str(node),
                path=end or next(iter(steps), ""),
                message="; ".join(sorted(str(m) for m in chosen)),
                severity="violation"
                if severity == "violation"
                else "warning"
                if severity == "warning"
                else "info",
                value="" if value is None else str(value),
            )


def _steps(report: "Graph", path: "Node | None") -> list[str]:
    """Return the properties along a path: one, or those of a sequence."""
    from rdflib import BNode
    from rdflib.collection import Collection

    if path is None:
        return []
    return [str(step) for step in (Collection(report, path) if isinstance(path, BNode) else (path,))]


@lru_cache(maxsize=1)
def _load_shapes() -> "Graph":
    """Read the shapes, each property shape with the targets of its node shape.

    That says the same, but lets pySHACL check a property of all nodes in one go, three times as fast as node by node.
    """
    from rdflib import RDF, Graph, URIRef

    shapes = Graph().parse(str(SHAPES), format="turtle")
    targets = [URIRef(_SH + t) for t in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")]
    has_property = URIRef(f"{_SH}property")
    for shape, property_shape in list(shapes.subject_objects(has_property)):
        shapes.add((property_shape, RDF.type, URIRef(f"{_SH}PropertyShape")))
        for target in targets:
            for node in list(shapes.objects(shape, target)):
                shapes.add((property_shape, target, node))
        shapes.remove((shape, has_property, property_shape))
    return shapes


_MESSAGES = {
    "zh": "引文与文件正文在该位置的文字不一致",
    "en": "the quotation is not what the document's text says at its offsets",
}


def _quote_violations(data: "Graph", lang: Lang) -> Iterator[Violation]:
    from rdflib import RDF, URIRef

    def pol(term: str) -> URIRef:
        return URIRef(ONTOLOGY + term)

    def oa(term: str) -> URIRef:
        return URIRef(_OA + term)

    texts = {
        document: (str(text), int(str(data.value(document, pol("textStart")) or 0)))
        for document, text in data.subject_objects(pol("text"))
    }

    def is_wrong(document: "Node | None", placed: "Node", quoted: "Node") -> bool:
        start, end, exact = (
            data.value(placed, oa("start")),
            data.value(placed, oa("end")),
            data.value(quoted, oa("exact")),
        )
        if document not in texts or start is None or end is None or exact is None:
            return False  # the shapes report what is missing
        text, offset = texts[document]
        try:
            a, b = int(str(start)) - offset, int(str(end)) - offset
        except ValueError:
            return False
        return a < b and (a < 0 or text[a:b] != str(exact))

    for kind in ("Mention", "Measure"):
        for node in data.subjects(RDF.type, pol(kind)):
            if is_wrong(URIRef(str(node).partition("#")[0]), node, node):
                exact = data.value(node, oa("exact"))
                yield Violation(str(node), f"{_OA}exact", _MESSAGES[lang], "violation", str(exact))
    for node in data.objects(None, pol("evidence")):
        selectors = list(data.objects(node, oa("hasSelector")))
        placed = next((s for s in selectors if (s, oa("start"), None) in data), None)
        quoted = next((s for s in selectors if (s, oa("exact"), None) in data), None)
        if (
            placed is not None
            and quoted is not None
            and is_wrong(data.value(node, oa("hasSource")), placed, quoted)
        ):
            yield Violation(
                str(node), f"{_OA}exact", _MESSAGES[lang], "violation", str(data.value(quoted, oa("exact")))
            )
