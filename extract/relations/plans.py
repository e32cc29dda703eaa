"""Frames made ready for fitting: what each asks of the place of a trigger is worked out once."""

from dataclasses import dataclass

from policykg.extract.relations.clauses import Cues
from policykg.extract.relations.frames import Element, Frame


@dataclass(frozen=True, slots=True)
class Plan:
    """A frame made ready: its elements before the trigger from right to left, those behind it from left to right.

    `asks` is what must hold at a trigger; `leading` are the first characters of the lead words, of which one must stand
    before it.
    """

    frame: Frame
    ahead: tuple[Element, ...]
    behind: tuple[Element, ...]
    blocked_by: tuple[str, ...]
    needs: tuple[tuple[str, frozenset[str]], ...]
    closing: bool  # the trigger comes last
    asks: int
    leading: frozenset[str]


#: What a frame may ask of the place of a trigger: that its verb is one there, that a mention of its clause follows, that
#: one stands before it, and the same of the sentence.
VERB, FOLLOWED, PRECEDED, FOLLOWED_FAR, PRECEDED_FAR = 1, 2, 4, 8, 16
MISSING = {
    VERB: "its verb stands as a noun here",
    FOLLOWED: "no mention follows",
    PRECEDED: "no mention stands before it",
    FOLLOWED_FAR: "no mention follows",
    PRECEDED_FAR: "no mention stands before it",
}


def plan(frame: Frame, cues: Cues) -> Plan:
    """Make a frame ready."""
    at = frame.order.index("trigger")
    embedding = cues.embedding if at == 0 and "object" in frame.order else ()
    kinds = {"subject": frozenset[str](frame.subject), "object": frozenset[str](frame.object)}
    far = frame.scope == "sentence"
    asks = 0
    if frame.order[-1] != "trigger":
        asks |= VERB | (FOLLOWED_FAR if far else FOLLOWED)
    if at > 0 and not frame.topical:
        asks |= PRECEDED_FAR if far else PRECEDED
    return Plan(
        frame,
        frame.order[:at][::-1],
        frame.order[at + 1 :],
        frame.blocked_by + embedding,
        tuple((role, kinds[role]) for role in frame.order if role in kinds),
        frame.order[-1] == "trigger",
        asks,
        frozenset(word[0] for word in frame.lead if not frame.topical),
    )
