"""The store: how quads are kept, in an embedded Oxigraph database in the output folder or behind a SPARQL endpoint.

Queries see the union of all named graphs as their default graph. One process writes a store; any number may read it.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyoxigraph as ox

from policykg.kg import trig
from policykg.kg.folder.manifest import check_schema
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

#: More triples than these do not wait in memory.
_AT_ONCE = 1_000_000

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

    def __init__(self, database: ox.Store, place: str, *, is_new: bool = False) -> None:
        self._database = database
        self._place = place
        # What a new store is given waits, to be written in one go: that takes a third of the time and a sixth of the space.
        self._waiting: dict[str, list[ox.Quad]] | None = {} if is_new else None
        self._given: dict[str, list[ox.Quad]] = {}

    @property
    def _engine(self) -> ox.Store:
        """The database, with all in it that was given."""
        self._settle()
        return self._database

    def _settle(self) -> None:
        if self._waiting:
            self._given, self._waiting = self._waiting, {}
            quads = itertools.chain.from_iterable(self._given.values())
            self._write(lambda: self._database.bulk_extend(quads))

    @classmethod
    def open(cls, out: Path | str) -> "Store":
        """Open the store in a build's output folder for reading, or at an endpoint's address.

        Args:
            out: a folder, or `sparql+http://HOST:PORT/query` as `policykg.kg.sparql_endpoint` has it.
        Raises:
            StoreError: there is none, or it is damaged.
            ManifestError: a newer program wrote it.
        """
        if endpoint := _open_endpoint(out):
            return endpoint
        # Resolved once: a build that ends meanwhile changes what `out` leads to.
        path = (Path(out) / STORE_FOLDER).resolve()
        if not (path / "CURRENT").is_file():
            raise StoreError(f"no graph at {out}: build one with `policykg build INPUT… -o {out}`")
        check_schema(path.parent)
        try:
            return cls(ox.Store.read_only(str(path)), str(out))
        except (OSError, ValueError, RuntimeError) as error:
            raise StoreError(f"{out}: the store cannot be read ({error}); build it again") from error

    @classmethod
    def create(cls, out: Path | str) -> "Store":
        """Open the store in a folder or at an endpoint's address for writing; a folder is made where there is none.

        What a new store is given is on the disk when it is first read, finished or closed, not before.

        Raises:
            StoreError: another process or object writes it, or the folder cannot be written.
        """
        if endpoint := _open_endpoint(out):
            return endpoint
        path = Path(out) / STORE_FOLDER
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            database = ox.Store(str(path))
            is_new = next(database.quads_for_pattern(None, None, None, None), None) is None
            return cls(database, str(out), is_new=is_new)
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

    @property
    def place(self) -> str:
        """Where the store is: its folder, or its address without password."""
        return self._place

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
        self._given.pop(graph, None)
        if not self._database.contains_named_graph(node):
            if self._waiting is None:
                self._write(lambda: self._database.extend(listed))
                return
            self._waiting[graph] = listed
            if sum(map(len, self._waiting.values())) > _AT_ONCE:
                self._settle()
            return
        # The engine's update is its only transaction that both removes and adds.
        data = ox.serialize((quad.triple for quad in listed), format=ox.RdfFormat.N_TRIPLES)
        update = f"DROP SILENT GRAPH {node} ;\nINSERT DATA {{ GRAPH {node} {{\n{(data or b'').decode()}}} }}"
        self._write(lambda: self._engine.update(update))

    def remove_document(self, graph: str) -> None:
        """Drop a document's graph and with it all that only the document says."""
        self._given.pop(graph, None)
        if self._waiting is not None:
            self._waiting.pop(graph, None)
        self._write(lambda: self._database.remove_graph(ox.NamedNode(graph)))

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
        engine = self._engine
        with Path(path).open("wb") as file:
            file.write(trig.head())
            unnamed = ox.DefaultGraph()
            file.write(trig.block(unnamed, engine.quads_for_pattern(None, None, None, unnamed), names))
            for graph in sorted(engine.named_graphs(), key=str):
                block = known(graph.value) or trig.block(
                    graph, self._given.get(graph.value) or self.quads(graph.value), names
                )
                places[graph.value] = (file.tell(), len(block))
                file.write(block)
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
        self._settle()
        self._given.clear()
        del self._database

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
