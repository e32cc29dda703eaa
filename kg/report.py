"""What was computed, as tables with headings and labels in Chinese or English; the command line prints them."""

from collections.abc import Sequence

from policykg.kg.analyse import Analysis
from policykg.kg.card import Card
from policykg.kg.query import Lang, Table, Value
from policykg.kg.wording import Wording
from policykg.ontology.terms import label

#: How one document stands to another, as the named query `document_links` has it.
_LINKS: dict[str, tuple[str, str]] = {
    "based_on": ("依据", "is based on"),
    "implements": ("落实", "implements"),
    "amends": ("修订", "amends"),
    "repeals": ("废止", "repeals"),
    "cites": ("引用", "cites"),
}

#: Table titles and column headings, (zh, en) each.
_WORDING = Wording(
    {
        "abolished": ("废止", "abolished"),
        "aliases": ("别名", "aliases"),
        "betweenness": ("中介中心性", "betweenness"),
        "bodies": ("共有机构", "shared bodies"),
        "bridges": ("连接多个文件的实体", "entities that join documents"),
        "cited": ("另一文件", "other document"),
        "cites": ("有引用", "one cites the other"),
        "citing": ("文件", "document"),
        "classes": ("细类", "classes"),
        "communities": ("群落", "communities"),
        "community": ("群落", "community"),
        "comparator": ("比较", "comparator"),
        "count": ("数量", "count"),
        "date": ("日期", "date"),
        "day": ("起始日期", "from"),
        "deadline": ("期限", "deadline"),
        "document": ("文件", "document"),
        "documents": ("文件", "documents"),
        "end": ("止", "end"),
        "entities": ("实体", "entities"),
        "expires": ("有效期至", "in force until"),
        "facts": ("事实", "facts"),
        "first": ("文件一", "first document"),
        "in_force": ("施行", "in force from"),
        "indicator": ("指标", "indicator"),
        "instruments": ("政策工具类别", "type of instrument"),
        "interconnections": ("文件之间的联系", "how documents connect"),
        "iri": ("标识", "IRI"),
        "issuers": ("发文机关", "issuers"),
        "kind": ("种类", "kind"),
        "links": ("文件之间的沿革", "how it stands to other documents"),
        "likeness": ("相似度", "likeness"),
        "measures": ("指标数值", "measures"),
        "mechanisms": ("共有机制", "shared mechanisms"),
        "members": ("成员", "members"),
        "mentioned": ("出现的文件", "where it is mentioned"),
        "mentions": ("提及", "mentions"),
        "modalities": ("语气", "modalities"),
        "modality": ("语气", "modality"),
        "name": ("名称", "name"),
        "neighbours": ("相邻实体", "neighbours"),
        "no": ("否", "no"),
        "number": ("文号", "number"),
        "object": ("客体", "object"),
        "page": ("页", "page"),
        "pagerank": ("PageRank", "PageRank"),
        "period": ("规划期", "period"),
        "programs": ("共有项目", "shared programs"),
        "provision": ("条款", "provision"),
        "quote": ("原文", "quote"),
        "ranks": ("最重要的{type}", "most important: {type}"),
        "reason": ("理由", "why"),
        "relation": ("关系", "relation"),
        "relations": ("关系", "relations"),
        "second": ("文件二", "second document"),
        "size": ("规模", "size"),
        "source": ("来源文件", "source file"),
        "start": ("起", "start"),
        "statement": ("事实", "statement"),
        "subject": ("主体", "subject"),
        "subject_end": ("主体止", "end of the subject"),
        "subject_provision": ("主体条款", "provision of the subject"),
        "subject_quote": ("原文之外的主体", "subject outside the quote"),
        "subject_start": ("主体起", "start of the subject"),
        "type": ("类型", "type"),
        "typology": ("分类", "typology"),
        "unit": ("单位", "unit"),
        "value": ("数值", "value"),
        "what": ("项", "what"),
        "yes": ("是", "yes"),
    }
)


