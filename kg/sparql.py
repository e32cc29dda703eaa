"""What of a user's SPARQL may run: reading queries, and no SERVICE, for which the engine would call out by HTTP itself.

The engine's grammar asks for no space around a keyword (`1SERVICE<…>`), and its `<` may open an IRI or compare two
values. So the scan is exact only for texts that leave nothing open; others are refused if the word is in them at all.
"""

import re

from policykg.ontology.errors import PolicyKGError
from policykg.ontology.namespace import PREFIXES

_ESCAPED = r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"

# A relative `<b>` may be the end of `a<b&&c>d`; with `://` in it, it can only be an IRI. A quote, backslash or `<…>`
# that the earlier alternatives leave over is one that the engine may read in another way.
_TOKEN = re.compile(
    rf"""(?P<string>'''(?:[^'\\]|{_ESCAPED}|'(?!''))*''' | \"\"\"(?:[^"\\]|{_ESCAPED}|"(?!""))*\"\"\"
                  | '(?!'')(?:[^'\\\n\r]|{_ESCAPED})*' | "(?!"")(?:[^"\\\n\r]|{_ESCAPED})*")
      | (?P<comment>\#[^\n\r]*)
      | (?P<iri><[A-Za-z][A-Za-z0-9+.\-]*://[^<>"{{}}|^`\s\\]*>)
      | (?P<unsure><[^<>"{{}}|^`\s\\]*> | ['"\\])
      | (?P<name>[?$:][A-Za-z0-9_]+)
      | (?P<word>[A-Za-z]+)
    """,
    re.VERBOSE,
)
_POSITION = re.compile(r"error at (\d+):(\d+)")
_PROLOGUE = re.compile(r"(?:\s+|#[^\n\r]*|(?:PREFIX\s+[^\s<]*|BASE)\s*<[^<>\s]*>)*", re.IGNORECASE)
_PREFIXED = re.compile(r"([A-Za-z][\w\-]*):[^\s:]*$")
_DECLARED = re.compile(r"\bPREFIX\s+([^\s:]*):", re.IGNORECASE)
_UPDATE = re.compile(r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE)


class QueryError(PolicyKGError, ValueError):
    """A query is refused or cannot be read; `line` and `column` count from 1, None where no one place is at fault."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        place = "query" if line is None else f"query, line {line}, column {column}"
        super().__init__(f"{place}: {message}")
        self.line = line
        self.column = column


def check_query(text: str) -> bool:
    """Refuse what a user's query may not do.

    Returns:
        True if the query names its own dataset (FROM), so that the union of all graphs must not take its place.
    Raises:
        QueryError: the query would update the store or call another server, or cannot be told from one that does.
    """
    prologue = _PROLOGUE.match(text)
    at = prologue.end() if prologue else 0
    if update := _UPDATE.match(text, at):
        raise _refuse(text, at, f"{update[0]} would change the graph; only queries that read are answered")
    names_dataset = False
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "unsure":
            # From here on the engine may read the text in another way; to scan on would also be slow.
            if word := re.search("service", text, re.IGNORECASE):
                remedy = "write every IRI in full (<https://…>), and no \\ outside of strings"
                message = f"it cannot be told whether this calls another server; {remedy}"
                raise _refuse(text, word.start(), message)
            return re.search(r"\bFROM\b", text, re.IGNORECASE) is not None
        if match.lastgroup == "word":
            if "SERVICE" in match[0].upper():
                raise _refuse(
                    text, match.start(), "SERVICE would call another server; ask that server directly"
                )
            names_dataset = names_dataset or match[0].upper() == "FROM"
    return names_dataset


def query_form(text: str) -> str:
    """Return the form of a query: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`; "" where it has none."""
    prologue = _PROLOGUE.match(text)
    form = re.compile(r"SELECT|ASK|CONSTRUCT|DESCRIBE", re.IGNORECASE).match(
        text, prologue.end() if prologue else 0
    )
    return form[0].upper() if form else ""


def explain_syntax_error(text: str, error: SyntaxError) -> QueryError:
    """Turn the engine's error, which lists every character that could come next, into one line with its place."""
    match = _POSITION.search(str(error))
    if match is None:
        return QueryError((str(error).splitlines() or ["it is no SPARQL query"])[0])
    line, column = int(match[1]), int(match[2])
    whole = "".join(text.split("\n")[line - 1 : line])
    rest = whole[column - 1 :]
    if "Prefix not found" in str(error) and (named := _PREFIXED.search(whole[: column - 1])):
        known = {*PREFIXES, *_DECLARED.findall(text)}
        if named[1] not in known:
            there = ", ".join(f"{prefix}:" for prefix in PREFIXES)
            message = f"no prefix {named[1]}: is declared; there are {there}"
            return QueryError(message, line=line, column=named.start() + 1)
    found = re.match(r"\w{1,40}|\S{1,20}", rest.lstrip())
    what = (
        f"unexpected {found[0]!r}"
        if found
        else "unexpected end of line"
        if rest or line > 1
        else "unexpected end"
    )
    return QueryError(f"{what}; it is no SPARQL 1.1 query from here on", line=line, column=column)


def _refuse(text: str, offset: int, message: str) -> QueryError:
    line = text.count("\n", 0, offset) + 1
    return QueryError(message, line=line, column=offset - (text.rfind("\n", 0, offset) + 1) + 1)
