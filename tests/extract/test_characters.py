"""Tokens are characters, as in spaCy's own tokenizer for Chinese."""

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from policykg.extract.annotations import text_of
from policykg.extract.characters import CharacterTokenizer

_OTHER = spacy.blank("zh")
_OURS = CharacterTokenizer(_OTHER.vocab)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="甲乙a1，。 \n\t\u3000\xa0\u2003", max_size=16))
def test_same_tokens_as_spacy(text: str) -> None:
    ours, other = _OURS(text), _OTHER.make_doc(text)
    assert [(t.text, t.whitespace_, t.idx) for t in ours] == [(t.text, t.whitespace_, t.idx) for t in other]
    assert ours.text == text_of(ours) == text_of(other) == text
