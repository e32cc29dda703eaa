"""Find how far the list reaches that a sentence leads into (应当符合下列条件：)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from policykg.extract.records import Section
from policykg.extract.structure.sections import number_value

#: So many characters of white space and marks may stand between a lead-in and the first number of its list.
_GAP = 8
_START = attrgetter("start")


def list_end(sections: Sequence[Section], start: int, end: int) -> int | None:
    """Return where the list ends that a sentence at [start, end) leads into.

    A numbered list goes on while its numbers rise; any list ends with the section that its lead-in stands in.

    Args:
        sections: those of the document, in the order of their start; offsets as those of the sentence.
    Returns:
        None where no section tells: the document has none, or the list stands above the first.
    """
    at = bisect_left(sections, end, key=_START)
    # The last section that begins before the lead-in holds it, or one around that section does.
    around: int | None = bisect_right(sections, start, hi=at, key=_START) - 1
    while around is not None and around >= 0 and sections[around].end <= start:
        around = sections[around].parent
    stop = sections[around].end if around is not None and around >= 0 else None
    if at == len(sections) or sections[at].start - end > _GAP:
        return stop
    last = sections[at]
    for following in range(at + 1, len(sections)):
        section = sections[following]
        if stop is not None and section.start >= stop:
            break
        if section.parent != last.parent:
            continue
        if section.kind != last.kind or 0 < number_value(section.number) <= number_value(last.number):
            return section.start
        last = section
    return last.end if stop is None else stop
