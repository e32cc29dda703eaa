"""Relation frames as data: TOML files -> checked, typed objects.

A frame says which words, between which types of mention and in which order, state one relation. Roles that `order`
leaves out are resolved from the sentence: a missing subject is its doer, a missing object what it spoke of last.
Examples are part of a frame: `[科技部|Body:subject]设立[引导基金|Mechanism:object]` must yield the relation,
counter-examples must not.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal, cast, get_args

from policykg.extract.records import ENTITY_TYPES, MODALITIES, PREDICATES, EntityType, Modality, Predicate
from policykg.ontology.errors import PolicyKGError

Element = Literal["subject", "object", "trigger", "lead"]
Scope = Literal["clause", "sentence"]

_B, _P, _M, _D, _T = "Body", "Program", "Mechanism", "Document", "Target"
#: Predicate -> (subject types, object types) that gold/GUIDELINES.md section 3 allows; `@doc` is a `Document`.
ALLOWED: dict[Predicate, tuple[frozenset[str], frozenset[str]]] = {
    "issues": (frozenset({_B}), frozenset({_D})),
    "cites": (frozenset({_D}), frozenset({_D})),
    "supervises": (frozenset({_B, _D}), frozenset({_P, _B, _M})),
    "manages": (frozenset({_B, _P, _D}), frozenset({_P, _B})),
    "evaluates": (frozenset({_B, _M, _D}), frozenset({_P, _B, _M})),
    "approves": (frozenset({_B}), frozenset({_P, _B, _M, _D})),
    "recommends": (frozenset({_B}), frozenset({_P, _B})),
    "delegates": (frozenset({_B}), frozenset({_B})),
    "reportsTo": (frozenset({_B, _P}), frozenset({_B})),
    "coordinatesWith": (frozenset({_B, _P}), frozenset({_B, _P})),
    "establishes": (frozenset({_B, _P, _M, _D}), frozenset({_P, _B, _M})),
    "funds": (frozenset({_B, _P, _M, _D}), frozenset({_P, _B})),
    "supports": (frozenset({_B, _P, _M, _D}), frozenset({_P, _B, _M})),
    "employs": (frozenset({_B, _P, _D}), frozenset({_M})),
    "appliesTo": (frozenset({_M, _P}), frozenset({_B, _P})),
    "hasTarget": (frozenset({_P, _B, _D}), frozenset({_T})),
    "partOf": (frozenset({_P, _B, _M}), frozenset({_P, _B, _M})),
}


def is_admitted(subject: EntityType, predicate: Predicate, object: EntityType) -> bool:
    """Tell whether the ontology lets a predicate tie these types."""
    subjects, objects = ALLOWED[predicate]
    return subject in subjects and object in objects


class FrameError(PolicyKGError):
    """Faults of a frames file, all of them, one a line."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A mention of an example: [start, end) in the plain text, its type and its role ("" where it has none)."""

    start: int
    end: int
    type: EntityType
    role: str


