"""Characters as tokens: no segmenter may lose a name, and offsets in characters stay the currency everywhere."""

import re

from spacy.tokens import Doc
from spacy.vocab import Vocab

from policykg.extract.annotations import keep_text

_WHITE = re.compile(r"(\s+)")


class CharacterTokenizer:
    """Makes each character a token, and each run of white space one; a single space belongs to the character before it.

    These are the tokens of spaCy's own tokenizer for Chinese, whose time grows with the square of the text's length.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        followed: list[int] = []  # the tokens behind which a space stands
        for place, run in enumerate(_WHITE.split(text)):
            if place % 2 == 0:
                words.extend(run)
                continue
            if words and run[0] == " ":
                followed.append(len(words) - 1)
                run = run[1:]
            if run:
                words.append(run)
        spaces = [False] * len(words)
        for token in followed:
            spaces[token] = True
        return keep_text(Doc(self.vocab, words=words, spaces=spaces), text)
