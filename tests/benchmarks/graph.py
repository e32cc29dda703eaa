"""A generated graph of any size, built by the program itself from generated records; the same seed gives the same quads.

The shares are those of a graph of some seventy real documents: so many facts, mentions, numbers and targets a document,
half of the documents with pages, and names drawn so that a few are in most documents and most are in few.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from policykg.extract.records import (
    THIS_DOCUMENT,
    Comparator,
    DocumentInfo,
    DocumentRecord,
    DocumentSpan,
    EntityType,
    Measure,
    MeasureKind,
    Mention,
    Modality,
    PageBreak,
    Predicate,
    ReaderText,
    Relation,
    Section,
)
from policykg.kg.build import build_quads
from policykg.kg.succession import load_successions
from policykg.kg.world import World

#: About how many triples a document has; some have a tenth of that, some three times as many.
PER_DOCUMENT = 8_200

_BODIES, _PROGRAMS, _MECHANISMS = 2500, 4000, 8000
_LEAST_FACTS, _MOST_FACTS = 30, 500
_PAGE = 1500
_HEADS = (
    "引导基金",
    "创新券",
    "绩效评价",
    "贷款贴息",
    "税收优惠",
    "协调机制",
    "推荐目录",
    "事后补助",
    "白名单",
)
_MODALITIES: Sequence[tuple[Modality, str, int]] = (
    ("required", "应当", 60),
    ("encouraged", "鼓励", 14),
    ("permitted", "可以", 6),
    ("exploratory", "探索", 8),
    ("prohibited", "不得", 2),
    ("stated", "已经", 10),
)
_VERBS: dict[Predicate, str] = {
    "issues": "发布",
    "cites": "参照",
    "supervises": "监督",
    "manages": "管理",
    "evaluates": "评价",
    "approves": "批准",
    "recommends": "推荐",
    "delegates": "委托",
    "reportsTo": "报告",
    "coordinatesWith": "会同",
    "establishes": "设立",
    "funds": "资助",
    "supports": "支持",
    "employs": "采用",
    "appliesTo": "适用于",
    "hasTarget": "实现",
    "partOf": "属于",
}
#: Subject, object, predicates, and how often such a fact is stated.
_KINDS: Sequence[tuple[EntityType, EntityType, tuple[Predicate, ...], int]] = (
    ("Document", "Mechanism", ("employs", "establishes"), 38),
    ("Document", "Program", ("establishes", "supports"), 18),
    ("Body", "Program", ("supervises", "manages", "evaluates", "approves", "funds", "establishes"), 10),
    ("Body", "Mechanism", ("employs", "establishes"), 14),
    ("Program", "Mechanism", ("employs", "establishes"), 8),
    ("Mechanism", "Body", ("appliesTo", "supports", "funds"), 5),
    ("Mechanism", "Program", ("appliesTo", "supports"), 3),
    ("Body", "Body", ("delegates", "reportsTo"), 4),
)
_INDICATORS = ("技术合同成交额", "高新技术企业数量", "研发机构数量", "孵化器数量", "示范应用场景")


def generate_quads(triples: int, *, seed: int = 1) -> Iterator[ox.Quad]:
    """Yield the quads of as many documents as give about `triples` triples, document by document."""
    world = World()
    for number in range(max(1, round(triples / PER_DOCUMENT))):
        record = _Writer(number, random.Random(f"{seed}-{number}")).write()
        yield from build_quads(record, name=document(number), world=world)


def body(number: int) -> str:
    """Return the name of a body; 0 is the one named most, then ever rarer ones. Some are bodies that reforms changed."""
    place, other = divmod(number, 5)
    return f"第{number}委员会" if other or place >= len(_REFORMED) else _REFORMED[place]


def program(number: int) -> str:
    """Return the name of a program, as `body` does."""
    return f"第{number}示范区"


def document(number: int) -> str:
    """Return the title of a document; every third is a plan with its period."""
    kind = ("创新规划（2021—2025年）", "资金管理办法", "实施意见")[number % 3]
    return f"第{number}号{kind}"


_REFORMED = tuple(dict.fromkeys(one for change in load_successions().changes for one in change.after))[:40]


@dataclass(slots=True)
class _Writer:
    """Writes one document: its text sentence by sentence, and beside it what is to be found there."""

    number: int
    chance: random.Random
    text: str = ""
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def write(self) -> DocumentRecord:
        size = round(_LEAST_FACTS * (_MOST_FACTS / _LEAST_FACTS) ** self.chance.random())
        year = 2010 + self.number % 15
        title = document(self.number)
        self.text = f"{title}\n"
        self._article(self._lineage)
        while len(self.relations) < size:
            self._article(self._fact, self._fact, self._fact)
            if self.chance.random() < 0.15:
                self._article(lambda: self._goal(year))
        self._article(lambda: self._validity(year))
        issuer = self._name("Body")
        self.relations.append(
            self._relation(issuer, "Body", "issues", THIS_DOCUMENT, "Document", "stated", 0, 1)
        )
        pages = tuple(PageBreak(offset=at, page=1 + at // _PAGE) for at in range(0, len(self.text), _PAGE))
        info = DocumentInfo(
            title=title,
            number=f"创发〔{year}〕{self.number}号",
            issuers=(issuer,),
            date=f"{year}-0{1 + self.number % 9}-11",
            kind=title[-2:] if title[-1] != "）" else "规划",
        )
        return DocumentRecord(
            source=ReaderText(
                source=f"{self.number}.txt", text=self.text, pages=pages if self.number % 2 else ()
            ),
            span=DocumentSpan(start=0, end=len(self.text), info=info, sections=tuple(self.sections)),
            entities=tuple(self.mentions),
            relations=tuple(self.relations),
            measures=tuple(self.measures),
        )

    def _article(self, *sentences: object) -> None:
        start = len(self.text)
        number = f"第{len(self.sections) + 1}条"
        self.text += f"{number} "
        for write in sentences:
            assert callable(write)
            write()
        self.text += "\n"
        self.sections.append(
            Section(kind="article", number=number, heading="", start=start, end=len(self.text))
        )

    def _lineage(self) -> None:
        start = len(self.text)
        titles = [document(self._other()) for _ in range(4)]
        for words, title in zip(("为落实", "，根据", "，参照", "、"), titles, strict=True):
            self.text += f"{words}《"
            self._mention(title, "Document")
            self.text += "》"
        self.text += "，制定本办法。"
        for title in titles:
            if title != document(self.number):
                cites = self._relation(
                    THIS_DOCUMENT, "Document", "cites", title, "Document", "stated", start, start + 3
                )
                self.relations.append(cites)

    def _other(self) -> int:
        return self.chance.randrange(max(1, self.number + 3))

    def _fact(self) -> None:
        *_, weights = zip(*_KINDS, strict=True)
        subject_type, object_type, predicates, _ = self.chance.choices(_KINDS, weights)[0]
        modality, word, _ = self.chance.choices(_MODALITIES, [weight for *_, weight in _MODALITIES])[0]
        predicate = self.chance.choice(predicates)
        start = len(self.text)
        subjects = [THIS_DOCUMENT if subject_type == "Document" else self._name(subject_type)]
        if subject_type == "Body" and self.chance.random() < 0.2:
            subjects.append(self._name("Body"))
        if subject_type != "Document":
            for place, subject in enumerate(dict.fromkeys(subjects)):
                self.text += "会同" if place else ""
                self._mention(subject, subject_type)
        object_ = self._name(object_type)
        self.text += word
        trigger = len(self.text)
        self.text += _VERBS[predicate]
        self._mention(object_, object_type)
        self.text += "，并说明工作怎样开展、由谁负责、何时完成。"
        for subject in dict.fromkeys(subjects):
            if subject != object_:
                self.relations.append(
                    self._relation(
                        subject, subject_type, predicate, object_, object_type, modality, start, trigger
                    )
                )
        if len(set(subjects)) == 2:
            at = self.text.index("会同", start)
            joins = self._relation(
                subjects[0], "Body", "coordinatesWith", subjects[1], "Body", "required", start, at
            )
            self.relations.append(joins)

    def _goal(self, year: int) -> None:
        """Write a baseline, a target with a number and one without, both of a program."""
        indicator, unit = f"第{self.chance.randrange(50)}{self.chance.choice(_INDICATORS)}", "家"
        value = self.chance.randrange(5, 500)
        self.text += f"{year - 1}年，"
        self._measure("baseline", indicator, "为", "=", value, unit, str(year - 1))
        self.text += f"。到{year + 5}年，"
        holder = self._name("Program")
        self._mention(holder, "Program")
        for target in (f"{indicator}达到{value * 2}{unit}", f"第{value}项服务能力显著增强"):
            self.text += "，"
            start = len(self.text)
            self._mention(target, "Target")
            self.relations.append(
                self._relation(holder, "Program", "hasTarget", target, "Target", "required", start, start)
            )
            if target.startswith(indicator):
                self.text = self.text[:start]
                self._measure("target", indicator, "达到", ">=", value * 2, unit, str(year + 5))
        self.text += "。"

    def _measure(
        self,
        kind: MeasureKind,
        indicator: str,
        verb: str,
        comparator: Comparator,
        value: int,
        unit: str,
        date: str,
    ) -> None:
        start = len(self.text)
        self.text += f"{indicator}{verb}{value}{unit}"
        self.measures.append(
            Measure(
                kind=kind,
                indicator=indicator,
                comparator=comparator,
                value=value,
                unit=unit,
                date=date,
                start=start,
                end=len(self.text),
            )
        )

    def _validity(self, year: int) -> None:
        if self.chance.random() < 0.6:
            self.text += f"本办法自{year}年10月1日起施行"
            self.text += f"，有效期至{year + 5}年9月30日。" if self.chance.random() < 0.4 else "。"
        if self.chance.random() < 0.3:
            self.text += "《"
            self._mention(document(self._other()), "Document")
            self.text += "》同时废止。"

    def _mention(self, name: str, type: EntityType) -> None:
        """Write a name; one in ten is written in a longer form."""
        longer = type in ("Body", "Program") and self.chance.random() < 0.1
        start = len(self.text)
        self.text += f"国家{name}" if longer else name
        self.mentions.append(
            Mention(
                start=start,
                end=len(self.text),
                type=type,
                text=self.text[start:],
                canonical=name,
                rule="generated",
            )
        )

    def _relation(
        self,
        subject: str,
        subject_type: EntityType,
        predicate: Predicate,
        object_: str,
        object_type: EntityType,
        modality: Modality,
        start: int,
        trigger: int,
    ) -> Relation:
        return Relation(
            subject=subject,
            predicate=predicate,
            object=object_,
            modality=modality,
            start=start,
            end=max(len(self.text), trigger + 2),
            trigger=(trigger, trigger + 2),
            subject_type=subject_type,
            object_type=object_type,
            rule="generated",
            confidence=0.9,
        )

    def _name(self, kind: EntityType) -> str:
        if kind == "Body":  # as Zipf has it: the first ten have as many mentions as the next hundred
            return body(int(_BODIES ** self.chance.random()) - 1)
        if kind == "Program":
            return program(int(_PROGRAMS * self.chance.random() ** 2))
        number = int(_MECHANISMS * self.chance.random() ** 2)
        return f"第{number}{_HEADS[number % len(_HEADS)]}"