@dataclass(frozen=True, slots=True)
class Example:
    """One example sentence; `modality` is "" where the example does not test it."""

    text: str
    mentions: tuple[Marked, ...]
    modality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One relation frame.

    `order` names its elements as they stand in the text; `max_gap` is in characters, between the trigger and the
    nearest role. What else must hold:
        lead: words, one of which introduces the role after it, at most `lead_gap` characters before.
        tail: words, one of which follows the last element within `tail_gap` characters, mentions included.
        told_by: those of the tail that carry the predicate where the trigger means little (对[企业]进行考核).
        blocked_by: words that must not stand right before the trigger; unless: nowhere before it in the scope.
        given: words, one of which stands somewhere before the trigger in the sentence, mentions included.
        nominal: the trigger is a noun here (推进[平台]建设。), nothing that a verb would govern follows it.
        topical: lead and object may be an opening phrase 对[企业]，… of the sentence.
        relative: object and subject follow the trigger as [object]的[subject].
        through: another verb stands between trigger and object (支持建设[平台]), and the last such verb is none of `not_over`.
        listing: the role behind the trigger goes on over commas and what stands in parentheses (包括[A]，[B]（…），[C]).
        whole: types of object that must not qualify a noun behind them (not 建立[新区]信息库).
        spanning: verbs and mentions may stand between the object and the trigger (为[企业]取得[许可]提供…).
        own: a subject that is only carried over from the sentence before does not count, `@doc` stands in its place.
        among: subject and object are the members of one coordination; where `order` has no subject, of the doers.
        joined_by: words, one of which joins the members of the subject (企业与高校).
        undergone: the doer is the object (接受[监管部门]的监督).
    Among the frames that claim one object the highest `priority` wins, then the longest `order`, then the nearest
    trigger; a `shared` frame that binds its subject itself claims none. `absorbed` drops the relation where its object
    goes on to act (支持[企业]建立…).
    """

    name: str
    relation: Predicate
    subject: tuple[EntityType, ...]
    object: tuple[EntityType, ...]
    order: tuple[Element, ...]
    trigger: tuple[str, ...]
    lead: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    told_by: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_over: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    joined_by: tuple[str, ...] = ()
    whole: tuple[EntityType, ...] = ()
    scope: Scope = "clause"
    max_gap: int = 24
    lead_gap: int = 12
    tail_gap: int = 12
    priority: int = 0
    modality: Modality | Literal[""] = ""
    absorbed: bool = False
    shared: bool = False
    through: bool = False
    among: bool = False
    relative: bool = False
    nominal: bool = False
    topical: bool = False
    undergone: bool = False
    own: bool = False
    spanning: bool = False
    listing: bool = False
    confidence: float = 0.7
    source: str
    examples: tuple[Example, ...]
    counters: tuple[Example, ...]


def load_frames(paths: Iterable[Path] = ()) -> tuple[Frame, ...]:
    """Load the package's frames and then those of the given files, in order.

    Raises:
        FrameError: a file cannot be read or holds faults; the text lists all faults of that file.
    """
    frames: list[Frame] = []
    folder = resources.files("policykg.extract.data.frames")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml") and entry.name != "cues.toml":
            frames += parse_frames(entry.read_text(encoding="utf-8"), entry.name, known=frames)
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FrameError(
                f"{path}: cannot be read ({error}); give a UTF-8 TOML file of [[frame]] tables"
            ) from error
        frames += parse_frames(text, str(path), known=frames)
    return tuple(frames)


def parse_frames(text: str, origin: str, known: Sequence[Frame] = ()) -> list[Frame]:
    """Read the frames of one TOML text.

    Args:
        origin: the file's name, for messages.
        known: frames loaded before; a name may be used once only.
    Raises:
        FrameError: the text is no TOML or a frame is faulty; all faults at once.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FrameError(f"{origin}: not valid TOML ({error})") from error
    faults: list[str] = []
    for key in data.keys() - {"frame"}:
        faults.append(f"{origin}: unknown key {key!r}; a frames file holds only [[frame]] tables")
    tables = data.get("frame", [])
    if not isinstance(tables, list) or not tables:
        faults.append(f"{origin}: no [[frame]] table; add at least one")
        tables = []
    names = {frame.name for frame in known}
    frames = []
    for number, table in enumerate(tables, 1):
        name = table.get("name") if isinstance(table, dict) else None
        place = f"{origin}: frame {name or number}"
        found = _check(table) if isinstance(table, dict) else ["not a table; write [[frame]]"]
        if name in names:
            found.append(f"name {name!r} is used twice; give each frame its own name")
        names.add(str(name))
        faults += [f"{place}: {fault}" for fault in found]
        if not found:
            frames.append(_build(table))
    if faults:
        raise FrameError("\n".join(sorted(faults)))
    return frames


# The keys of a table are the fields of `Frame`; only the examples are written differently.
_KEYS = {f.name for f in fields(Frame)} - {"examples", "counters"} | {"example", "counter"}
_REQUIRED = ("name", "relation", "subject", "object", "order", "trigger", "source")
_LISTS = (
    "subject",
    "object",
    "order",
    "trigger",
    "lead",
    "tail",
    "told_by",
    "blocked_by",
    "unless",
    "not_over",
    "given",
    "joined_by",
    "whole",
)
_FLAGS = (
    "absorbed",
    "shared",
    "through",
    "among",
    "relative",
    "nominal",
    "topical",
    "undergone",
    "own",
    "spanning",
    "listing",
)
_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("name", "relation", "source", "scope", "modality"), str),
    **dict.fromkeys(("max_gap", "lead_gap", "tail_gap", "priority"), int),
    **dict.fromkeys(_FLAGS, bool),
    "confidence": (int, float),
}


def _check(table: dict[str, Any]) -> list[str]:
    faults = [
        f"unknown key {key!r}; known: {', '.join(sorted(_KEYS))}" for key in sorted(table.keys() - _KEYS)
    ]
    faults += [f"key {key!r} is missing" for key in _REQUIRED if key not in table]
    for key in _LISTS:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(x, str) and x for x in value):
            faults.append(f"{key} must be a list of non-empty strings")
        elif key in _REQUIRED and key in table and not value:
            faults.append(f"{key} must not be empty")
    for key, kind in _KINDS.items():
        if key in table and (
            not isinstance(table[key], kind) or (kind is int and isinstance(table[key], bool))
        ):
            faults.append(f"{key} must be {getattr(kind, '__name__', 'a number')}, not {table[key]!r}")
    if faults:
        return faults
    faults += _check_values(table)
    for key, least in (("example", "yields"), ("counter", "must not yield")):
        entries = table.get(key, [])
        if not isinstance(entries, list) or not entries:
            faults.append(f"no [[frame.{key}]]; add at least one sentence that {least} the relation")
            continue
        for entry in entries:
            if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
                faults.append(f'a {key} needs text = "…"')
                continue
            faults += [f"{key} {entry['text']!r}: {fault}" for fault in _check_example(entry, key)]
    return faults


