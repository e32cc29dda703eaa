"""The document-independent name of an entity: official short forms, bodies of a locality, class terms.

Tables are TSV files under `data/aliases`, patterns and executed examples `data/patterns/aliases.toml`.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from policykg.extract.canonical.localities import Localities, load_localities
from policykg.extract.canonical.tables import Row, TableError, read_table
from policykg.extract.normalise import fold, squeeze
from policykg.extract.records import ENTITY_TYPES

POSITIONS = ("whole", "central", "start", "end")
KINDS = ("official", "short", "english")
SCOPES = ("any", "central")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """A name, and why it was chosen; each step of `reason` is separated by "; "."""

    name: str
    reason: str = ""

    def then(self, name: str, reason: str) -> "Canonical":
        """Return the name after one more step."""
        return Canonical(name=name, reason=f"{self.reason}; {reason}" if self.reason else reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyForm:
    """A form of a central body's name. `scope` is central where only a central document can mean it."""

    form: str
    canonical: str
    kind: str
    scope: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """A class term and the one that stands for it, as the whole name, its start or its end.

    `central` is a whole name that only a central document means so: a city's 转化基金 is its own, not the state's.
    """

    form: str
    type: str
    canonical: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A name that must come out as `canonical` in a document of `locality`; executed at load."""

    type: str
    text: str
    locality: str
    canonical: str


class OfficialNames:
    """Names that do not depend on what a document defines for itself."""

    def __init__(
        self,
        *,
        bodies: Iterable[BodyForm],
        organs: Mapping[str, str],
        synonyms: Iterable[Synonym],
        localities: Localities,
        own_words: Iterable[str],
        not_local: Iterable[str],
        local_after_all: Iterable[str],
    ) -> None:
        self.bodies = {body.form: body for body in bodies}
        self._organs = dict(organs)
        self._by_folded_form = {squeeze(fold(form)).casefold(): body for form, body in self.bodies.items()}
        self._localities = localities
        self._own_words = tuple(own_words)
        self._not_local = tuple(not_local)
        self._local_after_all = tuple(local_after_all)
        self._organ_names = frozenset({*self._organs, *self._organs.values()})
        listed = list(synonyms)
        self._whole = {(s.type, fold(s.form)): s for s in listed if s.position in ("whole", "central")}
        longest_first = sorted(listed, key=lambda s: (-len(s.form), s.form))
        self._parts: dict[str, list[Synonym]] = {type_: [] for type_ in ENTITY_TYPES}
        for synonym in longest_first:
            if synonym.position in ("start", "end"):
                self._parts[synonym.type].append(synonym)
        heads = sorted(
            (
                body.form
                for body in self.bodies.values()
                if body.kind == "official" and body.form != body.canonical
            ),
            key=lambda form: (-len(form), form),
        )
        self._heads = re.compile("|".join(map(re.escape, heads)) or r"(?!)")

    def canonicalise(self, type_: str, text: str, locality: str = "") -> Canonical:
        """Return the name of what `text` denotes in a document of `locality`.

        Args:
            type_: the mention's entity type.
            locality: as `DocumentInfo.locality`; "" for central documents.
        """
        found = Canonical(name=squeeze(text))
        if type_ == "Target" or found.name.startswith(("《", "〈")) or len(found.name) > _LONGEST_NAME:
            return found
        if type_ == "Document":
            return self._without_gloss(found, type_, locality)
        for step in self._steps(type_):
            found = step(found, type_, locality)
        return found

    def merge_name(self, type_: str, name: str) -> Canonical:
        """Return the name under which a canonical name joins those of other documents, in any place's documents.

        What only a document of the centre could mean, and what depends on a locality, is left as it is.
        """
        found = Canonical(name=squeeze(name))
        if len(found.name) > _LONGEST_NAME:
            return found
        if type_ == "Body":
            if same := self._same_body(found.name):
                return found.then(same.canonical, f"{found.name} is the {same.kind} form of {same.canonical}")
            for step in (self._central, self._organ, self._assembly):
                found = step(found, type_, _ANYWHERE)
            place = found.name.removesuffix("政府")
            if place != found.name and not place.endswith("人民") and _DISTRICT_END.search(place):
                found = found.then(place + "人民政府", f"政府 of {place} is its 人民政府")
        return self._synonym(found, type_, _ANYWHERE)

    def forms(self, canonical: str) -> tuple[str, ...]:
        """Return the other forms of a central body's name, sorted: full names, short forms, English abbreviations."""
        return tuple(
            sorted(
                body.form
                for body in self.bodies.values()
                if body.canonical == canonical and body.form != canonical and body.scope == "any"
            )
        )

    def _same_body(self, name: str) -> BodyForm | None:
        body = self._by_folded_form.get(fold(name).casefold())
        return body if body and body.scope == "any" and body.canonical != name else None

    def _steps(self, type_: str) -> Iterator[Callable[[Canonical, str, str], Canonical]]:
        yield self._without_gloss
        yield self._synonym
        yield self._local
        if type_ == "Body":
            yield self._without_all
            yield self._central
            yield self._organ
            yield self._assembly
        yield self._synonym

    def _without_gloss(self, found: Canonical, type_: str, locality: str) -> Canonical:
        name = _GLOSS.sub("", found.name)
        if len(name) >= 2 and name != found.name:
            return found.then(name, "what the parentheses add is left out")
        return found

    def _local(self, found: Canonical, type_: str, locality: str) -> Canonical:
        """市科委 in a document of Shanghai is 上海市科委; 本市 is 上海市."""
        name = found.name
        if self._localities.at_start(name):
            return found
        for word, place in self._localities.chain(locality).items():
            for own in self._own_words:
                name = re.sub(f"(?<=[和与及、]){own}{word}", place, name)
                if name.startswith(own + word):
                    return found.then(
                        place + name[len(own + word) :], f"{own}{word} is {place}, the document's"
                    )
            if name == word and type_ == "Body":
                return found.then(place + "人民政府", f"{word} as a body is the government of {place}")
            if word in ("省", "市", "自治区") and name.startswith(word) and self._names_place(name):
                return found.then(place + name[len(word) :], f"{word} is {place}, the document's")
        return found

    def _names_place(self, name: str) -> bool:
        return name.startswith(self._local_after_all) or not name.startswith(self._not_local)

    def _without_all(self, found: Canonical, type_: str, locality: str) -> Canonical:
        name = _ALL.sub("", found.name)
        return found.then(name, "各 and 其他 only count") if name != found.name else found

    def _central(self, found: Canonical, type_: str, locality: str) -> Canonical:
        body = self.bodies.get(found.name)
        if body and (body.scope == "any" or not locality):
            if body.canonical == found.name:
                return found
            return found.then(body.canonical, f"{body.kind} form of {body.canonical}")
        if head := self._heads.match(found.name):
            short = self.bodies[head[0]].canonical
            return found.then(short + found.name[head.end() :], f"{head[0]} is {short}")
        return found

    def _organ(self, found: Canonical, type_: str, locality: str) -> Canonical:
        """上海市科学技术委员会 is 上海市科委: the organ's short form after the name of its place."""
        name = found.name.removeprefix("中共") if self._localities.at_start(found.name[2:]) else found.name
        place, organ = self._split_place(name)
        if not place or "、" in place:
            return found
        if organ == "政府" and not self._localities.at_start(place):
            return found
        if organ not in self._organ_names and organ not in _COMMITTEE:
            return found
        short = self._organs.get(organ, _COMMITTEE.get(organ, organ))
        # 上海金融监管局 is the centre's bureau in Shanghai, not the city's: only what no centre has there is the city's.
        if (at := self._localities.at_start(name)) and at[1] == len(place) and short.endswith(("委", "政府")):
            place = at[0].name
        if place + short == found.name:
            return found
        return found.then(place + short, f"{organ} of {place} is {place}{short}")

    def _split_place(self, name: str) -> tuple[str, str]:
        at = self._localities.at_start(name)
        rest = name[at[1] :] if at else name
        if at and (rest in self._organ_names or rest in _COMMITTEE):
            return name[: at[1]], rest
        for match in _PLACE_END.finditer(rest):
            if rest[match.end() :] in self._organ_names:
                return name[: len(name) - len(rest) + match.end()], rest[match.end() :]
        return "", name

    def _assembly(self, found: Canonical, type_: str, locality: str) -> Canonical:
        match = _SESSION.fullmatch(found.name)
        if not match:
            return found
        standing = "人大常委会" if match[3] else "人民代表大会"
        name = match[1] + standing
        if name == found.name:
            return found
        return found.then(name, "an assembly's sessions are one body")

    def _synonym(self, found: Canonical, type_: str, locality: str) -> Canonical:
        name = found.name
        whole = self._whole.get((type_, fold(name)))
        if whole and (whole.position == "whole" or not locality):
            return found.then(whole.canonical, f"{whole.form} is {whole.canonical}")
        for part in self._parts.get(type_, ()):
            if name.endswith(part.canonical):
                continue
            if part.position == "end" and name.endswith(part.form):
                return found.then(
                    name[: -len(part.form)] + part.canonical, f"{part.form} is {part.canonical}"
                )
            if part.position == "start" and name.startswith(part.form):
                return found.then(part.canonical + name[len(part.form) :], f"{part.form} is {part.canonical}")
        return found


