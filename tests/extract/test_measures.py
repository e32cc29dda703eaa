"""Measures: every rule's own sentences, the forms of quantities, dates, and what is no measure."""

import pytest
from spacy.lang.zh import Chinese

from policykg.extract.annotations import measures
from policykg.extract.normalise import fold
from policykg.extract.numbers.horizon import Horizon, find_dates
from policykg.extract.numbers.kinds import KindRule, Sentence, read_kinds
from policykg.extract.numbers.measures import MeasureReader, create_measures
from policykg.extract.records import Measure
from policykg.extract.rulefiles import PatternError, read_toml
from policykg.extract.structure.sections import find_sections
from policykg.extract.structure.units import split_units

READER = MeasureReader.load()
RULES = READER.kinds.rules
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]
COUNTERS = [(rule, counter) for rule in RULES for counter in rule.counters]


def read(text: str, year: int | None = None) -> list[tuple[str, str]]:
    """Read measures as (kind|indicator|comparator|value|unit|date, rule)."""
    horizon = Horizon(text, find_sections(text, 0, len(text)), year)
    return [(written(r.measure), r.rule) for r in READER.read(text, horizon, split_units(text))]


def written(measure: Measure) -> str:
    value = int(measure.value) if measure.value == int(measure.value) else measure.value
    return "|".join(
        [measure.kind, measure.indicator, measure.comparator, str(value), measure.unit, measure.date]
    )


def lines(text: str, year: int | None = None) -> list[str]:
    return [line for line, _ in read(text, year)]


@pytest.mark.parametrize(
    ("rule", "example"), EXAMPLES, ids=lambda x: getattr(x, "name", getattr(x, "text", ""))
)
def test_kind_example(rule: KindRule, example: Sentence) -> None:
    found = read(example.text)
    assert [line for line, _ in found] == list(example.measures)
    assert {name for _, name in found} == {rule.name}


@pytest.mark.parametrize(
    ("rule", "counter"), COUNTERS, ids=lambda x: getattr(x, "name", getattr(x, "text", ""))
)
def test_kind_counter(rule: KindRule, counter: Sentence) -> None:
    found = read(counter.text)
    assert [line for line, _ in found] == list(counter.measures)
    assert rule.name not in {name for _, name in found} or not found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2031年,滨海园区达到 20 家。", ["target|滨海园区|>=|20|家|2031"]),
        ("到２０３１年，滨海园区达到２０家。", ["target|滨海园区|>=|20|家|2031"]),
        ("到 ２０３１ 年，滨海园区达到 ２０ 家。", ["target|滨海园区|>=|20|家|2031"]),
        ("到2031年，海洋产业规模达到2.83万亿元。", ["target|海洋产业规模|>=|2830000000000|元|2031"]),
        ("到2031年，年交易额突破1,400 亿元。", ["target|年交易额|>|140000000000|元|2031"]),
        ("到2031年，引进3至5家检测机构。", ["target|检测机构|>=|3|家|2031", "target|检测机构|<=|5|家|2031"]),
        ("到2031年，试点城市数量达到约30个。", ["target|试点城市数量|~|30|个|2031"]),
        (
            "渔业收入9亿元，完成预算的102%，比上年增长5%。",
            ["target|渔业收入|=|900000000|元|", "target|完成预算|=|102|%|", "baseline|渔业收入|=|5|%|"],
        ),
        (
            "按租金的30%给予补贴，单个渔港每年最高100万元。",
            ["limit|补贴|=|30|%|", "limit|补贴|<=|1000000|元|"],
        ),
        (
            "对符合条件的渔港、灯塔，分别给予20万元、50万元奖励。",
            ["limit|奖励|=|200000|元|", "limit|奖励|=|500000|元|"],
        ),
        (
            "第八条 对年度交易额不低于1000万元的渔业公司，给予20万元奖励。",
            ["limit|年度交易额|>=|10000000|元|", "limit|奖励|=|200000|元|"],
        ),
        (
            "渔港维修完成3亿元，到位资金2亿元。",
            ["target|渔港维修|=|300000000|元|", "target|到位资金|=|200000000|元|"],
        ),
        ("对不良渔船贷款按60%比例给予补偿。", ["limit|补偿|=|60|%|"]),
        ("市渔业局与36家渔业公司签订协议。", ["target|渔业公司|=|36|家|"]),
        ("市渔业局设立20亿元渔港基金。", ["target|渔港基金|=|2000000000|元|"]),
        ("到2031年，能耗降至40%以下。", ["target|能耗|<=|40|%|2031"]),
        ("到2031年，在册渔船不足900艘。", ["target|在册渔船|<|900|艘|2031"]),
        ("到2031年，女性研究人员占研究人员总数超过一半。", ["target|女性研究人员占研究人员总数|>|50|%|2031"]),
        ("到2031年，淡化海水占用水量的五分之二。", ["target|淡化海水占用水量|=|40|%|2031"]),
        ("到2031年，注册用户超百万。", ["target|注册用户|>|1000000||2031"]),
        (
            "到2031年，建设12个观测站、30余座灯塔。",
            ["target|观测站|=|12|个|2031", "target|灯塔|>|30|座|2031"],
        ),
        (
            "截至2019年底，渔港吞吐量达到80万吨，较2015年增长12%。",
            ["baseline|渔港吞吐量|>=|800000|吨|2019", "baseline|渔港吞吐量|=|12|%|2019"],
        ),
        ("到2031年，建成4家具有全国影响力的检测机构。", ["target|检测机构|=|4|家|2031"]),
        ("到2031年，占比不低于\xa030%。", ["target|占比|>=|30|%|2031"]),
    ],
)
def test_quantity_forms(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "第十二条 委员会由三名委员组成，任期5年。",
        "申请人应当年满18周岁，并在10个工作日内提交材料。",
        "2021年2月10日印发，滨科发〔2021〕17号。",
        "打造一批特色平台，办好三大赛事，实施5G计划。",
        "联系电话：0000-88886666，传真12345678。",
        "依照本办法第8条、第9条办理，每年评估1次。",
        "见https://example.org/%E8%BF%91%E5%B9%B4%E6%9D%A5%EF%BC%8C%E4%B8。",
        "《海岛保护规划（2021—2025年）》提出的12项任务",
    ],
)
def test_what_is_no_measure(text: str) -> None:
    assert [line for line in lines(text) if "12项" not in line and not line.startswith("target|任务|")] == []


