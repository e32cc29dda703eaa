"""Find the lists of bodies in charge that tasks end in (责任部门：A、B; （A、B负责）), or that a table's column holds.

Who stands there is the subject of the task's sentences that name none (gold/GUIDELINES.md 3, "Cases, decided"). A heading's
list holds for the items below it that have none of their own.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from policykg.extract.relations.clauses import MASK, Cues, Entity
from policykg.extract.relations.items import Opening
from policykg.extract.relations.subjects import Doers


@dataclass(frozen=True, slots=True)
class Charge:
    """A list of bodies in charge at a task's end; [start, end) is the list itself.

    `leaders` may be empty where the list goes on from the unit before (…；配合单位：…).
    """

    start: int
    end: int
    leaders: Doers
    partners: Doers


def find_charges(
    masked: str,
    units: Sequence[tuple[int, int]],
    openings: Sequence[Opening],
    entities: Sequence[Sequence[Entity]],
    cues: Cues,
) -> dict[int, Charge]:
    """Return the list in charge of each unit that has one, by the unit's index; it reaches back to its item's start.

    Args:
        units: the half-open spans of the document's units; `openings` and `entities`: those of each.
    """
    charges = _column_charges(masked, units, entities, cues)
    first = 0
    heading: tuple[int, Charge] | None = None
    for number, (start, end) in enumerate(units):
        if openings[number]:
            first = number
            if heading is not None and _level(masked, start) <= heading[0]:
                heading = None
        if heading is not None:
            charges.setdefault(number, heading[1])
        if not entities[number]:
            continue
        charge = find_charge(masked, start, end, entities[number], cues)
        if charge is None:
            continue
        if charge.leaders:
            if first == number and openings[number] and charge.start - start <= _HEADING:
                heading = _level(masked, start), charge
            charges |= dict.fromkeys(range(first, number + 1), charge)
            first = number + 1
        elif number == first and number - 1 in charges:
            charges[number] = replace(charge, leaders=charges[number - 1].leaders)
            first = number + 1
    return charges


_BAR = re.compile(r"[|\t]")
_CELL = re.compile(r"[|\t\n][ *]*([^|\t\n]+)$")
_CELL_END = re.compile(r"[ *]*(?:[|\t\n]|$)")
_HEADING = 40  # characters: no heading before its list in charge is longer
_LEVELS = (r"第", r"[一二三四五六七八九十]", r"[（(][一二三四五六七八九十]", r"\d", r"[（(]\d")
_LEVEL = re.compile(r"\s*(?:" + "|".join(f"({level})" for level in _LEVELS) + ")")


def _level(text: str, start: int) -> int:
    """Return how deep the item is that begins at `start`: 一、 above （一）, that above 1."""
    found = _LEVEL.match(text, start)
    return found.lastindex or 0 if found else len(_LEVELS) + 1


def _column_charges(
    masked: str, units: Sequence[tuple[int, int]], entities: Sequence[Sequence[Entity]], cues: Cues
) -> dict[int, Charge]:
    """Return the list in charge of each unit in a table's row that stands left of a column which a label heads."""
    charges: dict[int, Charge] = {}
    if not _BAR.search(masked):
        return charges
    every = [entity for own in entities for entity in own]
    starts = [entity.start for entity in every]
    headed: dict[int, bool] = {}  # columns by number; whether those in it only help
    row: Charge | None = None
    line = -1
    for number, (start, _) in enumerate(units):
        begin = masked.rfind("\n", 0, start) + 1
        if begin != line:
            line = begin
            stop = masked.find("\n", begin)
            cells = _cells(masked, begin, len(masked) if stop < 0 else stop)
            within = [every[bisect_left(starts, a) : bisect_left(starts, b)] for a, b in cells]
            labels = [_label(masked[a:b], cues) for a, b in cells]
            row = None
            if any(label is not None for label in labels):
                headed = {n: label for n, label in enumerate(labels) if label is not None}
            elif len(cells) < 2:
                headed = {}
            else:
                row = _row_charge(cells, within, headed)
        if row is not None and start < row.start:
            charges[number] = row
    return charges


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    bars = [match.start() for match in _BAR.finditer(text, start, end)]
    return list(zip([start, *(bar + 1 for bar in bars)], [*bars, end], strict=True))