# Lists of departments under one head run to a hundred characters; beyond that a text is no name.
_LONGEST_NAME = 300
# （ITU） at the end, and （专项、基金等） anywhere, only explain the name that stands before them.
_GLOSS = re.compile(r"(?<!^)[（(][A-Za-z0-9][A-Za-z0-9 .&/-]{0,40}[）)]$|(?<!^)[（(][^（）()]{1,40}等[）)]")
_ALL = re.compile(r"(?<=.)(?:各|其他)(?=(?:有关|相关)?(?:部门|部委|单位|机构)$)")
_PLACE_END = re.compile(r"(?<!^)(?:新区|[省市区县州盟旗])|^[省市区县州盟旗]")
_DISTRICT_END = re.compile(r"[\u4e00-\u9fff](?:区|县|旗|市|州|盟|省)$")
# A locality that is none: no form that only the centre uses, and no level words.
_ANYWHERE = "-"
_COMMITTEE = {"委员会": "委", "委": "委"}
_SESSION = re.compile(
    r"([^第]{2,20}?)(第[一二三四五六七八九十]{1,4}届)?人(?:民代表)?大(?:会)?(常务?委(?:员)?会)?"
)


@cache
def load_official_names() -> OfficialNames:
    """Read the tables, and execute the examples of `data/patterns/aliases.toml`.

    Raises:
        TableError: a table is faulty or an example does not hold; all faults found are listed.
    """
    settings = load_settings()
    official = read_names(settings)
    faults = [
        f"aliases.toml: example {number}: {example.text!r} in a document of {example.locality or 'the centre'} "
        f"gives {got.name!r}; it should give {example.canonical!r}"
        for number, example in enumerate(read_examples(settings), start=1)
        if (got := official.canonicalise(example.type, example.text, example.locality)).name
        != example.canonical
    ]
    if faults:
        raise TableError(faults)
    return official


