"""Share out a list of numbers over the names they measure: 甲、乙分别达到3家和5家."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from policykg.extract.numbers.quantities import Quantity

_MARK = re.compile(r"分别|依次")
_LISTED = re.compile(r"\s?(?:、|和|与|及|以及|,)\s?")
_JOIN = re.compile(r"、|和(?!谐)|与|以及|(?<![以普涉])及(?![格时])")
#: A member that only picks out a part of the last one's head (第一、第三产业) cannot stand alone.
_PART = re.compile(r"^第?[一二三四五六七八九十]$|[级类型]$|^.$")
_MEASURED = re.compile(r"[率量额值数]$|(?:占比|比重|比例|规模|增速|面积|收入|水平|支出|投资|里程|费用|花费)$")
#: Heads that members may share (河湖、海湾达标率).
_HEAD = re.compile(
    r"(?:(?:机械|电气|数字|城镇|绿)化率|(?:覆盖|达标|建成|利用|普及|合格|完成|转化|入学|参保|就业|处理|回收|收集|应用|综合利用|自给|满意|增长|使用|拥有)率"
    r"|年?(?:增加值|总?产值|总?产量|出栏量|存栏量|进出口总额|零售总?额|销售额|交易额|营业收入|总?收入|占比|比重|比例|增速|面积|数量|人数))$"
)
#: A longer list is no sentence.
_LONGEST = 40
#: How far behind 分别 the first number stands at most (分别比2015年增加2个).
_REACH = 24


def find_shared(
    masked: str, start: int, end: int, found: Sequence[Quantity]
) -> tuple[int, int, Sequence[Quantity]] | None:
    """Find a list of two numbers or more that 分别 shares out.

    Args:
        masked: the folded text; the clause is [start, end).
        found: the quantities of the clause in order.
    Returns:
        Where the word stands, half-open, and the numbers; None where there is no such list.
    """
    starts = [quantity.start for quantity in found]
    for mark in _MARK.finditer(masked, start, end):
        first = bisect_left(starts, mark.end())
        if first == len(found) or starts[first] - mark.end() > _REACH:
            continue
        listed = [found[first]]
        for quantity in found[first + 1 : first + _LONGEST]:
            if not _LISTED.fullmatch(masked, listed[-1].end, quantity.start):
                break
            listed.append(quantity)
        if len(listed) > 1:
            return mark.start(), mark.end(), listed
    return None


def split_members(masked: str, start: int, end: int, count: int) -> list[tuple[int, int, str]]:
    """Cut text[start:end) into so many names joined by 、 or 和; empty where it does not hold so many.

    Returns:
        Where each stands, half-open, and what the last one's head adds to it (河湖、海湾建成率: 建成率 to 河湖).
    Example:
        >>> split_members("渔港、灯塔和码头", 0, 8, 3)
        [(0, 2, ''), (3, 5, ''), (6, 8, '')]
    """
    cuts = [match.span() for match in _JOIN.finditer(masked, start, end)]
    begins = [start, *(stop for _, stop in cuts)]
    ends = [*(begin for begin, _ in cuts), end]
    members = [masked[a:b].strip() for a, b in zip(begins, ends, strict=True)]
    if len(members) != count or not all(members):
        return []
    last, heads = members[-1], [""] * count
    for n, member in enumerate(members[:-1]):
        if _PART.search(member):
            heads[n] = last[len(member) :]
            if len(heads[n]) < 2:
                return []
        elif (head := _HEAD.search(last, 1)) and not _MEASURED.search(member):
            heads[n] = head[0]
    return list(zip(begins, ends, heads, strict=True))