def _label(cell: str, cues: Cues) -> bool | None:
    """Return whether a column's head labels those who help (True) or those in charge (False), None where neither."""
    head = cell.strip(" *")
    return True if head in cues.partner_labels else False if head in cues.charge_labels else None


def _row_charge(
    cells: Sequence[tuple[int, int]], entities: Sequence[Sequence[Entity]], headed: Mapping[int, bool]
) -> Charge | None:
    at = [n for n in headed if n < len(cells)]
    bodies = {n: tuple(entity for entity in entities[n] if entity.type == "Body") for n in at}
    leaders = tuple(entity for n in at if not headed[n] for entity in bodies[n])
    partners = tuple(entity for n in at if headed[n] for entity in bodies[n])
    return Charge(cells[at[0]][0], cells[at[-1]][1], leaders, partners) if leaders else None


_LIST = 600  # characters: no list of bodies in charge is longer
_BRACKET = re.compile(r"[（(]([^（()）]*)[）)]?[。；;\s]*$")
_IN_CHARGE = re.compile(
    r"(?:分别)?(?:按职责分工)?(?:牵头|负责|配合|落实|参加|参与|分工负责|组织实施|按职责分工负责|等)"
)


def is_label(text: str, entity: Entity, cues: Cues) -> bool:
    """Tell whether a mention is only the label of a list of bodies in charge (牵头部门：A、B), or the end of one.

    In the head of a table the label stands alone in its cell.
    """
    labels = cues.charge_labels + cues.partner_labels
    before = text[max(0, entity.end - 12) : entity.end]
    if not before.endswith(labels):
        return False
    cell = _CELL.search(before)
    return text.startswith(("：", ":"), entity.end) or (
        cell is not None and cell[1] in labels and _CELL_END.match(text, entity.end) is not None
    )


def find_charge(masked: str, start: int, end: int, entities: Sequence[Entity], cues: Cues) -> Charge | None:
    """Find the list of bodies in charge that a unit ends in or consists of (责任部门:A、B; （A、B）; （A、B负责）)."""
    start = max(start, end - _LIST)
    text = masked[start:end]
    labels = (*cues.charge_labels, *cues.partner_labels)
    found = cues.charge_label.search(text)
    bracket = _BRACKET.search(text) if "（" in text or "(" in text else None
    if found and (bracket is None or found.start() > bracket.start()):
        at = bracket.start() if bracket is not None else found.start()
        if bracket is None and at > 6:
            return None
    elif bracket is not None and not found:
        at = bracket.start()
        rest = bracket[1].replace(MASK, "")
        if MASK not in bracket[1] or not bracket[1].lstrip().startswith((MASK, "各")):
            return None
        if len(re.sub(r"[、，,和与及等各有关相\s]", "", rest)) > 2 and not _IN_CHARGE.search(rest):
            return None
        if not re.search(MASK + r"[。；;\s）)]*$", text) and not _IN_CHARGE.search(rest):
            return None
    else:
        return None
    leaders: list[Entity] = []
    partners: list[Entity] = []
    for entity in entities:
        if entity.type != "Body" or entity.start < start + at:
            continue
        label = max(((text.rfind(x, 0, entity.start - start), x) for x in labels), default=(-1, ""))
        segment = masked[start + at : entity.start]
        if "适用范围" in segment or "范围" in segment:
            continue
        is_partner = label[0] >= 0 and label[1] in cues.partner_labels
        tail = re.match(rf"[{MASK}、，,和及等]*(配合|参加|参与)", masked[entity.end : end])
        (partners if is_partner or tail else leaders).append(entity)
    if not leaders and not partners:
        return None
    return Charge(start + at, end, tuple(leaders), tuple(partners))
