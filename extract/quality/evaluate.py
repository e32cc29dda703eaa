"""Score records against gold annotations.

The measures and their fine print are those of the gold folder's own `score.py`; a test holds the two together.
"""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policykg.extract.records import THIS_DOCUMENT
from policykg.ontology.errors import PolicyKGError

Json = Mapping[str, Any]
#: The rows that are always printed, in this order; those with a dot (`mentions.Body`) follow their head.
ROWS = ("mentions", "overlap", "names", "relations", "pairs", "modality", "measures", "doc")


class GoldError(PolicyKGError):
    """A gold folder that cannot be used."""


@dataclass(frozen=True, slots=True)
class Count:
    """True positives, gold items and predicted items of one measure; counts of several documents add up."""

    hits: int = 0
    gold: int = 0
    found: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.hits + other.hits, self.gold + other.gold, self.found + other.found)

    @property
    def precision(self) -> float:
        """Share of the predicted that is right; 1 where neither side holds anything."""
        return self.hits / self.found if self.found else float(not self.gold)

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1 where neither side holds anything."""
        return self.hits / self.gold if self.gold else float(not self.found)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


Table = dict[str, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldFile:
    """One annotated text: `NAME.txt` with `NAME.json` beside it."""

    name: str
    text: Path
    gold: Json


def read_gold(folder: Path) -> list[GoldFile]:
    """Read a folder of gold files, sorted by name.

    Raises:
        GoldError: there are none, a text is missing, or a JSON file is broken.
    """
    files = []
    for path in sorted(folder.glob("*.json")):
        text = path.with_suffix(".txt")
        if not text.is_file():
            raise GoldError(
                f"{path}: its text {text.name} is missing; each NAME.json needs a NAME.txt beside it"
            )
        try:
            gold = json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise GoldError(f"{path}: not a JSON file in UTF-8: {error}") from error
        files.append(GoldFile(name=path.stem, text=text, gold=gold))
    if not files:
        raise GoldError(f"{folder}: no gold files; expected NAME.json with NAME.txt beside it")
    return files


def compare(gold: Json, predicted: Json) -> Table:
    """Score one document.

    Only what begins inside the gold file's `annotated` ranges counts; the whole text where it has none.
    """
    want, have = in_annotated(gold, gold), in_annotated(predicted, gold)
    return {
        **_compare_mentions(want["entities"], have["entities"]),
        **_compare_relations(gold, predicted, want["relations"], have["relations"]),
        "measures": _count(
            set(map(_measure_key, want["measures"])), set(map(_measure_key, have["measures"]))
        ),
        "doc": _compare_document(gold.get("doc") or {}, predicted.get("doc") or {}),
    }


def merge(records: Iterable[Json]) -> Json:
    """Join the records of one file, should extraction have cut it into several documents: all findings, the first's data."""
    first, *others = records
    keys = ("entities", "relations", "measures")
    return {**first, **{key: [item for one in (first, *others) for item in one[key]] for key in keys}}


def total(tables: Iterable[Table]) -> Table:
    """Add up the counts of several documents, so that the scores are micro averages."""
    summed: dict[str, Count] = defaultdict(Count)
    for table in tables:
        for row, count in table.items():
            summed[row] += count
    order = {row: n for n, row in enumerate(ROWS)}
    return dict(sorted(summed.items(), key=lambda item: (order[item[0].split(".")[0]], item[0])))


def fold(value: object) -> str:
    """Fold widths, quotes and white space, so that only the characters that carry meaning are compared."""
    text = "".join(unicodedata.normalize("NFKC", str(value)).split())
    return text.translate(str.maketrans("“”〔〕", '""[]'))


def in_annotated(items: Json, gold: Json) -> dict[str, list[Json]]:
    """Return the entities, relations and measures that begin inside the gold file's annotated ranges."""
    ranges = gold.get("annotated") or [[0, 1 << 60]]
    return {
        key: [item for item in items.get(key, []) if any(a <= item["start"] < b for a, b in ranges)]
        for key in ("entities", "relations", "measures")
    }


def _count(gold: set[Any], predicted: set[Any]) -> Count:
    return Count(len(gold & predicted), len(gold), len(predicted))


def _compare_mentions(gold: list[Json], predicted: list[Json]) -> Table:
    want = {(e["start"], e["end"], e["type"]) for e in gold}
    have = {(e["start"], e["end"], e["type"]) for e in predicted}
    table = {"mentions": _count(want, have)}
    for kind in {span[2] for span in want | have}:
        table[f"mentions.{kind}"] = _count(
            {span for span in want if span[2] == kind}, {span for span in have if span[2] == kind}
        )
    table["overlap"] = Count(min(_overlapping(want, have), _overlapping(have, want)), len(want), len(have))
    table["names"] = _count(_names(gold), _names(predicted))
    return table


def _overlapping(spans: set[tuple[int, int, str]], others: set[tuple[int, int, str]]) -> int:
    return sum(any(a < d and c < b and kind == other for c, d, other in others) for a, b, kind in spans)


def _name(entity: Json) -> str:
    return fold(entity.get("canonical") or entity["text"])


def _names(entities: list[Json]) -> set[tuple[str, str]]:
    return {(_name(e), e["type"]) for e in entities if e["type"] != "Target"}


def _compare_relations(gold: Json, predicted: Json, want: list[Json], have: list[Json]) -> Table:
    stand_in = gold_names(gold, predicted)

    def mine(name: str) -> str:
        return name if name == THIS_DOCUMENT else stand_in.get(fold(name), fold(name))

    def theirs(name: str) -> str:
        return name if name == THIS_DOCUMENT else fold(name)

    right = {(theirs(r["subject"]), r["predicate"], theirs(r["object"])): r.get("modality") for r in want}
    found = {(mine(r["subject"]), r["predicate"], mine(r["object"])): r.get("modality") for r in have}
    both = right.keys() & found.keys()
    table = {
        "relations": _count(set(right), set(found)),
        "pairs": _count({(s, o) for s, _, o in right}, {(s, o) for s, _, o in found}),
        "modality": Count(sum(right[key] == found[key] for key in both), len(both), len(both)),
    }
    for predicate in {key[1] for key in right.keys() | found.keys()}:
        table[f"relations.{predicate}"] = _count(
            {key for key in right if key[1] == predicate}, {key for key in found if key[1] == predicate}
        )
    return table


def gold_names(gold: Json, predicted: Json) -> dict[str, str]:
    """Map each predicted name to the gold name that its own mentions carry most often.

    So another choice of canonical form costs nothing among relations, only under `names`.
    """
    at = {(e["start"], e["end"]): _name(e) for e in gold.get("entities", [])}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for entity in predicted.get("entities", []):
        if (entity["start"], entity["end"]) in at:
            votes[_name(entity)][at[entity["start"], entity["end"]]] += 1
    return {name: counter.most_common(1)[0][0] for name, counter in votes.items()}


def _measure_key(measure: Json) -> tuple[object, ...]:
    return (
        measure["kind"],
        fold(measure["indicator"]),
        measure["comparator"],
        round(float(measure["value"]), 6),
        fold(measure.get("unit", "")),
        str(measure.get("date", "")),
    )


def _compare_document(gold: Json, predicted: Json) -> Count:
    fields = {key: value for key, value in gold.items() if value}
    return Count(
        sum(_same(value, predicted.get(key)) for key, value in fields.items()), len(fields), len(fields)
    )


def _same(gold: object, predicted: object) -> bool:
    if isinstance(gold, list):
        return isinstance(predicted, list) and list(map(fold, gold)) == list(map(fold, predicted))
    return fold(gold) == fold(predicted or "")