def analysis_tables(analysis: Analysis, *, lang: Lang = "zh", top: int = 15) -> tuple[Table, ...]:
    """Lay an analysis out: counts, the most important of each type, communities, bridges, ties between documents.

    Args:
        top: rows of each ranking, and names shown of a longer list; the counts and the ties are whole.
    """
    counts = [
        _WORDING.table(
            what, _WORDING.word(what, lang), (what, "count"), [(label(name, lang), n) for name, n in pairs]
        )
        for what, pairs in (
            ("entities", analysis.entities),
            ("relations", analysis.relations),
            ("modalities", analysis.modalities),
        )
    ]
    ranks = []
    for name, type in (("bodies", "Body"), ("programs", "Program"), ("mechanisms", "Mechanism")):
        rows: list[Sequence[Value]] = [
            (
                one.name,
                one.facts,
                one.neighbours,
                one.pagerank,
                one.betweenness,
                one.documents,
                one.community or None,
            )
            for one in analysis.ranks
            if one.type == type
        ]
        columns = ("name", "facts", "neighbours", "pagerank", "betweenness", "documents", "community")
        title = _WORDING.word("ranks", lang).format(type=label(type, lang))
        ranks.append(_WORDING.table(name, title, columns, rows[:top]))
    communities = _WORDING.table(
        "communities",
        _WORDING.word("communities", lang),
        ("community", "size", "members", "documents"),
        [
            (one.number, len(one.members), _names(one.members, top), _names(one.documents, top))
            for one in analysis.communities[:top]
        ],
    )
    bridges = _WORDING.table(
        "bridges",
        _WORDING.word("bridges", lang),
        ("name", "type", "count", "betweenness", "documents"),
        [
            (
                one.name,
                label(one.type, lang),
                len(one.documents),
                one.betweenness,
                _names(one.documents, top),
            )
            for one in analysis.bridges[:top]
        ],
    )
    interconnections = _WORDING.table(
        "interconnections",
        _WORDING.word("interconnections", lang),
        ("first", "second", "likeness", "cites", "bodies", "programs", "mechanisms"),
        [
            (
                one.first,
                one.second,
                one.likeness,
                _WORDING.word("yes" if one.cites else "no", lang),
                _names(one.bodies, top),
                _names(one.programs, top),
                _names(one.mechanisms, top),
            )
            for one in analysis.interconnections
        ],
    )
    return (*counts, *ranks, communities, bridges, interconnections)


def card_tables(card: Card, *, lang: Lang = "zh") -> tuple[Table, ...]:
    """Lay a card out: the entity itself, where it is mentioned, its facts, its measures; empty tables are left out."""
    itself: list[tuple[str, str]] = [
        ("type", label(card.type, lang)),
        ("classes", "、".join(label(one, lang) for one in card.classes)),
        ("aliases", "、".join(card.aliases)),
        ("number", card.number),
        ("date", card.date),
        ("kind", card.kind),
        ("issuers", "、".join(card.issuers)),
        ("in_force", card.in_force),
        ("expires", card.expires),
        ("abolished", card.abolished),
        ("period", " – ".join(card.period)),
        ("deadline", card.deadline),
        ("source", card.source),
        ("iri", card.iri),
    ]
    tables = [
        _WORDING.table(
            "itself",
            card.name,
            ("what", "value"),
            [(_WORDING.word(key, lang), text) for key, text in itself if text],
        ),
        _WORDING.table(
            "instruments",
            _WORDING.word("instruments", lang),
            ("typology", "type", "reason"),
            [
                (one.scheme_zh, one.zh, one.reason_zh)
                if lang == "zh"
                else (one.scheme_en, one.en, one.reason_en)
                for one in card.instruments
            ],
        ),
        _WORDING.table(
            "mentioned",
            _WORDING.word("mentioned", lang),
            ("document", "mentions", "provision", "page"),
            [(one.document, one.mentions, one.provision, one.page) for one in card.appearances],
        ),
        _WORDING.table(
            "facts",
            _WORDING.word("facts", lang),
            ("subject", "relation", "object", "modality", "quote", "document", "provision", "page"),
            [
                (
                    card.name if one.outgoing else one.other,
                    label(one.predicate, lang),
                    one.other if one.outgoing else card.name,
                    label(one.modality, lang),
                    one.quote,
                    one.document,
                    one.provision,
                    one.page,
                    one.start,
                    one.end,
                    one.subject_quote,
                    one.subject_provision,
                    one.subject_start,
                    one.subject_end,
                    one.statement,
                )
                for one in card.facts
            ],
            details=(
                *("start", "end", "subject_quote", "subject_provision", "subject_start", "subject_end"),
                "statement",
            ),
        ),
        _WORDING.table(
            "measures",
            _WORDING.word("measures", lang),
            ("kind", "indicator", "comparator", "value", "unit", "date", "deadline", "document"),
            [
                (
                    one.kind,
                    one.indicator,
                    one.comparator,
                    one.value,
                    one.unit,
                    one.date,
                    one.deadline,
                    one.document,
                )
                for one in card.measures
            ],
        ),
        _WORDING.table(
            "links",
            _WORDING.word("links", lang),
            ("citing", "relation", "cited", "number", "day", "quote", "provision", "page"),
            [
                (
                    one.citing,
                    _LINKS[one.kind][0 if lang == "zh" else 1],
                    one.cited,
                    one.number,
                    one.day,
                    one.quote,
                    one.provision,
                    one.page,
                )
                for one in card.links
            ],
        ),
    ]
    return tuple(table for table in tables if table.rows)


def _names(names: Sequence[str], top: int) -> str:
    shown = "、".join(names[:top])
    return f"{shown} … {len(names)}" if len(names) > top else shown
