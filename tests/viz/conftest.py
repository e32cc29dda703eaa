"""Invented graphs in the shape that `kg` projects, and one browser for all tests of the page."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from policykg.viz.html import write_html

BASE = "https://w3id.org/policykg/id/"

DOCUMENTS = (
    ("云川省星火实验基地建设办法(试行)", "云科发〔2031〕8号", "2031-03-02", "办法"),
    ("云川省“十六五”概念产业规划", "云政发〔2030〕21号", "2030-12-18", "规划"),
    ("青屿市促进成果转化行动方案", "青政办〔2031〕40号", "2031-06-30", "行动方案"),
    ("云川省科学技术委员会关于开展深海场景试点的通知", "云科函〔2032〕5号", "2032-01-15", "通知"),
)
BODIES = [
    "云川省科学技术委员会",
    "云川省财政厅",
    "青屿市人民政府",
    "青屿市科学技术局",
    "云川省人民政府",
    "高等学校",
    "科研院所",
    "科技型中小企业",
    "金融机构",
    "星火实验基地理事会",
    "云川省审计厅",
    "青屿市财政局",
    "第三方评估机构",
    "技术转移机构",
    "云川大学",
    "青屿技术交易所",
    "行业协会",
    "新型研发机构",
    "省有关部门",
    "县级人民政府",
    "龙头企业",
    "专家咨询委员会",
    "云川省教育厅",
    "青屿市税务局",
    "云川省市场监督管理局",
    "创新联合体",
    "青屿市数据局",
    "保险机构",
    "天使投资人联盟",
    "云川省人力资源和社会保障厅",
]
PROGRAMS = [
    "星火实验基地",
    "概念验证中心",
    "深海应用场景试点",
    "云川省重点研发计划",
    "青屿高新区",
    "大学科技园",
    "成果转化示范区",
    "中试平台",
    "未来工厂建设行动",
    "海岸带数字孪生工程",
    "众创空间",
    "科技企业孵化器",
    "国际技术转移大会",
    "创新挑战赛",
    "青年学者培育计划",
    "先进材料中试基地",
    "职务成果赋权试点",
    "县域创新驱动行动",
    "深空观测站",
    "低碳园区建设工程",
    "智慧渔港示范场景",
    "百企上云行动",
    "跨境技术交易平台",
    "云川科学城",
]
MECHANISMS = [
    "引导基金",
    "后补助",
    "绩效评估",
    "年度报告制度",
    "风险补偿",
    "科技创新券",
    "揭榜挂帅",
    "知识产权质押融资",
    "投贷联动",
    "负面清单",
    "沙盒监管",
    "动态调整机制",
    "研发费用加计扣除",
    "科技保险",
    "经费包干制",
    "理事会决策制",
    "首席科学家负责制",
    "成果评价机制",
    "需求清单",
    "容错免责机制",
    "政府采购首购制度",
    "并购贷款",
    "协同会商机制",
    "信用承诺制",
    "税收优惠",
    "人才积分制",
    "设备共享制度",
    "预期引导",
    "赛马制",
    "里程碑考核",
    "专家论证制度",
    "同行评议",
    "技术合同登记",
    "场地租金减免",
    "联合招标制度",
    "数据分级分类管理制度",
]
TARGETS = [
    "星火实验基地达到12家",
    "技术合同成交额突破900亿元",
    "研发人员比例不低于65%",
    "孵化面积达到40万平方米",
    "建成概念验证中心30个",
    "成果转化率提高到35%",
    "深海应用场景不少于18个",
    "科技型中小企业超过6000家",
    "高价值发明专利拥有量年均增长10%以上",
    "制度体系基本完备",
    "形成可复制可推广的经验做法",
]
CITED = [
    "科学技术进步条例",
    "数据安全管理规定",
    "云川省促进科技成果转化条例",
    "预算管理办法",
    "专利权质押登记细则",
]

VERBS = {
    "supervises": ("Body", "Program", "负责对{o}的监督管理和业务指导", "监督管理"),
    "manages": ("Body", "Program", "承担{o}的日常管理", "日常管理"),
    "evaluates": ("Body", "Program", "每三年组织专家对{o}开展综合评估", "评估"),
    "approves": ("Body", "Program", "按程序审核后批准设立{o}", "批准"),
    "recommends": ("Body", "Program", "择优推荐{o}参加遴选", "推荐"),
    "delegates": ("Body", "Body", "可以委托{o}承担具体事务", "委托"),
    "reportsTo": ("Body", "Body", "于每年一月底前将工作情况报{o}备案", "报"),
    "coordinatesWith": ("Body", "Body", "会同{o}制定年度计划", "会同"),
    "establishes": ("Program", "Mechanism", "应当建立健全{o}，明确职责分工", "建立健全"),
    "funds": ("Mechanism", "Program", "通过择优方式给予{o}经费支持", "经费支持"),
    "supports": ("Body", "Body", "鼓励和支持{o}参与建设", "支持"),
    "employs": ("Program", "Mechanism", "探索实行{o}，提高资金使用效益", "实行"),
    "appliesTo": ("Mechanism", "Body", "面向{o}实施，期限不超过三年", "面向"),
    "hasTarget": ("Program", "Target", "到2035年，{o}", "到2035年"),
    "partOf": ("Program", "Program", "是{o}的组成部分", "组成部分"),
    "issues": ("Body", "Document", "现将《{o}》印发给你们，请遵照执行", "印发"),
    "cites": ("Document", "Document", "根据《{o}》等有关规定，制定本办法", "根据"),
}
MODALITIES = {
    "supports": "encouraged",
    "employs": "exploratory",
    "delegates": "permitted",
    "issues": "stated",
}
BROWSER_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--hide-scrollbars",
    "--window-size=1400,900",
)


def policy_graph(relations: int = 330) -> "nx.MultiDiGraph[str]":
    """A graph of about 110 entities, some much better connected than others."""
    chance = random.Random(5)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="云川省政策知识图谱")
    graph.graph["documents"] = [
        {"iri": f"{BASE}document/{t}", "title": t, "number": n, "date": d, "kind": k, "source": f"{at}.txt"}
        for at, (t, n, d, k) in enumerate(DOCUMENTS)
    ]
    titles = [title for title, *_ in DOCUMENTS]
    names: dict[str, list[str]] = {
        "Body": BODIES,
        "Program": PROGRAMS,
        "Mechanism": MECHANISMS,
        "Target": TARGETS,
        "Document": [*titles, *CITED],
    }
    for kind, listed in names.items():
        for name in listed:
            mentioned = tuple(sorted(chance.sample(titles, chance.choice((1, 1, 2, 3)))))
            extra: dict[str, Any] = {}
            if name in titles:
                _, number, date, genre = DOCUMENTS[titles.index(name)]
                extra = {"number": number, "date": date, "kind": genre, "built": True}
            elif kind == "Document":
                extra = {"built": False}
            if kind == "Target":
                extra["measures"] = (
                    {
                        "kind": "target",
                        "indicator": name[:6],
                        "comparator": ">=",
                        "value": "12",
                        "unit": "家",
                        "date": "2035",
                    },
                )
            aliases = ("云川省科委", "省科委") if name == BODIES[0] else ()
            graph.add_node(
                f"{BASE}{kind.lower()}/{name}",
                label=name,
                type=kind,
                aliases=aliases,
                documents=mentioned,
                mentions=chance.randint(1, 40),
                **extra,
            )
    for at in range(relations):
        verb = chance.choice(list(VERBS))
        subject_type, object_type, clause, trigger = VERBS[verb]
        subject = names[subject_type][int(len(names[subject_type]) * chance.random() ** 2.2)]
        target = names[object_type][int(len(names[object_type]) * chance.random() ** 1.7)]
        if subject == target:
            continue
        quote = f"{subject}{clause.format(o=target)}"
        start = quote.index(trigger)
        graph.add_edge(
            f"{BASE}{subject_type.lower()}/{subject}",
            f"{BASE}{object_type.lower()}/{target}",
            key=f"{BASE}document/d#r{at}",
            predicate=verb,
            modality=MODALITIES.get(verb, "required"),
            document=chance.choice(titles),
            quote=quote + "。",
            prefix="为规范管理，",
            suffix="具体办法另行制定。",
            provision=f"第{chance.choice('一二三四五六七八九')}条",
            page=chance.choice((None, 3, 12)),
            start=at * 50,
            end=at * 50 + len(quote),
            trigger=(start, start + len(trigger)),
            rule=f"frame-{verb}",
            confidence=0.9,
            subject_quote=subject if at % 2 else None,
            subject_provision="第一条" if at % 2 else None,
        )
    return graph


def large_graph(size: int = 5000) -> "nx.MultiDiGraph[str]":
    """A graph of `size` entities with a few hubs, three relations an entity."""
    chance = random.Random(3)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="大图")
    kinds = ("Body", "Program", "Mechanism")
    for at in range(size):
        graph.add_node(
            f"x{at}", label=f"第{at}号机构", type=kinds[at % 3], aliases=(), documents=("甲办法",), mentions=1
        )
    for at in range(size * 3):
        a, b = int(size * chance.random() ** 3), chance.randrange(size)
        if a != b:
            graph.add_edge(
                f"x{a}",
                f"x{b}",
                key=f"r{at}",
                predicate="supports",
                modality="stated",
                document="甲办法",
                quote=f"第{at}句。",
            )
    return graph


@pytest.fixture(scope="session")
def graph() -> "nx.MultiDiGraph[str]":
    return policy_graph()


@pytest.fixture(scope="session")
def big() -> "nx.MultiDiGraph[str]":
    return large_graph()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A headless Chromium that records every request; CI must have it."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium and chromedriver are missing: CI needs them for the page's tests")
        pytest.skip("chromium and chromedriver are missing: the page is not tested")
    options = Options()
    options.binary_location = chromium
    for flag in (*BROWSER_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a graph's page, each only once."""
    folder = tmp_path_factory.mktemp("pages")
    written: dict[tuple[int, str], tuple[Path, object]] = {}

    def write(graph: "nx.MultiDiGraph[str]", **options: Any) -> Path:
        key = (id(graph), repr(options))
        if key not in written:
            page = folder / f"graph-{len(written)}.html"
            write_html(graph, page, **options)
            written[key] = (page, graph)
        return written[key][0]

    return write


@pytest.fixture
def opened(browser: webdriver.Chrome, pages: Callable[..., Path]) -> Callable[..., webdriver.Chrome]:
    """Open a graph's page from disk; gives the browser once the page is ready."""

    def open_page(graph: "nx.MultiDiGraph[str]", fragment: str = "", **options: Any) -> webdriver.Chrome:
        page = pages(graph, **options)
        browser.get("about:blank")
        for kind in ("performance", "browser"):
            browser.get_log(kind)
        browser.get(page.as_uri() + fragment)
        assert browser.execute_script("return document.body.classList.contains('ready')")
        return browser

    return open_page
