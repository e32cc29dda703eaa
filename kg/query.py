"""Named SPARQL queries, their parameters bound as terms, and the tables they answer.

A query is a file `kg/queries/NAME.rq`: valid SPARQL 1.1 as it stands, under a header of comment lines:

    # zh: what it answers, in Chinese            # en: the same in English
    # parameter body: body                       a type with `?` behind it may be left out; `zh|en` are the values there are
    # column mechanism: 政策工具 | mechanism      headings zh | en; `detail` instead of `column` for what tables leave out

The parameter `body` is the variable `?the_body`, bound in the text by `VALUES ?the_body { UNDEF }`; a term in place of
`UNDEF` is the default. A value given takes that place as an escaped RDF term, which any SPARQL endpoint understands.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from policykg.kg.mechanisms import find_mechanisms
from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import PREFIXES
from policykg.ontology.terms import load_terms

ParameterType = Literal[
    "body", "program", "mechanism", "document", "date", "time", "instrument", "int", "string", "choice"
]
Lang = Literal["zh", "en"]
Value = str | int | float | None

#: Parameter types whose values are names of entities.
ENTITY_PARAMETERS: tuple[ParameterType, ...] = ("body", "program", "mechanism", "document")

#: Values of the parameter `tie` of the query `mechanisms` that need no program or document between.
DIRECT_TIES = ("direct", "object")

_FOLDER = Path(__file__).with_name("queries")
_HEADER_FORMS = (
    "`# zh: …`, `# en: …`, `# parameter NAME: TYPE`, `# column NAME: ZH | EN`, `# detail NAME: ZH | EN`"
)
_HEADER = re.compile(r"# (zh|en|parameter|column|detail)(?: ([a-z_]+))?: (.+)")
_BINDING = re.compile(r"VALUES \?the_([a-z_]+) \{ ([^{}\n]+) \}")


class QueryFileError(PolicyKGError):
    """Query files break the format; the text lists every fault of every file."""


class UnknownQuery(PolicyKGError):
    """No query has this name."""


class ParameterError(PolicyKGError):
    """A parameter is missing, unknown or not of its type."""


class Queryable(Protocol):
    """What answers SPARQL: `policykg.kg.store.Store`, or a bare `pyoxigraph.Store`."""

    def query(self, query: str) -> Any:
        """Answer a SELECT with an iterable of solutions that has `.variables`."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer; `detail` columns are for machines and left out of printed tables."""

    name: str
    zh: str
    en: str
    detail: bool = False

    def heading(self, lang: Lang) -> str:
        """Return the heading in a language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: rows as long as `columns`; IRIs and literals as their text, numbers as numbers, None where unbound.

    `title` is for people, `name` tells it from other tables of one answer.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    title: str = ""
    name: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> tuple[Value, ...]:
        """Return one column's values; KeyError where there is none of this name."""
        place = {column.name: i for i, column in enumerate(self.columns)}[name]
        return tuple(row[place] for row in self.rows)

    def records(self) -> list[dict[str, Value]]:
        """Return the rows as dictionaries, keyed by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a named query; `default` is the SPARQL term in the file, None where there is none.

    `choices` are the values there are, for the type `choice`.
    """

    name: str
    type: ParameterType
    required: bool
    default: str | None
    choices: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """What may be given, as `body` or `zh|en`."""
        return "|".join(self.choices) or self.type


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One query file, checked."""

    name: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str

    def description(self, lang: Lang) -> str:
        """Return what the query answers, in a language."""
        return self.zh if lang == "zh" else self.en


def run(store: Queryable, name: str, **parameters: object) -> Table:
    """Run a named query.

    Args:
        parameters: by the query's parameter names. Entities as any name that the graph knows or as IRI; `date` as
            ISO text or `datetime.date`, of which a year or month stands for its last day; a choice also as its label
            (禁止 for prohibited); a list or tuple gives several values, any of which may match.
    Raises:
        UnknownQuery, ParameterError: with what would be right.
        UnknownName, AmbiguousName: an entity name that the graph does not know, or knows twice.
    """
    query = find_query(name)
    terms = _terms(store, query, parameters)
    lang: Lang = "en" if parameters.get("lang") == "en" else "zh"
    if name == "mechanisms":
        ties = parameters.get("tie")
        wanted = ties if ties is None or isinstance(ties, list | tuple) else (ties,)
        rows = find_mechanisms(store, terms["body"], wanted and [str(tie) for tie in wanted], lang)
        return Table(query.columns, tuple(rows), query.description(lang))
    return read_table(store.query(_fill(query, terms)), query.columns, title=query.description(lang))


def mechanisms(store: Queryable, body: str, *, direct: bool = False, lang: Lang = "zh") -> Table:
    """List every mechanism a body is tied to, and how; see `queries/mechanisms.rq` for the ties and columns.

    Args:
        body: any name that the graph knows.
        direct: only facts that hold between the body and the mechanism themselves.
    Raises:
        UnknownName, AmbiguousName
    """
    return run(store, "mechanisms", body=body, tie=DIRECT_TIES if direct else None, lang=lang)


def bind(store: Queryable, query: NamedQuery, parameters: Mapping[str, object]) -> str:
    """Return the query's text with the values in place; `None` stands for a parameter not given."""
    return _fill(query, _terms(store, query, parameters))


