"""Plain text and Markdown."""

import re

from policykg.extract.normalise import has_sentence
from policykg.extract.readers.encoding import Decoded, decode, first_fault
from policykg.extract.readers.furniture import strip_furniture
from policykg.extract.readers.source import DEFAULT_LIMITS, Limits, ReadError, over_limit
from policykg.extract.readers.wrapping import unwrap
from policykg.extract.records import ReaderText

_HAN = re.compile(r"[\u3400-\u9fff]")
#: So many Chinese characters are a text even where no sentence ends (a list, a table).
_ENOUGH = 60


def read_plain(data: bytes, source: str, limits: Limits = DEFAULT_LIMITS) -> ReaderText:
    """Read a plain text or Markdown file.

    Raises:
        ReadError: the bytes are no text, are in mixed encodings, hold no Chinese sentence or are more than the limit.
    """
    decoded = decode_text(data, source)
    if not decoded.text.strip():
        raise ReadError(source, "the file is empty", "check that it was saved or downloaded whole")
    made = strip_furniture(
        decoded.text, source=source, metadata=(("format", "text"), *encoding_data(decoded))
    )
    return checked(unwrap(made), limits)


def decode_text(data: bytes, source: str, declared: str = "") -> Decoded:
    """Decode a text.

    Raises:
        ReadError: the bytes are no text, or are in more than one encoding; the text names the byte.
    """
    if decoded := decode(data, declared):
        return decoded
    if fault := first_fault(data):
        name, at, after = fault
        then = f"{after} from there" if after else "no text there"
        raise ReadError(
            source,
            f"the encodings are mixed: {name} up to byte {at} (0x{data[at]:02x}), {then}",
            "save the whole file as UTF-8 and give that",
        )
    raise ReadError(
        source, "this is not a text file", "give a text, or save the document as UTF-8 text first"
    )


def encoding_data(decoded: Decoded) -> tuple[tuple[str, str], ...]:
    """Return what metadata says about a decoding; `damaged` holds the byte of the first unreadable place."""
    damage = () if decoded.damage is None else (("damaged", str(decoded.damage)),)
    return (("encoding", decoded.encoding), *damage)


def checked(made: ReaderText, limits: Limits) -> ReaderText:
    """Return a text that has Chinese sentences and is within the limit.

    Raises:
        ReadError: it has none, or is longer.
    """
    if len(made.text) > limits.characters:
        raise over_limit(
            made.source,
            f"its text has {len(made.text)} characters, more than the limit of {limits.characters}",
            "characters",
        )
    if not has_sentence(made.text, least=4) and len(_HAN.findall(made.text)) < _ENOUGH:
        raise ReadError(
            made.source, "there is no policy text in it (no Chinese sentence)", "give the document's own text"
        )
    return made
