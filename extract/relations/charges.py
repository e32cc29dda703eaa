"""Find the lists of bodies in charge that tasks end in (责任部门：A、B; （A、B负责）).

Who stands there is the subject of the task's sentences that name none (gold/GUIDELINES.md 3, "Cases, decided").
"""

import re
from collections.abc import Sequence
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
    charges: dict[int, Charge] = {}
    first = 0
    for number, (start, end) in enumerate(units):
        if openings[number]:
            first = number
        if not entities[number]:
            continue
        charge = find_charge(masked, start, end, entities[number], cues)
        if charge is None:
            continue
        if charge.leaders:
            charges |= dict.fromkeys(range(first, number + 1), charge)
            first = number + 1
        elif number == first and number - 1 in charges:
            charges[number] = replace(charge, leaders=charges[number - 1].leaders)
            first = number + 1
    return charges


_LIST = 600  # characters: no list of bodies in charge is longer
_BRACKET = re.compile(r"[（(]([^（()）]*)[）)]?[。；;\s]*$")
_IN_CHARGE = re.compile(
    r"(?:分别)?(?:按职责分工)?(?:牵头|负责|配合|落实|参加|参与|分工负责|组织实施|按职责分工负责|等)"
)


def is_label(text: str, entity: Entity, cues: Cues) -> bool:
    """Tell whether a mention is only the label of a list of bodies in charge (牵头部门：A、B), or the end of one."""
    labels = cues.charge_labels + cues.partner_labels
    return text.startswith(("：", ":"), entity.end) and text[max(0, entity.end - 12) : entity.end].endswith(
        labels
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