def _check_values(table: dict[str, Any]) -> list[str]:
    faults = []
    relation = table["relation"]
    if relation not in PREDICATES:
        return [f"relation {relation!r} does not exist; one of {', '.join(PREDICATES)}"]
    for role, allowed in zip(("subject", "object"), ALLOWED[cast(Predicate, relation)], strict=True):
        for kind in table[role]:
            if kind not in ENTITY_TYPES:
                faults.append(f"{role} type {kind!r} does not exist; one of {', '.join(ENTITY_TYPES)}")
            elif kind not in allowed:
                faults.append(f"{relation} takes no {kind} as {role}; allowed: {', '.join(sorted(allowed))}")
    for kind in table.get("whole", []):
        if kind not in table["object"]:
            faults.append(f"whole type {kind!r} is no type of object; allowed: {', '.join(table['object'])}")
    for word in table.get("told_by", []):
        if word not in table.get("tail", []):
            faults.append(f"told_by word {word!r} is not in tail; add it there")
    order = table["order"]
    for element in order:
        if element not in get_args(Element):
            faults.append(f"order has unknown element {element!r}; one of {', '.join(get_args(Element))}")
    if order.count("trigger") != 1:
        faults.append('order must hold "trigger" once')
    faults += [
        f"order holds {role!r} twice" for role in ("subject", "object", "lead") if order.count(role) > 1
    ]
    if "lead" in order and "trigger" in order and order.index("lead") > order.index("trigger"):
        faults.append('"lead" must stand before "trigger" in order; use tail for what follows')
    if ("lead" in order) != bool(table.get("lead")):
        faults.append('"lead" in order and the list lead = [...] go together; give both or neither')
    if table.get("scope", "clause") not in get_args(Scope):
        faults.append(f"scope {table['scope']!r} does not exist; one of {', '.join(get_args(Scope))}")
    if table.get("modality", "") not in ("", *MODALITIES):
        faults.append(f"modality {table['modality']!r} does not exist; one of {', '.join(MODALITIES)}")
    if not 0 < float(table.get("confidence", 0.7)) <= 1:
        faults.append("confidence must lie above 0 and at most at 1")
    for key in ("max_gap", "lead_gap", "tail_gap"):
        if not 0 <= table.get(key, 1) <= 60:
            faults.append(f"{key} must lie between 0 and 60 characters")
    return faults


_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Za-z]+)(?::([a-z]*))?\]")


def parse_example(text: str, modality: str = "") -> Example:
    """Read the inline markup `[text|Type:role]` of an example.

    Raises:
        FrameError: a type or role does not exist or a bracket is left open.
    """
    plain: list[str] = []
    marks: list[Marked] = []
    length = at = 0
    for match in _MARK.finditer(text):
        before = text[at : match.start()]
        plain += [before, match[1]]
        length += len(before)
        role = match[3] or ""
        if match[2] not in ENTITY_TYPES:
            raise FrameError(f"type {match[2]!r} does not exist; one of {', '.join(ENTITY_TYPES)}")
        if role not in ("", "subject", "object"):
            raise FrameError(f"role {role!r} does not exist; subject or object")
        marks.append(Marked(length, length + len(match[1]), cast(EntityType, match[2]), role))
        length += len(match[1])
        at = match.end()
    plain.append(text[at:])
    if any(c in "[]|" for piece in plain for c in piece):
        raise FrameError("a bracket is left open or a type is missing; write [text|Type] or [text|Type:role]")
    return Example("".join(plain), tuple(marks), modality)


def _check_example(entry: dict[str, Any], key: str) -> list[str]:
    faults = [
        f"unknown key {k!r}; known: text, modality" for k in sorted(entry.keys() - {"text", "modality"})
    ]
    if entry.get("modality", "") not in ("", *MODALITIES):
        faults.append(f"modality {entry['modality']!r} does not exist; one of {', '.join(MODALITIES)}")
    try:
        example = parse_example(entry["text"])
    except FrameError as error:
        return [*faults, str(error)]
    roles = {mark.role for mark in example.mentions} - {""}
    if key == "example" and not roles:
        faults.append("no mention has a role; mark one as [text|Type:object] or [text|Type:subject]")
    if key == "counter" and roles:
        faults.append("a counter-example has no roles; write [text|Type]")
    return faults


def _build(table: dict[str, Any]) -> Frame:
    def examples(key: str) -> tuple[Example, ...]:
        return tuple(parse_example(entry["text"], entry.get("modality", "")) for entry in table[key])

    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    values |= {"examples": examples("example"), "counters": examples("counter")}
    return Frame(**{k: v for k, v in values.items() if k not in ("example", "counter")})
