"""Tab-separated data tables of the package: read, checked, all faults reported at once."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources.abc import Traversable

from policykg.ontology.errors import PolicyKGError


class TableError(PolicyKGError, ValueError):
    """Faulty data tables; `faults` holds one line each, with place, what is wrong and what would be right."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


Row = Mapping[str, str]


def read_table(
    source: Traversable,
    columns: Sequence[str],
    *,
    key: Sequence[str],
    allowed: Mapping[str, Sequence[str]] | None = None,
    optional: Iterable[str] = (),
    check: Callable[[Row], Iterator[str]] | None = None,
) -> list[Row]:
    """Read a UTF-8, NFC table whose first line names its columns.

    Args:
        key: the columns that tell rows apart; no two rows may share them.
        allowed: the values that a column may hold.
        optional: columns whose cells may be empty.
        check: yields what else is wrong with a row.
    Raises:
        TableError: the table is faulty.
    """
    name = source.name
    lines = source.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != list(columns):
        raise TableError([f"{name}:1: wrong header; it must read {' '.join(columns)}, separated by tabs"])
    faults: list[str] = []
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    may_be_empty = frozenset(optional)
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            faults.append(f"{name}:{number}: {len(cells)} cells; there must be {len(columns)}")
            continue
        row = dict(zip(columns, cells, strict=True))
        problems = list(_cell_faults(row, allowed or {}, may_be_empty))
        identity = tuple(row[column] for column in key)
        if identity in seen:
            problems.append(f"{' '.join(identity)} stands already in line {seen[identity]}; keep one")
        seen.setdefault(identity, number)
        problems.extend(check(row) if check and not problems else ())
        faults.extend(f"{name}:{number}: {problem}" for problem in problems)
        rows.append(row)
    if faults:
        raise TableError(faults)
    return rows


def _cell_faults(
    row: Row, allowed: Mapping[str, Sequence[str]], may_be_empty: frozenset[str]
) -> Iterator[str]:
    for column, cell in row.items():
        if cell != cell.strip():
            yield f"{column} {cell!r} has white space at an end; remove it"
        if not cell and column not in may_be_empty:
            yield f"{column} is empty; it must hold a value"
        if not unicodedata.is_normalized("NFC", cell):
            yield f"{column} {cell!r} is not in Unicode form NFC; normalise it"
        if column in allowed and cell not in allowed[column]:
            yield f"{column} is {cell!r}; it must be one of {', '.join(allowed[column])}"
