"""The component that cuts a document into its units."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from policykg.extract.annotations import UNITS, text_of, write_spans
from policykg.extract.structure.units import split_units


class Units:
    """Write the units into `doc.spans["units"]`."""

    def match(self, doc: Doc) -> list[Span]:
        """Return the units of a document; ends are moved out to whole tokens."""
        units = split_units(text_of(doc))
        spans = (doc.char_span(a, b, label="UNIT", alignment_mode="expand") for a, b in units)
        return [span for span in spans if span is not None]

    def set_annotations(self, doc: Doc, matches: list[Span]) -> None:
        """Store the units."""
        write_spans(doc, UNITS, matches)

    def __call__(self, doc: Doc) -> Doc:
        self.set_annotations(doc, self.match(doc))
        return doc


@Language.factory("policy_units", assigns=["doc.spans"])
def create_units(nlp: Language, name: str) -> Units:
    """Build the `policy_units` component."""
    return Units()
