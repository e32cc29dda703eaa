"""From annotated texts to lessons for `policykg.extract.learning.training`.

A lexicon row that stands there because one of the texts has the name is of no use on a text that nobody has read. So
a text's lesson leaves out the rows that only the text itself supports, and learning sees as many unknown names as a new
document has.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from policykg.extract.learning.corpus import Annotated
from policykg.extract.learning.training import EPOCHS, SEED, Lesson, learn
from policykg.extract.names.candidates import Found
from policykg.extract.names.features import Features
from policykg.extract.names.grammar import Grammar
from policykg.extract.names.lexicon import Lexicon, Match, inside_word
from policykg.extract.names.mentions import gather
from policykg.extract.names.patterns import Patterns
from policykg.extract.names.weighing import format_weights
from policykg.extract.normalise import fold

#: Lexicon sources that are texts or our own vocabulary; all others are lists of names that stand on their own.
_FROM_TEXTS = ("annotated texts",)
_OWN = ("annotated texts", "general")
#: Weights below this are left out of the file: half its size, and no measurable loss on texts left out of training.
SMALLEST_KEPT = 0.07


@dataclass(frozen=True, slots=True)
class Finders:
    """All that proposes candidates."""

    lexicon: Lexicon
    patterns: Patterns
    grammar: Grammar

    @classmethod
    def load(cls) -> "Finders":
        """Read the built-in data."""
        return cls(Lexicon.load(), Patterns.load(), Grammar.load())


def build_lessons(
    texts: Collection[Annotated], finders: Finders, *, held_out: Collection[str] = ()
) -> dict[str, Lesson]:
    """Build one lesson a text, by name.

    Args:
        texts: all annotated texts, those held out too.
        held_out: names of the texts that no lexicon row may rest on, for a measurement without their help.
    """
    support = _supports(texts)
    return {
        text.name: build_lesson(text, finders, support, {text.name, *held_out})
        for text in sorted(texts, key=lambda text: text.name)
    }


def build_lesson(
    annotated: Annotated, finders: Finders, support: Mapping[str, set[str]], unread: Collection[str]
) -> Lesson:
    """Build a text's lesson without the lexicon rows that only the `unread` texts support."""
    text = annotated.text
    known = [
        Found(m.start, m.end, m.entry.label, m.entry.rule)
        for m in finders.lexicon.find(text)
        if not (inside_word(text, m.start) or inside_word(text, m.end)) and _stands(m, support, unread)
    ]
    known += finders.patterns.find(text)
    candidates = gather([*known, *finders.grammar.find(text, {found.end for found in known})])
    right = set(annotated.names)
    return Lesson(
        Features(text, candidates),
        candidates,
        frozenset(i for i, c in enumerate(candidates) if (c.start, c.end, c.label) in right),
    )


def _supports(texts: Collection[Annotated]) -> dict[str, set[str]]:
    """Map each annotated name to the texts that have it."""
    support: dict[str, set[str]] = {}
    for text in texts:
        for start, end, _ in text.names:
            support.setdefault(fold(text.text[start:end]), set()).add(text.name)
    return support


def _stands(match: Match, support: Mapping[str, set[str]], unread: Collection[str]) -> bool:
    if match.entry.source not in _OWN:
        return True
    texts = support.get(fold(match.entry.surface), set())
    if not texts:
        return match.entry.source not in _FROM_TEXTS
    return bool(texts.difference(unread))


def learn_weights(texts: Collection[Annotated]) -> str:
    """Learn from annotated texts; return the weights file."""
    weights = learn(list(build_lessons(texts, Finders.load()).values()))
    kept = {key: weight for key, weight in weights.items() if abs(weight) >= SMALLEST_KEPT}
    remark = {
        "method": "semi-Markov conditional random field, policykg.extract.learning.training",
        "texts": f"{len(texts)} annotated policy texts",
        "epochs": str(EPOCHS),
        "seed": str(SEED),
    }
    return format_weights(kept, remark)
