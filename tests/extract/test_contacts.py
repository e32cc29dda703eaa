"""Contact lines are found, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policykg.extract.structure.contacts import contact_spans, without_contacts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "现印发给你们。\n联系人及电话:规划处 某 某,010-50000000\n青川市科技局",
            ["联系人及电话:规划处 某 某,010-50000000"],
        ),
        (
            "联 系 人：某某某\n电    话：（0571）80000000转801\n",
            ["联 系 人：某某某", "电    话：（0571）80000000转801"],
        ),
        ("地址：南山市云岭区北京东路39号\n", ["地址：南山市云岭区北京东路39号"]),
        ("某某某, 010-50000000\n", ["某某某, 010-50000000"]),
        ("联络方式 青川市科技局：65000000\n", ["联络方式 青川市科技局：65000000"]),
        ("联系人：\n规划处某某\n第一条 本办法自公布之日起施行。\n", ["联系人：\n规划处某某"]),
        ("（联系人：某某；联系电话：13800000000）\n", ["（联系人：某某；联系电话：13800000000）"]),
        ("电子邮箱：a.b@example.invalid\n", ["电子邮箱：a.b@example.invalid"]),
        (
            "市科技局管理创新券" * 12 + "。咨询电话：010-50000000。市财政局安排经费。",
            ["咨询电话：010-50000000"],
        ),
    ],
)
def test_contact_lines(text: str, found: list[str]) -> None:
    spans = contact_spans(text)
    assert [part for a, b in spans for part in text[a:b].strip("\n").split("\n")] == [
        part for line in found for part in line.split("\n")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "服务机构应当公布联系人和联系电话，建立联络员制度。",
        "青科发〔2031〕12345678号\n2031-04-05\n20310405\n",
        "投资 35000000元，建成基地 20000000 个。",
        "企业可以通过电话、邮箱提出申请。",
        "第一条 国家鼓励创新。\n（一）支持手机、汽车等产业：加快发展。\n",
    ],
)
def test_what_is_policy_stays(text: str) -> None:
    assert contact_spans(text) == ()


@given(
    st.text(alphabet="联系人电话：:0123456789-@.a\n。（）某局 ", max_size=80),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_spans_are_ordered_and_offsets_stay(text: str, head: int, tail: int) -> None:
    start, end = min(head, len(text)), max(min(head, len(text)), len(text) - tail)
    spans = contact_spans(text, start, end)
    assert [*spans] == sorted(spans)
    assert all(start <= a < b <= end for a, b in spans)
    blank = without_contacts(text, start, end)
    assert len(blank) == end - start
    assert all(a == b or a == "\n" for a, b in zip(blank, text[start:end], strict=True))


def test_long_lines_take_no_time() -> None:
    assert contact_spans("市" * 200_000 + "1" * 100_000) == ()
    assert len(contact_spans("电话：010-50000000；" * 5_000)) > 1