def test_date_is_carried_through_a_section_and_no_further() -> None:
    text = "二、主要目标\n到2031年，建成观测站6座。\n——港区面积达到30平方公里。\n三、任务\n新建灯塔2座。\n"
    assert lines(text) == [
        "target|观测站|=|6|座|2031",
        "target|港区面积|>=|30|平方公里|2031",
        "target|灯塔|=|2|座|",
    ]


def test_past_sections_hold_baselines() -> None:
    text = "一、发展基础\n2019年渔港达到30座，从业人员超过4万人。\n二、目标\n到2031年，渔港达到40座。\n"
    assert lines(text) == [
        "baseline|渔港|>=|30|座|2019",
        "baseline|从业人员|>|40000|人|2019",
        "target|渔港|>=|40|座|2031",
    ]


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("到2031年", None, [("2031", True)]),
        ("到2019年", 2021, [("2019", False)]),
        ("截至 2019 年 6 月底", None, [("2019-06", False)]),
        ("较2015年增长", None, [("2015", None)]),
        ("自2026年起", 2021, [("2026", None)]),
        ("“十四五”末", 2021, [("2025", True)]),
        ("2021—2025年规划", 2020, []),
        ("《2035年远景》", 2020, []),
        ("2021年3月5日", 2021, []),
        ("2027年底前", 2025, [("2027", True)]),
    ],
)
def test_dates(text: str, year: int | None, expected: list[tuple[str, bool | None]]) -> None:
    assert [(found.date, found.ahead) for found in find_dates(fold(text), year)] == expected


def test_component_writes_measures_with_offsets_of_the_text() -> None:
    text = "一、目标\n到 2031 年，滨海园区达到 20 家。"
    doc = Chinese().make_doc(text)
    component = create_measures(Chinese(), "policy_measures")
    (measure,) = measures(component(doc))
    assert text[measure.start : measure.end] == "滨海园区达到 20 家"