def _terms(store: Queryable, query: NamedQuery, parameters: Mapping[str, object]) -> dict[str, str]:
    """Return the values as SPARQL writes them, by parameter."""
    given = {key: value for key, value in parameters.items() if value is not None}
    known = {parameter.name: parameter for parameter in query.parameters}
    faults = [f"it has no parameter {key!r}" for key in given if key not in known]
    faults += [
        f"{p.name} ({p.usage}) is missing" for p in query.parameters if p.required and p.name not in given
    ]
    if faults:
        usage = ", ".join(
            f"{p.name}={p.usage}" + ("" if p.required else " (optional)") for p in query.parameters
        )
        raise ParameterError(f"query {query.name}: {'; '.join(faults)}; it takes {usage or 'no parameters'}")
    terms: dict[str, str] = {}
    for key, value in given.items():
        values = value if isinstance(value, list | tuple) else (value,)
        terms[key] = " ".join(_term(store, query, known[key], one) for one in values)
    return terms


def _fill(query: NamedQuery, terms: Mapping[str, str]) -> str:
    """Return the text with the values in place; a place without a value or default binds nothing, so it is left out."""

    def fill(match: re.Match[str]) -> str:
        if match[1] in terms:
            return f"VALUES ?the_{match[1]} {{ {terms[match[1]]} }}"
        return "" if match[2] == "UNDEF" else match[0]

    return _BINDING.sub(fill, query.text)


def read_table(solutions: Any, columns: Iterable[Column] = (), *, title: str = "") -> Table:
    """Read SELECT solutions into a table; without `columns` the variables' names are the headings."""
    named = {column.name: column for column in columns}
    names = [variable.value for variable in solutions.variables]
    return Table(
        columns=tuple(named.get(name, Column(name, name, name)) for name in names),
        rows=tuple(tuple(_value(term) for term in solution) for solution in solutions),
        title=title,
    )


def select(store: Queryable, text: str) -> Iterator[dict[str, Any]]:
    """Answer a SELECT with one dictionary a solution: IRIs and literals as their text, None where unbound."""
    solutions = store.query(text)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: None if term is None else term.value for name, term in zip(names, solution, strict=True)}


def integer(value: str | float | None) -> int | None:
    """Return an answer's number as an integer; None where it has none."""
    return None if value is None else int(value)


def local_name(iri: str) -> str:
    """Return what stands behind an IRI's `#`."""
    return iri.rpartition("#")[2]


def find_query(name: str) -> NamedQuery:
    """Return a bundled query by name; UnknownQuery lists the names there are."""
    queries = load_queries()
    if name not in queries:
        raise UnknownQuery(f"no query {name!r}; there are: {', '.join(queries)}")
    return queries[name]


@lru_cache(maxsize=8)
def load_queries(folder: Path = _FOLDER) -> Mapping[str, NamedQuery]:
    """Load and check all query files of a folder, by name in alphabetical order.

    Raises:
        QueryFileError: lists every fault of every file.
    """
    queries: dict[str, NamedQuery] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.rq")):
        query, found = _parse(path.stem, path.read_text(encoding="utf-8"))
        faults += [f"{path.name}: {fault}" for fault in found]
        queries[query.name] = query
    if faults:
        raise QueryFileError("query files are not usable:\n  " + "\n  ".join(faults))
    return queries


