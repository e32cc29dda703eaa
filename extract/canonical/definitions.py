"""Find the short forms that a text defines (以下简称), what each stands for, and how far it holds.

A short form holds from its definition on. One that an annex or an entry of a compilation defines holds in that part alone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from policykg.extract.annotations import Stretch, context, text_of
from policykg.extract.canonical.official import Canonical
from policykg.extract.normalise import squeeze
from policykg.extract.structure.entries import find_entries

#: So long a remark between a name and its short form may be, and a sentence that defines a term.
_REMARK, _SENTENCE = 60, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An alias that the document defines: `alias` stands for the mention at [start, end) of `doc.text`.

    It holds in [since, until). `joint` where it joins several things under one class term (以下统称).
    """

    alias: str
    start: int
    end: int
    type: str
    joint: bool
    since: int
    until: int


class DefinitionFinder:
    """Finds where a text defines an alias."""

    def __init__(self, introducers: Sequence[str], joint: Iterable[str]) -> None:
        ordered = sorted(introducers, key=lambda word: (-len(word), word))
        alternatives = "|".join(map(re.escape, ordered))
        self._joint = frozenset(joint)
        # In parentheses, or after a comma up to the next one.
        self._pattern = re.compile(
            rf"[（(]\s?({alternatives})[：:]?\s?([^（）()。；;\n]{{1,40}})[）)]"
            rf"|[，,]\s?({alternatives})[：:]?\s?([^，,（）()。；;\n]{{1,40}})(?=[，,。；;\n）)])"
        )

    def find(self, doc: Doc, mentions: Sequence[Stretch]) -> list[Definition]:
        """Return the definitions whose long form is a mention, in the order of the text."""
        text = text_of(doc)
        by_end: dict[int, list[Stretch]] = {}
        for mention in mentions:
            by_end.setdefault(mention.end, []).append(mention)
        found: list[Definition] = []
        parts: list[tuple[int, int]] | None = None
        for match in self._pattern.finditer(text):
            introducer = match[1] or match[3]
            joint = introducer in self._joint
            aliases = _split_forms(match[2] or match[4])
            at = _remark_start(text, match.start())
            aliases = [alias for alias in aliases if not _is_term(text, at, alias)]
            long_forms = _list_before(text, at, by_end, len(aliases) + 2 if joint else 1)
            if not joint:
                pairs = [
                    (alias, long_forms[-1])
                    for alias in aliases
                    if long_forms and not _names_all(text, long_forms[-1], alias)
                ]
            elif len(long_forms) == len(aliases) and not _names_all(text, long_forms[0], aliases[0]):
                pairs = list(zip(aliases, long_forms, strict=True))
            else:
                # Several things under one term: it names none of them alone.
                pairs = []
            if pairs and parts is None:
                parts = _parts(doc)
            found.extend(
                Definition(
                    alias=alias,
                    start=span.start,
                    end=span.end,
                    type=span.label,
                    joint=joint,
                    since=span.start,
                    until=_part_end(parts or [], span.start, len(text)),
                )
                for alias, span in pairs
            )
        return found


def _parts(doc: Doc) -> list[tuple[int, int]]:
    """List the parts of a document that keep their short forms to themselves: entries of a compilation, annexes."""
    text = text_of(doc)
    entries = find_entries(text, 0, len(text))
    annexes = [(section.start, section.end) for section in context(doc).sections if section.kind == "annex"]
    return [*zip(entries, [*entries[1:], len(text)], strict=False), *annexes]


def _part_end(parts: Sequence[tuple[int, int]], at: int, end: int) -> int:
    return min((last for first, last in parts if first <= at < last), default=end)


def _remark_start(text: str, at: int) -> int:
    """Return where a remark in parentheses begins in which an offset lies: 《某法》（某号，以下简称…）; else the offset."""
    opening = max(text.rfind("（", max(0, at - _REMARK), at), text.rfind("(", max(0, at - _REMARK), at))
    return opening if opening > 0 and not re.search(r"[）)。；;\n]", text[opening:at]) else at


