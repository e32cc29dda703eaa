"""How each kind of thing looks: shapes, colours, captions, sizes. What it is called, `policy.ttl` says.

Colours are those of Okabe and Ito (told apart with any common colour blindness), darkened or lightened until they
stand out from the page; a shape says the same as the colour, so neither is needed alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Language = Literal["zh", "en"]

FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'
FONT_SIZE = 14
LINE_HEIGHT = 15
LABEL_GAP = 8

_LINE_UNITS = 18
_LINES = 2
_CLOSING = frozenset("”’》〉」』）)、，。；：,;:!?！？%％")
_OPENING = frozenset("“‘《〈「『（(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The look of one entity type: a vis-network shape, and a colour for light and for dark pages."""

    shape: str
    light: str
    dark: str


TYPES: Mapping[str, Look] = MappingProxyType(
    {
        "Body": Look(shape="dot", light="#0a6aa8", dark="#56b4e9"),
        "Program": Look(shape="square", light="#00805c", dark="#2fc79b"),
        "Mechanism": Look(shape="diamond", light="#d98200", dark="#f0b030"),
        "Target": Look(shape="triangle", light="#b4508a", dark="#e08fbd"),
        "Document": Look(shape="hexagon", light="#5b6470", dark="#a9b3bf"),
    }
)

MODALITY_COLOURS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "required": ("#0b4f7d", "#7cc4f0"),
        "encouraged": ("#00694c", "#4fd0a8"),
        "permitted": ("#6a4c93", "#c3a6ea"),
        "prohibited": ("#b03a00", "#ff9b66"),
        "exploratory": ("#8a5a00", "#f0c060"),
        "stated": ("#5b6470", "#a9b3bf"),
    }
)

PREDICATES: tuple[str, ...] = (
    "issues",
    "cites",
    "supervises",
    "manages",
    "evaluates",
    "approves",
    "recommends",
    "delegates",
    "reportsTo",
    "coordinatesWith",
    "establishes",
    "funds",
    "supports",
    "employs",
    "appliesTo",
    "hasTarget",
    "partOf",
)
MODALITIES: tuple[str, ...] = tuple(MODALITY_COLOURS)


def radius(degree: int) -> int:
    """Give the size of a node, in pixels, by the number of its relations: area grows slower than the number."""
    return min(27, 7 + round(2.9 * math.log2(1 + degree)))


def caption(label: str) -> str:
    """Break a name into at most two lines of like length; a longer name ends in an ellipsis.

    White space of the name becomes single spaces, so that every line break is one of ours.
    """
    text = " ".join(label.split())
    units = _units(text)
    lines = min(_LINES, max(1, math.ceil(units / _LINE_UNITS)))
    room = min(_LINE_UNITS, math.ceil(units / lines) + (1 if lines > 1 else 0))
    broken: list[str] = []
    rest = text
    while rest and len(broken) < lines:
        head = _head(rest, room if len(broken) < lines - 1 else _LINE_UNITS)
        broken.append(head)
        rest = rest[len(head) :].lstrip()
    if rest:
        broken[-1] = _head(broken[-1], _LINE_UNITS - 2) + "…"
    return "\n".join(broken)


def label_size(text: str) -> tuple[int, int]:
    """Measure a caption as drawn, in pixels: (width, height); the height includes the gap under the shape."""
    lines = text.split("\n")
    return max(_units(line) for line in lines) * FONT_SIZE // 2 + 10, len(lines) * LINE_HEIGHT + LABEL_GAP


def _units(text: str) -> int:
    """Count half-widths: a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


def _head(text: str, room: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += 1 if char.isascii() else 2
        if used > room:
            return text[: _break(text, max(index, 1))]
    return text


def _break(text: str, at: int) -> int:
    """Move a line break so that no line begins with a closing mark or ends with an opening one."""
    if text[at] in _CLOSING:
        return at + 1
    return at - 1 if at > 1 and text[at - 1] in _OPENING else at
