"""A store behind a SPARQL 1.1 endpoint: queries by the SPARQL Protocol, writing by SPARQL Update.

An address is that of the query service, `sparql+http://host:port/query`. Updates go to `/update` beside `/query`, or to the
same place where the path ends otherwise; `?update=/path` names another. A user and password before the host answer a
request for Basic or Digest authentication.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import HTTPException
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

import pyoxigraph as ox

from policykg.kg.sparql import QueryError, check_query, explain_syntax_error, query_form
from policykg.kg.store import ONTOLOGY_GRAPH, Answer, Store, StoreError, Term
from policykg.ontology.namespace import BASE, PREFIXES

if TYPE_CHECKING:
    from rdflib import Dataset

# A path object makes one slash of two.
_ADDRESS = re.compile(r"sparql\+(https?):/{1,2}(?=[^/])")
_GRAPHS = f"{BASE}graph/"
#: Triples in one INSERT DATA: some engines compile it as a whole, and their compilers have limits.
_BATCH = 400
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"


def is_endpoint(place: object) -> bool:
    """Whether a store's place is the address of an endpoint, and no folder."""
    return _ADDRESS.match(str(place)) is not None


class Endpoint(Store):
    """A graph store at the address of an endpoint; nothing is asked before it is used.

    What is not ours is left alone: only the vocabulary's graph and graphs under our base IRI are read as a whole, replaced
    or removed. Whether a document is replaced in one transaction is the endpoint's matter.
    """

    def __init__(self, place: str, *, timeout: float = 120) -> None:
        """Take an address; `timeout` in seconds is for each request.

        Raises:
            StoreError: it is no address of an endpoint.
        """
        match = _ADDRESS.match(place)
        if match is None:
            raise StoreError(f"{place} is no endpoint; an address is sparql+http://HOST:PORT/query")
        parts = urlsplit(f"{match[1]}://{place[match.end() :]}")
        host = parts.netloc.rpartition("@")[2]
        if not host:
            raise StoreError(f"{place} names no host; an address is sparql+http://HOST:PORT/query")
        base = urlunsplit((parts.scheme, host, parts.path or "/", "", ""))
        given = parse_qs(parts.query).get("update", [])
        beside = base.removesuffix("/query") + "/update" if base.endswith("/query") else base
        self._query_url = quote(base, safe=":/%[]")
        self._update_url = quote(urljoin(base, given[0]) if given else beside, safe=":/%[]")
        self._place = f"sparql+{base}"
        self._timeout = timeout
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if parts.username:
            user, password = unquote(parts.username), unquote(parts.password or "")
            passwords.add_password(None, [self._query_url, self._update_url], user, password)
        self._opener = urllib.request.build_opener(
            # No proxy and no redirection: what is asked goes to the address given and nowhere else.
            urllib.request.ProxyHandler({}),
            _NoRedirection(),
            urllib.request.HTTPDigestAuthHandler(passwords),
            urllib.request.HTTPBasicAuthHandler(passwords),
        )

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        max_rows: int | None = None,
    ) -> Any:
        """Answer a SPARQL query, as `Store.query` does.

        Raises:
            StoreError: the endpoint does not answer.
            QueryError: as for `Store.query`.
        """
        fields = {} if check_query(text) else {"union-default-graph": ""}
        form = query_form(text)
        content = self._ask(_complete(text, bindings or {}), text, form, fields)
        if form in ("CONSTRUCT", "DESCRIBE"):
            triples = [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)]
            return Answer(triples, max_rows, is_triples=True)
        try:
            found = ox.parse_query_results(BytesIO(content), format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"{self._place}: the answer is no SPARQL result: {_line(str(error))}") from error
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        if form == "ASK":  # Virtuoso answers with a table: one row that says 1, or none that does
            return any(term is not None and term.value in ("1", "true") for row in found for term in row)
        return Answer(found, max_rows)

    def replace_document(self, graph: str, quads: Iterable[ox.Quad]) -> None:
        """Put a document's quads in the place of what its graph holds, in one request."""
        node = ox.NamedNode(graph)
        listed = list(quads)
        if stray := next((quad for quad in listed if quad.graph_name != node), None):
            raise StoreError(f"{self._place}: a quad of {stray.graph_name} was to be written into {node}")
        lines = [f"{quad.subject} {quad.predicate} {_plain(quad.object)} .\n" for quad in listed]
        operations = [f"DROP SILENT GRAPH {node}"]
        for at in range(0, len(lines), _BATCH):
            operations.append(f"INSERT DATA {{ GRAPH {node} {{\n{''.join(lines[at : at + _BATCH])}}} }}")
        self._update(" ;\n".join(operations))

    def remove_document(self, graph: str) -> None:
        """Drop a document's graph and with it all that only the document says."""
        self._update(f"DROP SILENT GRAPH {ox.NamedNode(graph)}")

    def graphs(self) -> list[str]:
        """Return the IRIs of the documents' graphs, sorted; graphs of others are not among them."""
        return [graph for graph in self._ours() if graph != ONTOLOGY_GRAPH]

    def count(self, graph: str | None = None) -> int:
        """Return the number of triples in a graph, or of all quads of our graphs."""
        named = [graph] if graph else self._ours()
        return sum(self._count(one) for one in named)

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Go through the quads of a graph, or of all our graphs.

        Raises:
            StoreError: the endpoint gives fewer than it has, as some do by a limit of rows.
        """
        for one in [graph] if graph else self._ours():
            node = ox.NamedNode(one)
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}"
            found = set(self.query(text))
            if len(found) < (all_of_it := self._count(one)):
                raise StoreError(
                    f"{self._place}: of {node} only {len(found)} of {all_of_it} triples were given; "
                    "raise the endpoint's limit of rows"
                )
            for triple in sorted(found, key=str):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, node)

    def dump_trig(
        self, path: Path, known: Callable[[str], bytes] = lambda graph: b""
    ) -> dict[str, tuple[int, int]]:
        """Write all quads of our graphs as TriG, as `Store.dump_trig` does."""
        copy = ox.Store()
        copy.extend(self.quads())
        return Store(copy, self._place).dump_trig(path, known)

    def as_rdflib(self) -> "Dataset":
        """Refuse: rdflib has a store for endpoints of its own."""
        raise StoreError(f"{self._place} is an endpoint: open it with rdflib's SPARQLStore")

    def finish(self, *, compact: bool = True) -> None:
        """Do nothing: an endpoint keeps what it has accepted."""

    def close(self) -> None:
        """Do nothing: each request stands for itself."""

    def _ours(self) -> list[str]:
        text = (
            f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{_GRAPHS}")) }}'
        )
        return sorted(row["g"].value for row in self.query(text))

    def _count(self, graph: str) -> int:
        text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {ox.NamedNode(graph)} {{ ?s ?p ?o }} }}"
        return sum(int(row["n"].value) for row in self.query(text))

    def _ask(self, whole: str, text: str, form: str, fields: Mapping[str, str]) -> bytes:
        accept = _TRIPLES if form in ("CONSTRUCT", "DESCRIBE") else _RESULTS
        body = urlencode({"query": whole, **fields}).encode()
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            return self._send(self._query_url, body, headers)
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise self._refusal(error) from error
            try:
                ox.Store().query(text, prefixes=PREFIXES)
            except SyntaxError as fault:
                raise explain_syntax_error(text, fault) from None
            raise QueryError(f"{self._place} refuses it: {_first_line(error)}") from error

    def _update(self, text: str) -> None:
        headers = {"Content-Type": "application/sparql-update"}
        try:
            self._send(self._update_url, text.encode(), headers)
        except urllib.error.HTTPError as error:
            raise self._refusal(error) from error

    def _send(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                content: bytes = response.read()
                return content
        except urllib.error.HTTPError:
            raise
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise StoreError(f"{self._place} does not answer: {_line(str(reason))}") from error

    def _refusal(self, error: urllib.error.HTTPError) -> StoreError:
        return StoreError(f"{self._place}: HTTP {error.code}: {_first_line(error)}")


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _complete(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query with our prefixes before it, on its first line, and the bindings behind it."""
    prologue = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
    if not bindings:
        return f"{prologue} {text}"
    names, terms = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
    return f"{prologue} {text}\nVALUES ({names}) {{ ({terms}) }}"


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return a term as every engine reads it, control characters as escapes."""
    return re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04X}", str(term))


def _first_line(error: urllib.error.HTTPError) -> str:
    try:
        text = error.read(2000).decode("utf-8", "replace")
    except (OSError, HTTPException):
        text = ""
    return _line(text) or error.reason or "no reason given"


def _line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]