def _parse(name: str, text: str) -> tuple[NamedQuery, list[str]]:
    descriptions: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: list[Column] = []
    faults: list[str] = []
    defaults: dict[str, str] = {}
    for binding in _BINDING.finditer(text):
        if defaults.setdefault(binding[1], binding[2]) != binding[2]:
            faults.append(f"?the_{binding[1]} has two defaults, {defaults[binding[1]]} and {binding[2]}")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        match = _HEADER.fullmatch(line)
        if match is None:
            faults.append(f"line {number}: {line!r} is none of {_HEADER_FORMS}")
        elif match[1] in ("zh", "en"):
            descriptions[match[1]] = match[3]
        elif match[1] == "parameter":
            kind = match[3].removesuffix("?")
            choices = tuple(kind.split("|")) if "|" in kind else ()
            kind = "choice" if choices else kind
            if kind not in get_args(ParameterType):
                types = ", ".join(get_args(ParameterType))
                faults.append(f"line {number}: {kind!r} is no parameter type; there are {types}")
                continue
            if match[2] not in defaults:
                place = f"VALUES ?the_{match[2]} {{ UNDEF }}"
                faults.append(f"line {number}: the query has no `{place}` to bind {match[2]!r} at")
                continue
            default = None if defaults[match[2]] == "UNDEF" else defaults[match[2]]
            required = default is None and not match[3].endswith("?")
            parameters.append(Parameter(match[2], kind, required, default, choices))  # type: ignore[arg-type]
        else:
            zh, bar, en = (part.strip() for part in match[3].partition("|"))
            if not (bar and zh and en):
                faults.append(f"line {number}: a heading is `ZH | EN`, not {match[3]!r}")
            columns.append(Column(match[2], zh, en, detail=match[1] == "detail"))
    faults += [f"it has no `# {lang}:` description" for lang in ("zh", "en") if lang not in descriptions]
    declared = {parameter.name for parameter in parameters}
    undeclared = [key for key in defaults if key not in declared]
    faults += [f"?the_{key} is bound but no `# parameter {key}: TYPE` declares it" for key in undeclared]
    faults += _check_select(text, [column.name for column in columns])
    return NamedQuery(
        name, descriptions.get("zh", ""), descriptions.get("en", ""), tuple(parameters), tuple(columns), text
    ), faults


def _check_select(text: str, columns: list[str]) -> list[str]:
    from pyoxigraph import Store

    try:
        selected = [variable.value for variable in Store().query(text).variables]  # type: ignore[union-attr]
    except (SyntaxError, AttributeError) as error:
        return [f"it is no SPARQL SELECT: {error}"]
    if selected != columns:
        return [f"it selects {', '.join(selected)} but declares the columns {', '.join(columns)}"]
    return []


def _term(store: Queryable, query: NamedQuery, parameter: Parameter, value: object) -> str:
    from pyoxigraph import Literal as RDFLiteral
    from pyoxigraph import NamedNode

    def refuse(wanted: str) -> ParameterError:
        return ParameterError(f"query {query.name}: {parameter.name}={value!r} is not {wanted}")

    if parameter.type in ENTITY_PARAMETERS:
        from policykg.kg.names import find_entity

        return str(NamedNode(find_entity(store, str(value), type=parameter.type.capitalize())))
    text = str(value)
    if parameter.type == "int":
        if not _WHOLE.fullmatch(text):
            raise refuse("a whole number from 0")
        return str(RDFLiteral(int(text)))
    if parameter.type == "date":
        from policykg.kg.lineage import last_day

        text = last_day(text) or text
        if not _is_day(text):
            raise refuse("a date like 2025-12-31; a year or month stands for its last day")
        return str(RDFLiteral(text, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")))
    if parameter.type == "time":
        if not (_YEAR_OR_MONTH.fullmatch(text) or _is_day(text)):
            raise refuse("a year, month or date like 2025, 2025-12 or 2025-12-31")
    elif parameter.type == "choice":
        terms = load_terms()
        labels = {
            name: one for one in parameter.choices if one in terms for name in terms[one].labels.values()
        }
        text = labels.get(text, text)
        if text not in parameter.choices:
            raise refuse(f"one of {', '.join(parameter.choices)}")
    elif parameter.type == "instrument":
        known = _instruments(store)
        if not any(text in names for names in known):
            raise refuse(f"a type of instrument; there are: {', '.join(' '.join(names) for names in known)}")
    return str(RDFLiteral(text))


_WHOLE = re.compile(r"[0-9]{1,18}")
_YEAR_OR_MONTH = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _instruments(store: Queryable) -> list[list[str]]:
    """Return the types of instruments in the graph: of each the code and its names."""
    rows = select(
        store,
        f"""SELECT ?concept ?label WHERE {{
          GRAPH <https://w3id.org/policykg/graph/ontology> {{
            ?concept <{PREFIXES["skos"]}inScheme> ?scheme ; <{PREFIXES["skos"]}prefLabel> ?label
          }}
        }} ORDER BY ?concept ?label""",
    )
    known: dict[str, list[str]] = {}
    for row in rows:
        known.setdefault(row["concept"], [row["concept"].rpartition("/")[2]]).append(row["label"])
    return list(known.values())


def _value(term: Any) -> Value:
    if term is None:
        return None
    kind = getattr(getattr(term, "datatype", None), "value", "").rpartition("#")[2]
    if kind == "integer":
        return int(term.value)
    if kind in ("decimal", "double", "float"):
        number = float(term.value)
        return int(number) if number.is_integer() else number
    return str(term.value)