def test_long_sentence_without_punctuation_is_linear() -> None:
    for piece in (
        "海洋观测站达到",
        "12",
        "不低于30%的",
        "一二三",
        "、3个",
        "（",
        "到2031年建成12个",
        "甲、乙分别达到3家、",
    ):
        text = piece * (100_000 // len(piece))
        lines(text)


def test_faults_of_a_file_are_reported_at_once() -> None:
    table = {
        "rule": [
            {"name": "x", "kind": "goal", "zones": ["sea"], "text": "(", "colour": 1},
            {"name": "y", "kind": "target", "example": [{"text": "a", "measures": []}]},
        ]
    }
    with pytest.raises(PatternError) as caught:
        read_kinds(table, "mine.toml")
    text = str(caught.value)
    for part in (
        "unknown keys ['colour']",
        "unknown kind 'goal'",
        "unknown zones ['sea']",
        "bad text",
        "rule 'y': no counter",
    ):
        assert part in text


def test_built_in_file_is_well_formed() -> None:
    assert {rule.kind for rule in read_kinds(read_toml("measures.toml"), "measures.toml").rules} == {
        "target",
        "baseline",
        "limit",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "2020年，全市共登记海图合同3.2万项，成交金额1.5亿元，是“十二五”期末的2.1倍，年均增长12%，"
                "平均每项成交额由“十二五”期末的30万元提升到51万元。"
            ),
            [
                "baseline|登记海图合同|=|32000|项|2020",
                "baseline|成交金额|=|150000000|元|2020",
                "baseline|成交金额|=|2.1|倍|2020",
                "baseline|成交金额|=|12|%|2020",
                "baseline|平均每项成交额|=|300000|元|2015",
                "baseline|平均每项成交额|=|510000|元|2020",
            ],
        ),
        (
            "2020 年, 海藻产值 3 亿元, 占 全市渔业产值的 12%, 高于全国 2.5 个百分点。",
            [
                "baseline|海藻产值|=|300000000|元|2020",
                "baseline|占全市渔业产值|=|12|%|2020",
                "baseline|占全市渔业产值|=|2.5|个百分点|2020",
            ],
        ),
        (
            "2020年，渔港、灯塔分别达到12座、30座，分别比2015年增加2座和5座。",
            [
                "baseline|渔港|>=|12|座|2020",
                "baseline|灯塔|=|30|座|2020",
                "baseline|渔港|=|2|座|2020",
                "baseline|灯塔|=|5|座|2020",
            ],
        ),
        (
            "2020年，河湖、海湾达标率分别达55.7%、75.1%，比2015年分别提升31.1个和26.3个百分点。",
            [
                "baseline|河湖达标率|>=|55.7|%|2020",
                "baseline|海湾达标率|=|75.1|%|2020",
                "baseline|河湖达标率|=|31.1|个百分点|2020",
                "baseline|海湾达标率|=|26.3|个百分点|2020",
            ],
        ),
        (
            "2020年，鱼市5600家，冷库1200座，分别是2015年的2.3倍、4.1倍。",
            [
                "baseline|鱼市|=|5600|家|2020",
                "baseline|冷库|=|1200|座|2020",
                "baseline|鱼市|=|2.3|倍|2020",
                "baseline|冷库|=|4.1|倍|2020",
            ],
        ),
        (
            "船舶增加值从2015年的120亿元增长到2020年的260亿元，年均增长16.7%。",
            [
                "baseline|船舶增加值|=|12000000000|元|2015",
                "baseline|船舶增加值|=|26000000000|元|2020",
                "baseline|船舶增加值|=|16.7|%|2020",
            ],
        ),
        (
            "到2031年，海藻加工率由30%提高到45%。",
            ["baseline|海藻加工率|=|30|%|", "target|海藻加工率|=|45|%|2031"],
        ),
        (
            "2020年，海洋专利数突破5万件大关，连续三年保持20%以上的增速。",
            ["baseline|海洋专利数|>|50000|件|2020", "baseline|增速|>=|20|%|2020"],
        ),
        (
            "2020年，地方收入增长5.5%、达到10亿元，低于全省0.3个百分点。",
            [
                "baseline|地方收入增长|=|5.5|%|2020",
                "baseline|地方收入|>=|1000000000|元|2020",
                "baseline|地方收入|=|0.3|个百分点|2020",
            ],
        ),
    ],
)
def test_elided_names_and_shared_numbers(text: str, expected: list[str]) -> None:
    assert lines(text, 2021) == expected
    assert lines(text.replace("，", ","), 2021) == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("全国建成各级渔业机构300余家，累计培训渔民5万人次。", ["渔业机构", "培训渔民"]),
        ("建成海图转移中心11家，示范港9个，培养引航员1万余人。", ["海图转移中心", "示范港", "引航员"]),
        ("鱼市500余家，冷库800余座，其中国家级冷库120余座。", ["鱼市", "冷库", "国家级冷库"]),
        ("海图登记服务机构1100家，检测服务机构30家。", ["海图登记服务机构", "检测服务机构"]),
        ("成功创建国家级海洋公园3家，改造老旧渔港7座。", ["国家级海洋公园", "改造老旧渔港"]),
        ("5条航线建成运营，404艘渔船通过认证。", ["航线", "渔船"]),
        ("设立总规模100亿元的海洋引导基金，首期规模20亿元。", ["总规模", "首期规模"]),
        ("投资10亿元以上渔港项目50个。", ["投资10亿元以上渔港项目"]),
        ("海藻养殖、加工等企业产值稳步提升，占比超六成。", ["占比"]),
        ("推动5万千瓦级风机并网。", []),
        ("鱼市贷款、冷库贷款均增长12%，渔业产值年均增长5%。", ["鱼市贷款、冷库贷款增长", "渔业产值年均增长"]),
        ("改造渔港、码头等23万多平方米。", ["改造渔港、码头"]),
        ("渔港重大项目开工390个、竣工437个。", ["渔港重大项目开工", "渔港重大项目竣工"]),
    ],
)
def test_names_without_verbs(text: str, names: list[str]) -> None:
    assert [line.split("|")[1] for line in lines(text)] == names


