"""Hand the subject of a sentence on to those that name none: within an article, an item, a list below its lead-in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policykg.extract.records import Modality, Section
from policykg.extract.relations.clauses import Cues
from policykg.extract.relations.items import Opening
from policykg.extract.relations.subjects import Context, Doers
from policykg.extract.structure.lists import list_end

_DUTY = ("要", "应", "须", "必须", "不得")
_OPENING = 12  # characters that may stand before the clause of a subject (到2035年，…)
_GIVES = re.compile(r"(?:给予|予以)[^。；;]{0,24}[：:]\s*$")
#: Those who have what is given.
GIVER = re.compile("(?:政府|部门|地方|委|局|厅|财政)$")
_BINDING = re.compile(
    "(?<![重主需必首紧概摘纲])要(?![求素点件])|(?<![相供适响对反效])应(?![用急对变])|须(?!知)|负责(?!人)"
)
_CONDITIONS = re.compile("条件(?:之一)?(?:的)?[：:]\\s*$")


def _binding(text: str, cues: Cues) -> Modality | None:
    """Return the modality that a lead-in forces on its items (不得有下列行为：), None where it forces none."""
    last = re.split("[，,。；;]", text)[-1]
    kinds: tuple[Modality, ...] = ("prohibited", "permitted")
    for kind in kinds:
        if any(cues.modals[word] == kind and len(word) > 1 and word in last for word in sorted(cues.modals)):
            return kind
    return None


@dataclass(slots=True)
class Carry:
    """What one sentence hands on to the next: its subject, and who acts in the list it leads into, in what modality.

    `reach` is where the list ends, None where nothing tells; `conditions` is true in a list of conditions, which says what
    someone must fulfil, and nothing of the document. `since` counts the units since the item began; `bound` is true where
    its opening put a duty on the subject.
    """

    sections: Sequence[Section] = ()
    subject: Doers = ()
    lead_in: Doers = ()
    modality: Modality | None = None
    reach: int | None = None
    conditions: bool = False
    in_article: bool = False
    since: int = 0
    bound: bool = False

    def before(self, text: str, start: int, opening: Opening) -> Doers:
        """Return the subject for a unit at `start` that names none, and forget what ends where the unit begins."""
        self.since += 1
        if self.reach is not None and start >= self.reach:
            self._end_list()
        if opening == "article":
            self.subject = ()
            self._end_list()
            self.in_article = text.lstrip().startswith("第")
            self._begin()
        elif opening:
            self.subject = ()
            self._begin()
            return self.lead_in
        # 要完善…: a duty put on no one named is put on the one named before, in plans too; and an item of a plan that
        # opens with someone's duties goes on with them.
        elided = self.in_article or self.bound or text.lstrip().startswith(_DUTY)
        return (self.subject if elided else ()) or self.lead_in

    def _end_list(self) -> None:
        self.lead_in = ()
        self.modality = None
        self.reach = None
        self.conditions = False

    def _begin(self) -> None:
        self.since = 0
        self.bound = False

    def after(self, text: str, start: int, subject: Doers, cues: Cues, moved: Context | None = None) -> None:
        """Take note of the unit at `start` that has just been read.

        Args:
            subject: its grammatical subject.
            moved: what holds at its end, if that is the deed of someone moved to act (鼓励[企业]开展下列活动：).
        """
        if subject and any(e.type != "Mechanism" for e in subject):
            self.subject = subject
            # 保持稳定，[各省]都要…: what the item opens with is another's.
            opens = "，" not in text[_OPENING : subject[0].start - start]
            self.bound = self.since <= 1 and opens and _BINDING.search(text) is not None
        if text.rstrip().endswith(("：", ":")) and any(w in text for w in cues.lead_ins):
            self.lead_in = moved.doers if moved is not None and moved.doers else self.subject
            if _GIVES.search(text) and not any(GIVER.search(doer.name) for doer in self.lead_in):
                self.lead_in = ()  # 鼓励[企业]发展，给予奖励：they are given what follows
            self.modality = moved.modality if moved is not None else _binding(text, cues)
            self.reach = list_end(self.sections, start, start + len(text))
            self.conditions = _CONDITIONS.search(text) is not None
