"""Why a thing in the graph is what it is: the forms in the texts that were taken for it, and what joined them."""

import re
from dataclasses import dataclass

from policykg.extract.normalise import squeeze
from policykg.kg.names import find_entity
from policykg.kg.query import Column, Lang, Queryable, Table, select
from policykg.ontology.namespace import PROLOGUE


@dataclass(frozen=True, slots=True)
class Form:
    """A form in the texts of one document that stands for the entity, as often as `mentions` says, found by `rules`."""

    surface: str
    canonical: str
    document: str
    mentions: int
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Why:
    """All forms that made an entity, and the reasons that joined their names: tables, merges, a person's corrections."""

    iri: str
    name: str
    type: str
    forms: tuple[Form, ...]
    reasons: tuple[str, ...]


def why(store: Queryable, name: str, *, type: str | None = None) -> Why:
    """Return what made the entity that a name stands for.

    Raises:
        UnknownName, AmbiguousName
    """
    from pyoxigraph import NamedNode

    iri = find_entity(store, name, type=type)
    node = str(NamedNode(iri))
    (described, *_) = select(
        store,
        PROLOGUE
        + f"""SELECT ?name ?type {{ GRAPH ?g {{ {node} skos:prefLabel ?name ; a ?type }}
          FILTER(?type IN (pol:Body, pol:Program, pol:Mechanism, pol:Target, pol:Document)) }}""",
    )
    counts: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for row in select(
        store,
        PROLOGUE
        + f"""SELECT ?mention ?surface ?canonical ?document ?rule ?reason {{ GRAPH ?g {{
          ?mention pol:denotes {node} ; oa:exact ?surface .
          ?d dcterms:source ?source ; skos:prefLabel ?document .
          OPTIONAL {{ ?mention pol:canonicalName ?canonical }}
          OPTIONAL {{ ?mention pol:rule ?rule }}
          OPTIONAL {{ ?mention pol:reason ?reason }}
        }} }}""",
    ):
        surface = squeeze(row["surface"])
        key = (row["document"], row["canonical"] or surface, surface, row["reason"] or "")
        rules = counts.setdefault(key, {})
        rules[row["rule"] or ""] = rules.get(row["rule"] or "", 0) + 1
    forms = [
        Form(
            surface=surface,
            canonical=canonical,
            document=document,
            mentions=sum(rules.values()),
            rules=tuple(sorted(rule for rule in rules if rule)),
            reason=reason,
        )
        for (document, canonical, surface, reason), rules in counts.items()
    ]
    reasons = select(
        store, PROLOGUE + f"SELECT DISTINCT ?reason {{ GRAPH ?g {{ {node} pol:reason ?reason }} }}"
    )
    return Why(
        iri=iri,
        name=described["name"],
        type=described["type"].rpartition("#")[2],
        forms=tuple(sorted(forms, key=lambda f: (f.document, -f.mentions, f.canonical, f.surface, f.reason))),
        reasons=tuple(sorted(row["reason"] for row in reasons)),
    )


def reason_text(reason: str, lang: Lang) -> str:
    """Return a reason in a language; the graph has them in English, and steps without a Chinese wording stay so.

    Example:
        >>> reason_text("各地 is 地方; 地方 in 地方组织", "zh")
        '“各地”即“地方”；“地方组织”中的“地方”'
    """
    if lang == "en":
        return reason
    joined = re.fullmatch(r"(\S+ → \S+|\S+): (.+)", reason)
    steps = "；".join(map(_translate, (joined[2] if joined else reason).split("; ")))
    return f"{joined[1]}：{steps}" if joined else steps


def _translate(step: str) -> str:
    for pattern, wording in _WORDINGS:
        if match := pattern.fullmatch(step):
            return wording.format(*(_KINDS.get(part, part) for part in match.groups()))
    return step


_KINDS = {"official": "正式名称", "short": "简称", "english": "英文名"}
#: Steps of the reasons that `extract/canonical` and `kg/resolve.py` give, more telling ones first.
_WORDINGS = tuple(
    (re.compile(pattern), wording)
    for pattern, wording in (
        (r"the document defines (\S+) as (\S+) \(at ([0-9]+)\)", "本文件以“{0}”简称“{1}”（位置{2}）"),
        (r"(\S+) is what the document calls (\S+) \(at ([0-9]+)\)", "本文件称“{1}”为“{0}”（位置{2}）"),
        (r"short for (\S+) \(at ([0-9]+)\)", "“{0}”的简称（位置{1}）"),
        (r"short for (\S+)", "“{0}”的简称"),
        (r"(\S+) is the (\S+) form of (\S+)", "“{0}”是“{2}”的{1}"),
        (r"(\S+) form of (\S+)", "“{1}”的{0}"),
        (r"政府 of (\S+) is its 人民政府", "“{0}”的政府即其人民政府"),
        (r"(\S+) as a body is the government of (\S+)", "“{0}”作为机构指“{1}”的人民政府"),
        (r"(\S+) is (\S+), the document's", "“{0}”指本文件所属的“{1}”"),
        (r"(\S+) is the full title", "“{0}”是全称"),
        (r"(\S+) of (\S+) is (\S+)", "“{1}”的“{0}”即“{2}”"),
        (r"(\S+) is (\S+)", "“{0}”即“{1}”"),
        (r"(\S+) of (\S+)", "“{1}”的“{0}”"),
        (r"(\S+) in (\S+)", "“{1}”中的“{0}”"),
        (r"what the parentheses add is left out", "不计括号中的补充"),
        (r"各 and 其他 only count", "“各”“其他”只表示数量"),
        (r"an assembly's sessions are one body", "各次会议是同一机构"),
        (r"the same but for width, quotation marks or brackets", "只有宽度、引号或括号不同"),
    )
)


def why_tables(found: Why, *, lang: Lang = "zh") -> list[Table]:
    """Lay an explanation out: the forms by document, then what joined their names."""
    forms = Table(
        (
            Column("document", "文件", "document"),
            Column("surface", "文中写法", "form in the text"),
            Column("mentions", "次数", "mentions"),
            Column("canonical", "规范名称", "canonical name"),
            Column("reason", "命名理由", "why so named"),
            Column("rules", "识别规则", "found by"),
        ),
        tuple(
            (
                form.document,
                form.surface,
                form.mentions,
                form.canonical,
                reason_text(form.reason, lang),
                "、".join(form.rules),
            )
            for form in found.forms
        ),
        title=f"{found.type}:{found.name}",
        name="forms",
    )
    joined = Table(
        (Column("reason", "合并与更正", "joined and corrected"),),
        tuple((reason_text(reason, lang),) for reason in found.reasons),
        name="reasons",
    )
    return [forms, joined] if found.reasons else [forms]
