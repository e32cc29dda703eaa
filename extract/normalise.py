"""Widths, numerals and dates: pure functions, text in, value out."""

import re
from decimal import Decimal
from importlib.resources import files

import cn2an

_PAIRS = files("policykg.extract.data.characters").joinpath("traditional.tsv").read_text(encoding="utf-8")
_SIMPLER = {line[0]: line[2] for line in _PAIRS.splitlines()[1:]}
# Length-preserving, so that offsets hold: full-width ASCII, and the punctuation that one text has in two widths.
_FOLD = (
    _SIMPLER
    | {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}
    | {"\u3000": " ", "〔": "[", "〕": "]"}
)
# Few characters need another: looking for those is many times quicker than str.translate, which looks up every one.
_TO_SIMPLIFY = re.compile(f"[{''.join(_SIMPLER)}]")
_TO_FOLD = re.compile(f"[{''.join(map(re.escape, _FOLD))}]")
_WIDE_DIGIT = re.compile("[\uff10-\uff19]")


def simplify(text: str) -> str:
    """Replace traditional characters by simplified ones; the length stays the same.

    Example:
        >>> simplify("創新條例")
        '创新条例'
    """
    return _TO_SIMPLIFY.sub(lambda found: _SIMPLER[found[0]], text)


def fold(text: str) -> str:
    """Fold full-width letters, digits and punctuation to half width, and traditional characters to simplified ones.

    The length stays the same.

    Example:
        >>> fold("（２０２１）")
        '(2021)'
    """
    return _TO_FOLD.sub(lambda found: _FOLD[found[0]], text)


def narrow_digits(text: str) -> str:
    """Fold full-width digits to half width; the length stays the same.

    Example:
        >>> narrow_digits("国发〔２０２１〕３号")
        '国发〔2021〕3号'
    """
    return _WIDE_DIGIT.sub(lambda found: chr(ord(found[0]) - 0xFEE0), text)


def squeeze(text: str) -> str:
    """Remove all white space, as a canonical name has none."""
    return "".join(text.split())


_POWERS = {
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
}
_ARABIC = re.compile(r"(\d[\d,，]*(?:\.\d+)?)\s*(万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)?")


def parse_number(text: str) -> Decimal:
    """Read one numeral, Arabic (with 万, 亿 …) or Chinese.

    Args:
        text: the numeral alone, e.g. "2.83万亿", "1,400 亿", "三十四"; no unit.
    Raises:
        ValueError: `text` is not one whole numeral.
    Example:
        >>> parse_number("3000万")
        Decimal('30000000')
    """
    folded = squeeze(fold(text))
    if match := _ARABIC.fullmatch(folded):
        number = Decimal(match[1].replace(",", ""))
        return number * 10 ** _POWERS[match[2]] if match[2] else number
    return Decimal(str(cn2an.cn2an(folded.replace("两", "二").replace("〇", "零"), "smart")))


_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DATE = re.compile(
    r"(\d{4}|[〇零○一二三四五六七八九]{4})\s*[年.\-/]\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*[月.\-/]\s*"
    r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日?"
)


def parse_date(text: str) -> str:
    """Read the first full date of a text as ISO 8601; "" where there is none.

    Example:
        >>> parse_date("二〇二一年二月十日")
        '2021-02-10'
    """
    for match in _DATE.finditer(fold(text)):
        year = int(match[1].translate(_DIGITS))
        month, day = int(parse_number(match[2])), int(parse_number(match[3]))
        if 1 <= month <= 12 and 1 <= day <= 31:
            return f"{year:04d}-{month:02d}-{day:02d}"
    return ""


_STOP = re.compile(r"[。；;！？]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def has_sentence(text: str, start: int = 0, end: int | None = None, *, least: int = 6) -> bool:
    """Whether text[start:end) holds the end of a Chinese sentence with at least so many characters before it.

    Example:
        >>> has_sentence("国家鼓励企业创新。"), has_sentence("第一章 总则")
        (True, False)
    """
    end = len(text) if end is None else end
    for stop in _STOP.finditer(text, start, end):
        # Looking back is bounded, so that the search stays linear; a sentence's last words are enough to tell one.
        opening = max(start, stop.start() - 4 * least)
        opening = max(opening, text.rfind("\n", opening, stop.start()) + 1)
        if len(_HAN.findall(text, opening, stop.start())) >= least:
            return True
    return False
