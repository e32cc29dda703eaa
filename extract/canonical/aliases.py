"""Give every mention its canonical name: local aliases, official forms, bodies of the locality, ellipsis.

The name stands on the mention's span as `kb_id_`; `canonicals(doc)` says why it was chosen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from policykg.extract.annotations import (
    MENTIONS,
    Stretch,
    context,
    read_spans,
    read_stretches,
    text_of,
    write_spans,
)
from policykg.extract.canonical.definitions import Definition, DefinitionFinder, Scopes
from policykg.extract.canonical.localities import load_localities
from policykg.extract.canonical.official import (
    Canonical,
    OfficialNames,
    load_official_names,
    load_settings,
    words,
)
from policykg.extract.names.lexicon import Lexicon
from policykg.extract.normalise import fold, squeeze

Key = tuple[int, int, str]

if not Doc.has_extension("canonicals"):
    Doc.set_extension("canonicals", default=None)


def canonicals(doc: Doc) -> Mapping[Key, Canonical]:
    """Return the name of each mention with its reason, by (start, end, type)."""
    value: Mapping[Key, Canonical] | None = doc._.canonicals
    return value or {}


class Aliases:
    """Writes the canonical names into `doc.spans["mentions"]`.

    `class_terms` are (name, type) that stand on their own and are never short for a longer name.
    """

    def __init__(
        self, official: OfficialNames, finder: DefinitionFinder, class_terms: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.official = official
        self.finder = finder
        self.class_terms = frozenset(class_terms)

    def match(self, doc: Doc) -> dict[Key, Canonical]:
        """Return each mention's name with its reason."""
        mentions = read_stretches(doc, MENTIONS)
        locality = context(doc).info.locality
        local = LocalNames(doc, self.finder.find(doc, mentions), mentions, self.official, locality)
        named = {m[:3]: local.canonicalise(m) for m in mentions}
        return complete_short_forms(named, self.class_terms)

    def set_annotations(self, doc: Doc, matches: Mapping[Key, Canonical]) -> None:
        """Give the mentions their names."""
        doc._.canonicals = dict(matches)
        mentions = read_spans(doc, MENTIONS)
        for m in mentions:
            m.kb_id_ = matches[m.start_char, m.end_char, m.label_].name
        write_spans(doc, MENTIONS, mentions)

    def __call__(self, doc: Doc) -> Doc:
        matches = self.match(doc)
        if types := agree_on_types(matches):
            relabel(doc, types)
            matches = self.match(doc)
        self.set_annotations(doc, matches)
        return doc


def agree_on_types(named: Mapping[Key, Canonical]) -> dict[Key, str]:
    """Find the mentions whose type differs from that which most mentions of the same name have in the document.

    One document speaks of one thing by one name: in the annotated texts no name has two types within a document. Of two
    types with as many mentions the one that came first holds.
    """
    votes: dict[str, dict[str, list[int]]] = {}
    for start, end, type_ in sorted(named):
        if type_ not in ("Target", "Document"):
            votes.setdefault(named[start, end, type_].name, {}).setdefault(type_, []).append(start)
    best = {
        name: min(types, key=lambda type_: (-len(types[type_]), types[type_][0]))
        for name, types in votes.items()
        if len(types) > 1
    }
    return {
        key: best[canonical.name]
        for key, canonical in named.items()
        if key[2] not in ("Target", "Document") and best.get(canonical.name, key[2]) != key[2]
    }


def relabel(doc: Doc, types: Mapping[Key, str]) -> None:
    """Give mentions another type; canonical names and rules stay."""
    mentions = read_spans(doc, MENTIONS)
    for m in mentions:
        m.label_ = types.get((m.start_char, m.end_char, m.label_), m.label_)
    write_spans(doc, MENTIONS, mentions)


#: How far before a short form, in characters, the longer name it repeats may stand.
SHORT_FORM_REACH = 250
_LONGEST_NAME = 60


def complete_short_forms(
    named: Mapping[Key, Canonical], class_terms: frozenset[tuple[str, str]]
) -> dict[Key, Canonical]:
    """Complete names that the text has cut short: a head that repeats a longer name, a class without its head.

    专家委员会 soon after 某某专家委员会 is that one, if the document has no other that ends so and the short form does
    not come first; 综合类 is 综合类创新中心. Names that were decided otherwise are left as they are.
    """
    first: dict[tuple[str, str], int] = {}
    for start, end, type_ in sorted(named):
        first.setdefault((named[start, end, type_].name, type_), start)
    by_tail: dict[tuple[str, str], list[str]] = {}
    by_class: dict[tuple[str, str], list[str]] = {}
    for name, type_ in first:
        if type_ in ("Target", "Document") or len(name) > _LONGEST_NAME:
            continue
        for cut in range(1, len(name) - 2):
            by_tail.setdefault((name[cut:], type_), []).append(name)
        if (at := name.find("类", 1)) > 0 and at + 2 < len(name):
            by_class.setdefault((name[: at + 1], type_), []).append(name)
    last: dict[tuple[str, str], int] = {}
    completed: dict[Key, Canonical] = {}
    for key in sorted(named):
        start, _, type_ = key
        found = named[key]
        identity = (found.name, type_)
        completed[key] = found
        if not found.reason and type_ not in ("Target", "Document") and identity not in class_terms:
            longer = by_tail.get(identity, [])
            classes = by_class.get(identity, [])
            if classes and found.name.endswith("类"):
                whole = min(classes, key=lambda name: (len(name), name))
                completed[key] = found.then(whole, f"short for {whole}")
            elif len(longer) == 1 and first[longer[0], type_] < first[identity]:
                at = last.get((longer[0], type_), first[longer[0], type_])
                if start - at <= SHORT_FORM_REACH:
                    completed[key] = found.then(longer[0], f"short for {longer[0]} (at {at})")
        last[completed[key].name, type_] = start
    return completed


