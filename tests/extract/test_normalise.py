"""Widths, numerals and dates."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policykg.extract.normalise import fold, parse_date, parse_number, squeeze


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", "20"),
        ("２０", "20"),
        ("1,400 亿", "140000000000"),
        ("2.83万亿", "2830000000000"),
        ("3000万", "30000000"),
        ("5百", "500"),
        ("三十四", "34"),
        ("两百", "200"),
        ("一百五十", "150"),
        ("五万", "50000"),
        ("〇", "0"),
    ],
)
def test_numbers(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "约20", "20家", "百分之五", "二〇年"])
def test_no_whole_numeral(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021年2月10日", "2021-02-10"),
        ("二〇二一年二月十日", "2021-02-10"),
        ("二○二一年十二月三十一日", "2021-12-31"),
        ("2021 年 2 月 10 日印发", "2021-02-10"),
        ("2021-02-10", "2021-02-10"),
        ("2021.2.10", "2021-02-10"),
        ("2021年2月", ""),
        ("2021年13月40日", ""),
    ],
)
def test_dates(text: str, date: str) -> None:
    assert parse_date(text) == date


@given(st.text())
def test_fold_keeps_every_offset_and_is_idempotent(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_squeeze_leaves_no_white_space(text: str) -> None:
    assert not any(char.isspace() for char in squeeze(text))
    assert squeeze(squeeze(text)) == squeeze(text)


@given(st.integers(min_value=1, max_value=999_999))
def test_grouped_digits_read_as_the_plain_number(number: int) -> None:
    assert parse_number(f"{number:,}") == parse_number(str(number)) == Decimal(number)
