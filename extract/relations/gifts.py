"""Tell who gives and who is given: where something is given, those named before it are often its receivers."""

import re

from policykg.extract.relations.carrying import GIVER
from policykg.extract.relations.clauses import MASK, Sentence
from policykg.extract.relations.fitting import Match
from policykg.extract.relations.subjects import Context

#: What stands before the one that something is given to, or is done by.
GIVEN_TO = ("对", "对于", "为", "向", "给", "由")
_GIVING = ("给予", "予以", "发放", "进行")
_GIFTS = frozenset(_GIVING)
_GIFT = re.compile("奖励|奖补|补贴|补助|资助|贴息|贴租|资金支持|经费支持|补偿|减免|返还")
_PUT_IN = ("纳入", "列入", "可纳入", "优先纳入")
_TAKEN = frozenset({"将", "把", "应当", "要", "应", "须", "必须"})
_BESIDE = 6  # characters between a giver and what says to whom
_AND = re.compile("并[^，,]{0,4}$")
# 对获奖的软件，给予奖励: who gets it is said, and no mention; 对获奖的，给予奖励 means one that was named before.
_TO = re.compile(rf"(?:^|[，,；;。])对[^，,；;。{MASK}]{{1,30}}(?<!的)(?:[，,][^，,；;。{MASK}]{{0,16}})?$")


def receives(sentence: Sentence, match: Match, here: Context) -> bool:
    """Tell whether those who act before a gift are the ones it is given to.

    In 鼓励[企业]上市，给予奖励, [企业]上市的，给予奖励 and [企业]按照标准，给予奖励 someone else gives, in [财政局]对上市的，给予奖励
    the finance bureau. In [企业]可纳入[名录] someone else puts the enterprise in.
    """
    if here.start == sentence.start or any(GIVER.search(doer.name) for doer in here.doers):
        return False
    # 鼓励各地…，给予奖励: they give themselves, and stand right behind the causative.
    if not here.doers and (here.cause is None or here.start == here.cause.end):
        return False
    clause = sentence.clause_of(match.hit.start)
    low, _ = sentence.clauses[clause]
    if match.hit.word in _PUT_IN and here.doers and here.cause is None:
        return not sentence.has(_TAKEN, here.start, match.hit.start)
    if not match.hit.word.startswith(_GIVING) and (
        match.frame.relation != "funds" or not sentence.has(_GIFTS, low, match.hit.start)
    ):
        return False
    if here.cause is not None:
        moved_on = sentence.clause_of(here.start) < clause or _AND.search(
            sentence.between(here.start, match.hit.start)
        )
        return bool(moved_on) and (match.frame.relation == "funds" or _is_gift(sentence, match))
    before = sentence.between(here.start, low)
    given = (
        *sentence.hits_between(here.start, here.start + _BESIDE),
        *sentence.hits_between(low, match.hit.start),
    )
    return (re.search("的[，,]", before) is not None or before.startswith("按")) and not any(
        hit.word in GIVEN_TO for hit in given
    )


def gives_to_others(sentence: Sentence, at: int) -> bool:
    """Whether what is given at an offset goes to what stands there behind 对, which is no mention."""
    return _TO.search(sentence.between(max(sentence.start, at - 60), at)) is not None


def _is_gift(sentence: Sentence, match: Match) -> bool:
    given = match.object if match.subject is None else match.subject
    return given is not None and _GIFT.search(sentence.quote(given.start, given.end)) is not None