class LocalNames:
    """The names that hold in one document."""

    def __init__(
        self,
        doc: Doc,
        definitions: Sequence[Definition],
        mentions: Sequence[Stretch],
        official: OfficialNames,
        locality: str,
    ) -> None:
        self._text = text_of(doc)
        self._official = official
        self._locality = locality
        self._localities = load_localities()
        self._known: dict[tuple[int, str, str], Canonical] = {}
        self._class_terms: dict[str, Canonical] = {}
        self._aliases = Scopes(self._define(definitions, mentions))

    def canonicalise(self, mention: Stretch) -> Canonical:
        """Return the name of a mention, or of any text that might be one."""
        start = mention.start
        key = self._aliases.stretch(start), mention.label, self._text[start : mention.end]
        if key not in self._known:
            self._known[key] = self._named(*key)
        return self._known[key]

    def _named(self, stretch: int, type_: str, text: str) -> Canonical:
        form = fold(squeeze(text))
        aliases = self._aliases.in_force(stretch)
        if type_ == "Document" and (full := aliases.get(form) or aliases.get(form.strip("《》"))):
            return full
        if type_ in ("Target", "Document"):
            return Canonical(name=squeeze(text))
        if known := aliases.get(form) or self._class_terms.get(form):
            return known
        for alias, full in aliases.items():
            at = form.find(alias, 0, len(alias) + 12)
            if at >= 0 and len(alias) >= 2 and (held := self._held(squeeze(text), alias, full, at)):
                return held
        return self._official.canonicalise(type_, text, self._locality)

    def _held(self, text: str, alias: str, full: Canonical, at: int) -> Canonical | None:
        """A longer name that begins with an alias begins with what the alias stands for."""
        before, after = text[:at], text[at + len(alias) :]
        if not after and not before:
            return full
        if before and before not in ("省", "市", "本市", "本省"):
            place = self._localities.at_start(before)
            if not place or place[1] != len(before) or self._localities.at_start(full.name):
                return None
            return full.then(before + full.name + after, f"{alias} of {before}")
        if not after:
            return None
        return full.then(full.name + after, f"{alias} in {text}")

    def _define(
        self, definitions: Sequence[Definition], mentions: Sequence[Stretch]
    ) -> Iterator[tuple[str, int, int, Canonical]]:
        """Take note of the terms that descriptions are given; yield the short forms, and where they hold."""
        for definition in definitions:
            start = definition.start
            text = self._text[start : definition.end]
            alias = fold(definition.alias)
            if definition.joint and "的" in text:
                # A description that the document gives a class term: the term is the better name.
                reason = f"{definition.alias} is what the document calls {text} (at {start})"
                term = Canonical(name=squeeze(definition.alias), reason=reason)
                self._class_terms.setdefault(fold(squeeze(text)), term)
                continue
            head = _equated(self._text, start, mentions, definition.type)
            named = self._text[head.start : head.end] if head is not None else text
            full = self._official.canonicalise(definition.type, named, self._locality)
            if alias == fold(full.name):
                continue
            reason = f"the document defines {definition.alias} as {squeeze(named)} (at {start})"
            reason = f"{reason}; {full.reason}" if full.reason else reason
            yield alias, definition.since, definition.until, Canonical(name=full.name, reason=reason)


def _equated(text: str, start: int, mentions: Sequence[Stretch], type_: str) -> Stretch | None:
    """In A是B（以下简称C）, A is what C stands for."""
    for mention in mentions:
        if mention.label == type_ and text[mention.end : start] in ("是", "为", "作为"):
            return mention
    return None


@Language.factory("policy_aliases", assigns=["doc.spans"], requires=["doc.spans"])
def create_aliases(nlp: Language, name: str) -> Aliases:
    """Build the `policy_aliases` component.

    Raises:
        TableError: a table of names is faulty; the text lists all faults.
    """
    settings = load_settings()
    return Aliases(
        load_official_names(),
        DefinitionFinder(words(settings, "introducers"), words(settings, "joint")),
        ((entry.surface, entry.label) for entry in Lexicon.load().entries if entry.kind == "class"),
    )