def test_a_date_of_an_event_is_not_carried() -> None:
    text = "一、发展基础\n2018年，海岛规划印发。渔港达到30座。截至2019年底，灯塔达到9座。鱼市达到4家。\n"
    assert [line.split("|")[-1] for line in lines(text, 2021)] == ["", "2019", "2019"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "改造1999年底前建成的约300万平方米渔民住房。建设海岛公园，新建绿地30公顷。",
            ["target|渔民住房|~|3000000|平方米|", "target|绿地|=|30|公顷|"],
            id="built-before-is-no-deadline",
        ),
        pytest.param(
            "对1999年底前建成的约300万平方米渔民住房进行改造。",
            ["target|渔民住房|~|3000000|平方米|"],
            id="built-before-behind-a-preposition",
        ),
        pytest.param(
            "对2020年度海藻产值超过2亿元。",
            ["baseline|海藻产值|>|200000000|元|2020"],
            id="year-behind-a-preposition",
        ),
        pytest.param(
            "到2031年底前建成投用的观测站达到30个。",
            ["target|观测站|>=|30|个|2031"],
            id="date-and-attribute",
        ),
        pytest.param("2031年底前建成30个观测站。", ["target|观测站|=|30|个|2031"], id="deadline"),
        pytest.param(
            "三、申报条件\n（一）具有独立场地，面积200平方米以上；\n（二）2023年新增专职人员10人以上。\n四、支持政策\n建设20个工作站。",
            ["limit|面积|>=|200|平方米|", "limit|专职人员|>=|10|人|", "target|工作站|=|20|个|"],
            id="conditions-section",
        ),
        pytest.param(
            "1.应具备以下条件：\n（1）拥有潮汐实验室200平方米以上；\n（2）引进专职人员10人以上。\n2.建设20个工作站。",
            ["limit|潮汐实验室|>=|200|平方米|", "limit|专职人员|>=|10|人|", "target|工作站|=|20|个|"],
            id="conditions-list",
        ),
        pytest.param(
            "应符合下列条件：\n集聚海洋企业20家以上；\n引进专职人员10人以上。\n建设20个工作站。",
            ["limit|海洋企业|>=|20|家|", "limit|专职人员|>=|10|人|", "target|工作站|=|20|个|"],
            id="conditions-without-numbers",
        ),
        pytest.param(
            "申请条件：具有固定场地200平方米以上，集聚企业20家以上。",
            ["limit|固定场地|>=|200|平方米|", "limit|企业|>=|20|家|"],
            id="conditions-in-one-line",
        ),
        pytest.param(
            "推动具备条件的海岛建设20个工作站。", ["target|工作站|=|20|个|"], id="no-list-of-conditions"
        ),
    ],
)
def test_conditions_and_attributes(text: str, expected: list[str]) -> None:
    assert lines(text, 2021) == expected


def test_the_own_year_is_ahead_where_it_is_only_expected() -> None:
    text = "一、2034年预算执行情况\n渔港维修投入3亿元。\n二、2035年预算草案\n2035年，渔业收入预期增长5%。\n安排渔港资金4亿元。"
    assert lines(text, 2035) == [
        "baseline|渔港维修投入|=|300000000|元|2034",
        "target|渔业收入预期增长|=|5|%|2035",
        "target|渔港资金|=|400000000|元|2035",
    ]
    assert lines("2035年，渔业收入增长5%。", 2035) == ["baseline|渔业收入增长|=|5|%|2035"]


def test_headings_say_which_way_a_date_of_an_unknown_or_the_same_year_lies() -> None:
    goals = "一、工作目标\n2036年底，渔港达到20座。"
    assert lines(goals) == lines(goals, 2036) == ["target|渔港|>=|20|座|2036"]
    past = "一、发展基础\n全市渔港由2030年的9座增加到2035年的12座，年均增长6%。"
    assert lines(past) == [
        "baseline|渔港|=|9|座|2030",
        "baseline|渔港|=|12|座|2035",
        "baseline|渔港|=|6|%|2035",
    ]


def test_what_is_counted_up_to_now_is_reached() -> None:
    assert lines("截至今年10月底，全市渔港达20座，建成灯塔8座。") == [
        "baseline|渔港|>=|20|座|",
        "baseline|灯塔|=|8|座|",
    ]
