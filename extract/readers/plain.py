"""Plain text and Markdown."""

import re

from policykg.extract.normalise import has_sentence
from policykg.extract.readers.encoding import decode
from policykg.extract.readers.furniture import strip_furniture
from policykg.extract.readers.source import ReadError
from policykg.extract.records import ReaderText

_HAN = re.compile(r"[\u3400-\u9fff]")
#: So many Chinese characters are a text even where no sentence ends (a list, a table).
_ENOUGH = 60


def read_plain(data: bytes, source: str) -> ReaderText:
    """Read a plain text or Markdown file.

    Raises:
        ReadError: the bytes are no text, or the text holds no Chinese sentence.
    """
    decoded = decode(data)
    if decoded is None:
        raise ReadError(
            source, "this is not a text file", "give a text, or save the document as UTF-8 text first"
        )
    text, encoding = decoded
    if not text.strip():
        raise ReadError(source, "the file is empty", "check that it was saved or downloaded whole")
    made = strip_furniture(text, source=source, metadata=(("format", "text"), ("encoding", encoding)))
    if not has_sentence(made.text, least=4) and len(_HAN.findall(made.text)) < _ENOUGH:
        raise ReadError(
            source, "there is no policy text in it (no Chinese sentence)", "give the document's own text"
        )
    return made
