"""The words that cut the names of indicators out of a sentence."""

import re
from collections.abc import Mapping
from typing import Any

from policykg.extract.numbers.quantities import QuantityReader
from policykg.extract.rulefiles import any_of


class IndicatorWords:
    """The words that cut names out of a sentence, read from a pattern file."""

    def __init__(self, table: Mapping[str, Any], quantities: QuantityReader) -> None:
        words: Mapping[str, list[str]] = table["words"]
        units: Mapping[str, list[str]] = table["units"]
        self.signs = quantities.before
        self.lasting = re.compile(f"(?:{any_of(units['lasting'])})$")
        self.procedure = re.compile(any_of(units["procedure"]))
        self.tail = re.compile(f"(?:{any_of(words['tail'])})$")
        self.after = re.compile(rf"(?:{any_of(words['after'])})(?![用命得业事严而优握关来近军中年])")
        self.lead = re.compile(f"(?:{any_of(words['lead'])})(?![性型利位账])")
        adverb, does = f"(?:{any_of(words['adverb'])})", any_of([*words["act"], *words["event"]])
        founds = f"(?:{any_of([*words['make'], *words['found']])})"
        joined = f"{founds}(?:(?:、|和|及|并|或)?(?:{founds}|改造|提升|改建|扩建)){{0,2}}了?"
        self.make = re.compile(f"{adverb}{{0,3}}{joined}")
        #: A verb inside a name: what is made stands behind it, what is done begins with it (`done`).
        self.acted = re.compile(
            f"{adverb}{{1,3}}(?:{joined}|(?P<done>{does}))|(?:{any_of(words['found'])})(?:(?:、|和|及)?(?:改造|提升|改建|扩建)){{0,2}}了?|(?P<done2>{any_of(words['event'])})"
        )
        acts = any_of([*words["act"], *words["make"], *words["event"], *words["found"]])
        self.acts = re.compile(acts)
        self.acts_end = re.compile(f"(?<=..)(?:{acts})$")
        #: What is founded with a sum stands behind the sum: 设立2亿元基金.
        self.founds = re.compile(f"(?:{any_of(words['found'])})了?$")
        self.predicate = re.compile(any_of(words["predicate"]))
        self.stop = re.compile(f"{any_of(words['stop'])}|、(?=(?:{any_of(words['make'])}))")
        self.made = re.compile(f"(?:{any_of(words['made'])})$")
        self.praise = re.compile(any_of(words["praise"]))
        self.quality = re.compile(f"(?:{any_of(words['quality'])})$")
        self.grant = re.compile(any_of(words["grant"]))
        self.given = re.compile(
            rf"(?:给予|予以|获得|提供|最高|不超过)([^,;。的、\0]{{0,8}}?(?:{any_of(words['grant'])}))(?:最高)?$"
        )
        self.granted = re.compile(
            rf"(?:的?比例)?(?:给予|予以|用于)?的?([^,。;的、和并\0]{{0,10}}?(?:{any_of(words['grant'])}|支持(?=$|[,、。;])))"
        )
        self.not_counted = re.compile(any_of(words["not_counted"]))
        self.not_before = re.compile(rf"(?:{any_of(words['not_before'])})\s?$")
        self.change = re.compile(
            rf"(?:{any_of(words['against'])})(?![重率例较])[^,;。]{{0,12}}?(?:{any_of(words['change'])})(?:了|到|至)?$"
        )
        far = [word for word, sign in quantities.before.items() if len(word) > 1 and sign != "="]
        self.far = re.compile(any_of(far))
