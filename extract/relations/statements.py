"""What a document states without a verb between two mentions: issuer, citations, targets, bodies that assist."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from policykg.extract.normalise import fold, squeeze
from policykg.extract.records import DocumentSpan, Modality, Predicate, Relation
from policykg.extract.relations.charges import Charge
from policykg.extract.relations.clauses import MASK, Entity, Sentence
from policykg.extract.relations.matching import DOCUMENT
from policykg.extract.relations.subjects import Reading
from policykg.extract.structure.titles import bare_title, carried_title


@dataclass(frozen=True, slots=True)
class Names:
    """The names under which a document speaks of itself and of those who issued it.

    `issuers` are canonical names; `first_section` is where the front matter ends.
    """

    title: str
    issuers: frozenset[str]
    first_section: int

    def is_own(self, name: str) -> bool:
        """Tell whether a cited name is the document's own, also a shorter one or that of the notice that carries it.

        A title that only speaks of another document (关于修改《条例》的决定, 《办法》解读) is no name of that document.
        """
        own, bare = bare_title(self.title), bare_title(_bare(name))
        return bool(own and bare) and (
            own.endswith(bare) or bare.endswith(own) or bare_title(_bare(carried_title(bare))) == own
        )


def read_names(text: str, document: DocumentSpan, entities: Iterable[Entity]) -> Names:
    """Find under which canonical names the printed issuers are mentioned."""
    printed = {squeeze(name) for name in document.info.issuers}
    known = {e.name for e in entities if e.type == "Body" and squeeze(text[e.start : e.end]) in printed}
    starts = [s.start for s in document.sections if s.kind in ("article", "chapter", "item", "heading")]
    return Names(_bare(document.info.title), frozenset(known | printed), min(starts, default=len(text)))


def _bare(name: str) -> str:
    # Within a title's brackets another title has single ones.
    return fold(squeeze(name)).translate(_DOUBLE).strip('《》"“”')


_DOUBLE = str.maketrans("〈〉", "《》")


_SAYS_ISSUED = re.compile("印发|发布|公布|通过|修订|修正|制定|发文|关于")
_SIGNS = re.compile(r"(?:发布机构|发文机关|制定机关|公布机关|发布单位|文|等)?[^，。]{0,4}")


def issuer_relations(sentence: Sentence, names: Names) -> Iterator[Relation]:
    """Say who issued this document wherever the text says so: title lines, signatures, 通过 and 印发."""
    if names.issuers.isdisjoint([entity.name for group in sentence.groups for entity in group.members]):
        return
    around = sentence.text[:400].replace(MASK, "").strip(" \u3000>#*-，,、:：")
    signs = _SIGNS.fullmatch(around) is not None
    for group in sentence.groups:
        for entity in group.members:
            if entity.type != "Body" or entity.name not in names.issuers:
                continue
            before = sentence.between(sentence.start, entity.start)
            says = _SAYS_ISSUED.search(sentence.between(entity.end, entity.end + 200))
            opens = sentence.start < names.first_section and len(before) <= 30 and not before.startswith("第")
            # 关于 alone only in a title, which begins with its issuer.
            if signs or (opens and says is not None and (says[0] != "关于" or len(before) < 6)):
                yield _relation(sentence, entity, "issues", DOCUMENT, "stated", entity, "issuer")


def citation_relations(sentence: Sentence, documents: Iterable[Entity], names: Names) -> Iterator[Relation]:
    """Say that this document cites each other document that it names."""
    for entity in documents:
        if not names.is_own(entity.name):
            yield _relation(sentence, DOCUMENT, "cites", entity, "stated", entity, "citation")


_GOAL = re.compile(rf"{MASK}(?:建设|实施|发展)?的[一-龥]{{0,8}}目标(?=是|为|如下|[：:，])")


def goal_holder(sentence: Sentence) -> Entity | None:
    """Return whose goals follow a phrase like [行动]的主要目标是：, None where there is none."""
    match = _GOAL.search(sentence.text) if "目标" in sentence.text else None
    if match is None:
        return None
    at = sentence.start + match.start()
    return next((e for g in sentence.groups for e in g.members if e.start <= at < e.end), None)


def target_relations(
    sentence: Sentence, reading: Reading, targets: Iterable[Entity], goal: Entity | None = None
) -> Iterator[Relation]:
    """Give each target to its holder: the one who acts where it stands, `goal`, or the document.

    Args:
        goal: whose goals the list is that the sentence stands in.
    """
    fallback = DOCUMENT if goal is None or goal.type not in ("Body", "Program") else goal
    for target in targets:
        here = reading.at(target.start)
        # 扶持[企业]，实现…: behind the comma the target is no longer that of whom a causative moves.
        cause, outer = here.cause, here.outer
        moved_on = cause is not None and sentence.clause_of(cause.start) != sentence.clause_of(target.start)
        if moved_on and outer is not None:
            here = outer
        named = here.start > sentence.start
        holders = [e for e in here.doers if named and e.type in ("Body", "Program")]
        beside = next((g for g in sentence.groups if g.end == target.start and not g.oblique), None)
        if beside is not None:  # [企业][研发投入占比不低于3%]
            holders = [e for e in beside.members if e.type in ("Body", "Program")] or holders
        for holder in holders or [fallback]:
            here.used = True
            yield _relation(sentence, holder, "hasTarget", target, "required", target, "target")


def partner_relations(sentence: Sentence, charge: Charge | None) -> Iterator[Relation]:
    """Tie the bodies that only assist (配合单位) to the first body in charge."""
    if charge is None or not sentence.start <= charge.start < sentence.end:
        return
    for partner in charge.partners:
        if partner.name != charge.leaders[0].name:
            yield _relation(
                sentence, charge.leaders[0], "coordinatesWith", partner, "required", partner, "charge-partner"
            )


_GRANT = re.compile("(?:奖励|奖补|补助|补贴|资助|贴息)$")
_SUM = re.compile(r"\s*(?:标准)?(?:最高)?(?:不超过|不高于|不低于)?\s*(?:人民币)?\s*\d")
_SHARES = re.compile(r"\s*(?:分别|再|各|(?:每年)?一次性|每年)?\s*")


def grant_relations(sentence: Sentence, reading: Reading) -> Iterator[Relation]:
    """Say who is given what where no verb does, but the sum behind the grant: 对获批的[平台]，[奖励]20万元."""
    topic = reading.topic
    granted = [e for e in topic.members if e.type in ("Body", "Program")] if topic is not None else []
    for group in sentence.groups if granted else ():
        grant = group.members[-1]
        if topic is None or topic.end > group.start or grant.type != "Mechanism":
            continue
        opening = sentence.between(sentence.clauses[group.clause][0], group.start)
        if not (_GRANT.search(grant.name) and _SHARES.fullmatch(opening)):
            continue
        if not _SUM.match(sentence.between(grant.end, grant.end + 12)):
            continue
        here = reading.at(group.start)
        givers = [e for e in here.doers if e.type == "Body" and e not in granted] or [DOCUMENT]
        for entity in granted:
            yield _relation(sentence, grant, "appliesTo", entity, "required", grant, "grant")
        for giver in givers:
            yield _relation(sentence, giver, "employs", grant, "required", grant, "grant")
            for entity in granted:
                yield _relation(sentence, giver, "funds", entity, "required", grant, "grant")


def _relation(
    sentence: Sentence,
    subject: Entity,
    predicate: Predicate,
    object: Entity,
    modality: Modality,
    trigger: Entity,
    rule: str,
) -> Relation:
    return Relation(
        subject=subject.name,
        predicate=predicate,
        object=object.name,
        modality=modality,
        start=sentence.start,
        end=sentence.end,
        trigger=(trigger.start, trigger.end),
        subject_type=subject.type,
        object_type=object.type,
        subject_at=subject.place,
        object_at=object.place,
        rule=rule,
        confidence=0.9,
    )


_BARE_ITEM = re.compile(rf"[^{MASK}]{{0,6}}{MASK}+[”\s]*[；;。、，,]?(?:以及|和|或者)?\s*")


def list_head(sentence: Sentence) -> Entity | None:
    """Return what a list spells out: the last mention of a lead-in (设立下列[奖项]：), None where no list follows."""
    if not sentence.text.rstrip().endswith(("：", ":")) or not sentence.groups:
        return None
    return sentence.groups[-1].members[-1]


def member_relations(sentence: Sentence, whole: Entity | None) -> Iterator[Relation]:
    """Say that an item that holds a mention and nothing else is part of what its list spells out."""
    if whole is None or len(sentence.groups) != 1 or not _BARE_ITEM.fullmatch(sentence.text):
        return
    for member in sentence.groups[0].members:
        if (
            member.type == whole.type
            and member.type in ("Body", "Program", "Mechanism")
            and member.name != whole.name
        ):
            yield _relation(sentence, member, "partOf", whole, "stated", member, "list-member")


_EVALUATION = re.compile("(?:评估|评价|考核|评审|验收|评定|考评|评级)$")


def evaluation_relations(relations: Sequence[Relation]) -> Iterator[Relation]:
    """Say who evaluates whom, where someone puts an evaluation to use that applies to them in the same sentence."""
    for use in relations:
        if use.predicate != "employs" or use.subject_type == "Program" or not _EVALUATION.search(use.object):
            continue
        for aim in relations:
            known = aim.predicate == "appliesTo" and aim.subject == use.object
            if known and aim.object != use.subject:
                yield replace(
                    use,
                    predicate="evaluates",
                    object=aim.object,
                    object_type=aim.object_type,
                    object_at=aim.object_at,
                    rule="evaluation",
                )


def keep_first(relations: Iterable[Relation], limit: int) -> list[Relation]:
    """Keep the first of each fact, at most `limit`; two bodies that act together are one fact either way round."""
    kept: dict[tuple[str, str, str], Relation] = {}
    for relation in relations:
        key = (relation.subject, relation.predicate, relation.object)
        if key in kept or (relation.predicate == "coordinatesWith" and key[::-1] in kept):
            continue
        kept[key] = relation
        if len(kept) >= limit:
            break
    return list(kept.values())
