"""The store: how quads are kept, in an embedded Oxigraph database in the output folder or behind a SPARQL endpoint.

Queries see the union of all named graphs as their default graph. One process writes a store; any number may read it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyoxigraph as ox

from policykg.kg.sparql import QueryError, check_query, explain_syntax_error
from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import PREFIXES, graph_iri
from policykg.ontology.terms import VOCABULARY

if TYPE_CHECKING:
    from rdflib import Dataset

#: The names of what a build leaves in its output folder.
STORE_FOLDER = "store"
TRIG_FILE = "graph.trig"

#: The named graph of the vocabulary; every other named graph is a document's.
ONTOLOGY_GRAPH = graph_iri("ontology")

Term = ox.NamedNode | ox.BlankNode | ox.Literal


class StoreError(PolicyKGError):
    """A store is missing, in use or damaged; the text names its path and what to do."""


class Answer:
    """The rows of a SELECT (`pyoxigraph.QuerySolution`) or the triples of a CONSTRUCT, to be read once.

    `variables` are those of a SELECT, none for triples. `truncated` is known after reading: True if there was more
    than `max_rows`.
    """

    def __init__(self, found: Any, max_rows: int | None, *, is_triples: bool = False) -> None:
        self._found = iter(found)
        self._max_rows = max_rows
        self.variables: tuple[ox.Variable, ...] = tuple(getattr(found, "variables", ()))
        self.is_triples = is_triples or isinstance(found, ox.QueryTriples)
        self.truncated = False

    def __iter__(self) -> Iterator[Any]:
        count = 0
        while True:
            try:
                row = next(self._found)
            except StopIteration:
                return
            except (RuntimeError, OSError, ValueError) as error:
                raise QueryError(str(error)) from error
            if count == self._max_rows:
                self.truncated = True
                return
            count += 1
            yield row


class Store:
    """A graph store; open it with `Store.open`, `Store.create` or `Store.in_memory`."""

    def __init__(self, engine: ox.Store, place: str) -> None:
        self._engine = engine
        self._place = place

    @classmethod
    def open(cls, out: Path | str) -> "Store":
        """Open the store in a build's output folder for reading, or at an endpoint's address.

        Args:
            out: a folder, or `sparql+http://HOST:PORT/query` as `policykg.kg.sparql_endpoint` has it.
        Raises:
            StoreError: there is none, or it is damaged.
        """
        if endpoint := _open_endpoint(out):
            return endpoint
        # Resolved once: a build that ends meanwhile changes what `out` leads to.
        path = (Path(out) / STORE_FOLDER).resolve()
        if not (path / "CURRENT").is_file():
            raise StoreError(f"no graph at {out}: build one with `policykg build INPUT… -o {out}`")
        try:
            return cls(ox.Store.read_only(str(path)), str(out))
        except (OSError, ValueError, RuntimeError) as error:
            raise StoreError(f"{out}: the store cannot be read ({error}); build it again") from error

    @classmethod
    def create(cls, out: Path | str) -> "Store":
        """Open the store in a folder or at an endpoint's address for writing; a folder is made where there is none.

        Raises:
            StoreError: another process or object writes it, or the folder cannot be written.
        """
        if endpoint := _open_endpoint(out):
            return endpoint
        path = Path(out) / STORE_FOLDER
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return cls(ox.Store(str(path)), str(out))
        except (OSError, ValueError) as error:
            if "lock" in str(error).lower():
                raise StoreError(
                    f"{path} is in use: another process writes it; wait until it is done"
                ) from error
            raise StoreError(f"{path} cannot be written: {error}") from error

    @classmethod
    def copy(cls, out: Path, into: Path) -> "Store":
        """Open a copy of the store in one folder for writing in another; files that do not change are shared.

        Raises:
            StoreError: there is none to copy, or the folder cannot be written.
        """
        with cls.open(out) as old:
            try:
                old._engine.backup(str(Path(into) / STORE_FOLDER))
            except (OSError, ValueError) as error:
                raise StoreError(f"{into} cannot be written: {error}") from error
        return cls.create(into)

    @classmethod
    def in_memory(cls) -> "Store":
        """Make a store that is gone with the object."""
        return cls(ox.Store(), "memory")

    def replace_document(self, graph: str, quads: Iterable[ox.Quad]) -> None:
        """Put a document's quads in the place of what its graph holds, in one transaction.

        Args:
            graph: the IRI of the graph; a quad of another graph is an error.
        Raises:
            StoreError
        """
        node = ox.NamedNode(graph)
        listed = list(quads)
        if stray := next((quad for quad in listed if quad.graph_name != node), None):
            raise StoreError(f"{self._place}: a quad of {stray.graph_name} was to be written into {node}")
        if not self._engine.contains_named_graph(node):
            self._write(lambda: self._engine.extend(listed))
            return
        # The engine's update is its only transaction that both removes and adds.
        data = ox.serialize((quad.triple for quad in listed), format=ox.RdfFormat.N_TRIPLES)
        update = f"DROP SILENT GRAPH {node} ;\nINSERT DATA {{ GRAPH {node} {{\n{(data or b'').decode()}}} }}"
        self._write(lambda: self._engine.update(update))

    def remove_document(self, graph: str) -> None:
        """Drop a document's graph and with it all that only the document says."""
        self._write(lambda: self._engine.remove_graph(ox.NamedNode(graph)))

    def load_ontology(self) -> None:
        """Put the vocabulary and the typologies of instruments into their graph."""
        node = ox.NamedNode(ONTOLOGY_GRAPH)
        quads = []
        for path in sorted(VOCABULARY.parent.glob("*.ttl")):
            if path.name != "shapes.ttl":
                parsed = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
                quads += [ox.Quad(q.subject, q.predicate, q.object, node) for q in parsed]
        self.replace_document(ONTOLOGY_GRAPH, quads)

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        max_rows: int | None = None,
    ) -> Any:
        """Answer a SPARQL query; our prefixes (`pol:`, `skos:`, `eli:` …) need no declaration.

        Args:
            bindings: terms for variables that the SELECT names, by the variables' names.
            max_rows: stop after so many rows or triples; the answer's `truncated` tells.
        Returns:
            An `Answer` for SELECT, CONSTRUCT and DESCRIBE; a bool for ASK.
        Raises:
            QueryError: the query is not SPARQL, would change the graph or call another server, or fails in running.
        """
        names_dataset = check_query(text)
        try:
            found = self._engine.query(
                text,
                prefixes=PREFIXES,
                use_default_graph_as_union=not names_dataset,
                substitutions={ox.Variable(name): term for name, term in (bindings or {}).items()},
            )
        except SyntaxError as error:
            raise explain_syntax_error(text, error) from None
        except (RuntimeError, OSError, ValueError) as error:
            raise QueryError(str(error)) from error
        return bool(found) if isinstance(found, ox.QueryBoolean) else Answer(found, max_rows)

    def graphs(self) -> list[str]:
        """Return the IRIs of the documents' graphs, sorted; the vocabulary's is not among them."""
        found = (graph.value for graph in self._engine.named_graphs())
        return sorted(graph for graph in found if graph != ONTOLOGY_GRAPH)

    def count(self, graph: str | None = None) -> int:
        """Return the number of triples in a graph, or of all quads."""
        if graph is None:
            return len(self._engine)
        return sum(1 for _ in self._engine.quads_for_pattern(None, None, None, ox.NamedNode(graph)))

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Go through the quads of a graph, or all, in no particular order."""
        return self._engine.quads_for_pattern(None, None, None, ox.NamedNode(graph) if graph else None)

    def dump_trig(
        self, path: Path, known: Callable[[str], bytes] = lambda graph: b""
    ) -> dict[str, tuple[int, int]]:
        """Write all quads as TriG, sorted: the same quads give the same bytes.

        Args:
            known: gives the part of such a file that holds a graph, where it is known from another; b"" where not.
        Returns:
            Where each graph stands in the file: offset and length in bytes.
        """
        places: dict[str, tuple[int, int]] = {}
        names: dict[str, str] = {}
        with Path(path).open("wb") as file:
            at = file.write(trig_head().encode())
            for graph in trig_graphs(self._engine):
                block = known(graph.value) if isinstance(graph, ox.NamedNode) else b""
                block = block or "".join(trig_block(self._engine, graph, names)).encode()
                file.write(block)
                if isinstance(graph, ox.NamedNode):
                    places[graph.value] = (at, len(block))
                at += len(block)
        return places

    def as_rdflib(self) -> "Dataset":
        """Return the store as an rdflib `Dataset` whose default graph is the union; it shares this store's data.

        Queries through it are not checked as those of `query` are: only run text that you trust.
        """
        from oxrdflib import OxigraphStore
        from rdflib import Dataset

        return Dataset(store=OxigraphStore(store=self._engine), default_union=True)

    def finish(self, *, compact: bool = True) -> None:
        """Bring all that was written to the disk; `compact` also brings it into the form in which it is read fastest.

        That takes as long as the store is large, so it is not worth it for a small part.
        """
        if compact:
            self._write(self._engine.optimize)
        self._write(self._engine.flush)

    def close(self) -> None:
        """Let go of the files; the store cannot be used afterwards. Answers not read to the end keep them open."""
        del self._engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, action: Any) -> None:
        try:
            action()
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"{self._place}: the store cannot be written: {error}") from error


def _open_endpoint(place: Path | str) -> Store | None:
    from policykg.kg.sparql_endpoint import Endpoint, is_endpoint

    return Endpoint(str(place)) if is_endpoint(place) else None


_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_XSD = PREFIXES["xsd"]
_RDF_TYPE = f"{PREFIXES['rdf']}type"


def trig_head() -> str:
    """Return the prefixes that a TriG file begins with."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def trig_graphs(engine: ox.Store) -> list[Any]:
    """Return the graphs of a store in the order of the TriG file."""
    graphs: list[Any] = sorted(engine.named_graphs(), key=str)
    return [ox.DefaultGraph(), *graphs]