def _is_term(text: str, at: int, alias: str) -> bool:
    """Whether the sentence defines the alias as a term, which stands for itself: 本办法所称甲，是指…的乙（以下简称甲）."""
    begin = max(text.rfind("。", 0, at), text.rfind("\n", 0, at)) + 1
    return f"所称{alias}" in text[max(begin, at - _SENTENCE) : at].replace("的", "")


def _split_forms(text: str) -> list[str]:
    """“甲”、“乙” and 甲、乙 are two forms; outer quotation marks are no part of a name."""
    forms = []
    for part in re.split(r"[、或]", squeeze(text)):
        if part[:1] in '“"「‘' and part[-1:] in '”"」’':
            part = part[1:-1]
        forms.append(part.strip('“”"「」'))
    return [form for form in forms if len(form) >= 1]


def _list_before(text: str, at: int, by_end: Mapping[int, list[Stretch]], wanted: int) -> list[Stretch]:
    """Return up to `wanted` mentions of a list that ends at `at`, in the order of the text."""
    spans: list[Stretch] = []
    general = False  # 甲、乙等单位: the general word at the end is none of the list
    while len(spans) < wanted:
        end = at
        while end > 0 and text[end - 1] in '”"」』 ':
            end -= 1
        here = by_end.get(end) or (by_end.get(at) if end != at else None)
        if not here:
            break
        longest = min(here, key=lambda span: span.start)
        spans.insert(0, longest)
        at = longest.start
        if not general and len(spans) == 1 and text[at - 1 : at] == "等":
            general = True
            at -= 1
            continue
        while at > 0 and text[at - 1] in '、和与及以“"「 ':
            at -= 1
    return spans[:-1] if general and len(spans) > 1 else spans


def _names_all(text: str, last: Stretch, alias: str) -> bool:
    """Whether an alias names all members of a list that ends in `last`, and none alone.

    In 甲类企业和乙类企业（以下简称企业）the member before ends in it too; in 甲院和乙企业（以下简称单位）it is a general word,
    not made of the last name's own characters.
    """
    before = text[: last.start].rstrip('“"「 ')
    if not alias or before[-1:] not in _JOINTS:
        return False
    others = before.rstrip("、和与及以或")
    return bool(others) and (
        others.endswith(alias) or not _abbreviates(alias, squeeze(text[last.start : last.end]))
    )


#: What stands between the members of a list; a slice past the text's beginning is none.
_JOINTS = ("、", "和", "与", "及", "或")


def _abbreviates(alias: str, name: str) -> bool:
    """Whether the characters of an alias stand in a name in the same order: 发改委 in 发展改革委."""
    rest = iter(name)
    return all(char in rest for char in alias)


class Scopes:
    """What short forms stand for at each place of a text: of the names whose scope covers it, the one given last."""

    def __init__(self, given: Iterable[tuple[str, int, int, Canonical]]) -> None:
        """Take (form, since, until, name), in the order of the text."""
        self._given = list(given)
        self._bounds = sorted({bound for _, since, until, _ in self._given for bound in (since, until)})
        self._in_force: dict[int, dict[str, Canonical]] = {}

    def stretch(self, at: int) -> int:
        """Return the number of the stretch in which a place lies: all of it has the same short forms."""
        return bisect_right(self._bounds, at)

    def in_force(self, stretch: int) -> Mapping[str, Canonical]:
        """Return the short forms of a stretch, longest first, and what they stand for there."""
        if stretch not in self._in_force:
            at = self._bounds[stretch - 1] if stretch else -1
            held = {form: name for form, since, until, name in self._given if since <= at < until}
            self._in_force[stretch] = dict(sorted(held.items(), key=lambda item: (-len(item[0]), item[0])))
        return self._in_force[stretch]