Settings = Mapping[str, list[str] | list[Mapping[str, str]]]


def load_settings() -> dict[str, object]:
    """Read `data/patterns/aliases.toml` as it stands."""
    source = files("policykg.extract.data.patterns") / "aliases.toml"
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TableError([f"aliases.toml: no TOML: {error}"]) from error


def words(settings: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return a list of words from the settings.

    Raises:
        TableError: the key is missing or holds something else.
    """
    value = settings.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise TableError([f"aliases.toml: {key} must be a list of words"])
    return tuple(str(word) for word in value)


def read_examples(settings: Mapping[str, object]) -> list[Example]:
    """Return the examples of the settings.

    Raises:
        TableError: an example lacks a key, has an unknown one, or a type that does not exist.
    """
    raw = settings.get("example", [])
    keys = {"type", "text", "locality", "canonical"}
    faults = []
    examples = []
    for number, item in enumerate(raw if isinstance(raw, list) else [], start=1):
        if not isinstance(item, dict) or set(item) != keys:
            faults.append(f"aliases.toml: example {number}: keys must be {', '.join(sorted(keys))}")
        elif item["type"] not in ENTITY_TYPES:
            faults.append(f"aliases.toml: example {number}: type must be one of {', '.join(ENTITY_TYPES)}")
        else:
            examples.append(Example(**{key: str(value) for key, value in item.items()}))
    if faults:
        raise TableError(faults)
    return examples


def read_names(settings: Mapping[str, object]) -> OfficialNames:
    """Read the tables; their examples are not executed."""
    folder = files("policykg.extract.data.aliases")
    faults: list[str] = []

    def rows(name: str, columns: tuple[str, ...], **checks: object) -> list[Row]:
        try:
            return read_table(folder / name, columns, **checks)  # type: ignore[arg-type]
        except TableError as error:
            faults.extend(error.faults)
            return []

    bodies = rows(
        "bodies.tsv",
        ("form", "canonical", "kind", "scope", "note"),
        key=("form",),
        allowed={"kind": KINDS, "scope": SCOPES},
        optional=("note",),
    )
    organs = rows("organs.tsv", ("form", "canonical"), key=("form",), check=_changes)
    synonyms = rows(
        "synonyms.tsv",
        ("form", "type", "canonical", "position", "note"),
        key=("form", "type"),
        allowed={"type": ENTITY_TYPES, "position": POSITIONS},
        optional=("note",),
        check=_changes,
    )
    if faults:
        raise TableError(faults)
    return OfficialNames(
        bodies=[BodyForm(**row) for row in bodies],
        organs={row["form"]: row["canonical"] for row in organs},
        synonyms=[
            Synonym(form=row["form"], type=row["type"], canonical=row["canonical"], position=row["position"])
            for row in synonyms
        ],
        localities=load_localities(),
        own_words=words(settings, "own_words"),
        not_local=words(settings, "not_local"),
        local_after_all=words(settings, "local_after_all"),
    )


def _changes(row: Row) -> Iterator[str]:
    if row["form"] == row["canonical"]:
        yield f"{row['form']} stands for itself; remove the row"
