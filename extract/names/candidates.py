"""What the finding components hand to the settling one, before it is worth a span of its own.

Most candidates are hopeless, and there is one for every character of text: as spaCy spans they would cost more time
than everything else. So they travel as tuples, and `policy_mentions` makes spans of those that could have been names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Doc

from policykg.extract.annotations import text_of
from policykg.extract.names.places import Places

_KEY = "policykg.proposals"


class Found(NamedTuple):
    """A stretch [start, end) of a text proposed as one type; `canonical` is "" where the rule knows none."""

    start: int
    end: int
    label: str
    rule: str
    canonical: str = ""


class Guess(NamedTuple):
    """A stretch [start, end) that the statistical tagger takes for a name; `probability` is at most that of its borders."""

    start: int
    end: int
    label: str
    probability: float


@dataclass(slots=True)
class Proposals:
    """What was proposed so far on one document, and its text; `guesses` is None where no statistical tagger ran."""

    text: str
    places: Places
    found: list[Found] = field(default_factory=list)
    guesses: list[Guess] | None = None


def proposals(doc: Doc) -> Proposals:
    """Return the document's proposals, empty at first."""
    held: Proposals | None = doc.user_data.get(_KEY)
    if held is None:
        text = text_of(doc)
        held = doc.user_data[_KEY] = Proposals(text, Places(text))
    return held


def propose(doc: Doc, found: Iterable[Found]) -> None:
    """Add to the document's proposals."""
    proposals(doc).found.extend(found)


def guess(doc: Doc, guesses: Iterable[Guess]) -> None:
    """Leave the statistical tagger's guesses with the document's proposals."""
    proposals(doc).guesses = list(guesses)


def close_proposals(doc: Doc) -> None:
    """Let go of the proposals once they are settled, so that a finished document holds spans only."""
    doc.user_data.pop(_KEY, None)