def trig_block(engine: ox.Store, graph: Any, names: dict[str, str]) -> Iterator[str]:
    """Yield the lines of one graph; `names` remembers how IRIs are written, from graph to graph."""
    triples = sorted(
        (_turtle(quad.subject, names), _predicate(quad.predicate, names), _turtle(quad.object, names))
        for quad in engine.quads_for_pattern(None, None, None, graph)
    )
    if triples:
        named = not isinstance(graph, ox.DefaultGraph)
        yield f"\n{_turtle(graph, names)} {{\n" if named else "\n{\n"
        yield from _subject_blocks(triples)
        yield "}\n"


def _subject_blocks(triples: list[tuple[str, str, str]]) -> Iterator[str]:
    last_subject = last_predicate = ""
    for subject, predicate, object_ in triples:
        if subject != last_subject:
            yield f"{' .' + chr(10) if last_subject else ''}  {subject} {predicate} {object_}"
        elif predicate != last_predicate:
            yield f" ;\n    {predicate} {object_}"
        else:
            yield f", {object_}"
        last_subject, last_predicate = subject, predicate
    yield " .\n"


def _predicate(node: ox.NamedNode, names: dict[str, str]) -> str:
    # "a" sorts before every prefixed name but those that begin with "a" themselves; there is no such prefix.
    return "a" if node.value == _RDF_TYPE else _turtle(node, names)


def _turtle(term: Any, names: dict[str, str]) -> str:
    if isinstance(term, ox.NamedNode):
        iri = term.value
        if iri not in names:
            names[iri] = _shorten(iri)
        return names[iri]
    if isinstance(term, ox.Literal) and not term.language:
        kind = term.datatype.value.removeprefix(_XSD)
        if kind == "boolean" and term.value in ("true", "false"):
            return term.value
        if (plain := _PLAIN.fullmatch(term.value)) and kind == ("decimal" if plain[1] else "integer"):
            return term.value
        if kind in ("date", "decimal"):
            return f'"{term.value}"^^xsd:{kind}'
    return str(term)


def _shorten(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"
