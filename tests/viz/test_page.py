"""The page in a real browser: what a reader sees and does, and that nothing leaves it."""

import json
import re
from collections.abc import Callable
from typing import Any

import networkx as nx
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

Open = Callable[..., Chrome]
HUB = "云川省科学技术委员会"


def requested(browser: Chrome) -> list[str]:
    """Addresses asked for since the page was opened."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def complaints(browser: Chrome) -> list[str]:
    """Errors, blocked scripts and blocked styles."""
    return [entry["message"] for entry in browser.get_log("browser")]


def text(browser: Chrome, selector: str) -> str:
    return str(browser.execute_script("return document.querySelector(arguments[0]).innerText", selector))


def click(browser: Chrome, selector: str) -> None:
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)


def find(browser: Chrome, name: str, field: str = "find") -> None:
    box = browser.find_element(By.ID, field)
    box.clear()
    box.send_keys(name, Keys.ENTER)


def spot(browser: Chrome, name: str) -> tuple[int, int]:
    """Where an entity is drawn, in pixels from the middle of the picture."""
    x, y = browser.execute_script(
        """const id = model.named(arguments[0]);
        const at = network.canvasToDOM(network.getPosition(`n${id}`));
        const frame = document.getElementById("mynetwork");
        return [at.x - frame.clientWidth / 2, at.y - frame.clientHeight / 2];""",
        name,
    )
    return round(x), round(y)


def mouse(browser: Chrome, at: tuple[int, int]) -> ActionChains:
    return ActionChains(browser, duration=0).move_to_element_with_offset(
        browser.find_element(By.ID, "mynetwork"), *at
    )


def settled(browser: Chrome, condition: Callable[[Chrome], Any]) -> None:
    WebDriverWait(browser, 5, poll_frequency=0.05).until(condition)


def test_no_request_and_no_complaint(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    find(browser, HUB)
    for button in ("#expand", "#to-all", "#to-tidy", "#to-start", "#language", "#tab-path"):
        click(browser, button)
    addresses = requested(browser)
    assert addresses and all(address.startswith("file:") and "/graph-" in address for address in addresses)
    assert complaints(browser) == []


def test_security_policy_lets_no_foreign_script_or_request_out(
    opened: Open, graph: "nx.MultiDiGraph[str]"
) -> None:
    browser = opened(graph)
    browser.execute_script(
        """const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        const image = document.createElement("img");
        image.setAttribute("onerror", "window.ran = true");
        image.src = "http://192.0.2.1/x.png";
        document.body.append(image);"""
    )
    assert (
        browser.execute_async_script(
            "const done = arguments[0]; fetch('http://192.0.2.1/').then(() => done('sent'), () => done('refused'))"
        )
        == "refused"
    )
    assert browser.execute_script("return window.ran") is None


def test_opens_with_the_best_connected_and_says_so(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    shown = browser.execute_script("return nodes.length")
    assert 50 <= shown <= 100
    assert text(browser, "#note").startswith(f"显示 {shown} / {len(graph)} 个实体")
    assert text(browser, "#legend").split() == ["机构", "项目", "机制", "目标", "文件"]
    assert text(browser, "h1") == "云川省政策知识图谱"


def test_click_on_an_entity_opens_its_evidence(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    mouse(browser, spot(browser, HUB)).click().perform()
    settled(browser, lambda b: text(b, "#details h2") == HUB)
    details = text(browser, "#details")
    assert "省科委" in details and "第" in details and "条" in details
    key = next(key for key, label in graph.nodes(data="label") if label == HUB)
    some = next(attrs for _, _, attrs in graph.out_edges(key, data=True))
    quotes = browser.execute_script(
        "return [...document.querySelectorAll('blockquote')].map(q => [q.textContent, q.querySelector('mark').textContent])"
    )
    trigger = some["quote"][slice(*some["trigger"])]
    assert [some["prefix"] + some["quote"] + some["suffix"], trigger] in quotes
    assert re.search(r"主体：“[^”]+”第一条", details)
    settled(browser, lambda b: b.execute_script("return view.written().length") > 3)


def test_words_are_written_on_lines_unless_too_small(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    settled(browser, lambda b: b.execute_script("return view.written().length") > 3)
    browser.execute_script("network.moveTo({ scale: 0.3 })")
    settled(browser, lambda b: b.execute_script("return view.written().length") == 0)


def test_click_on_a_line_opens_what_it_stands_for(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    key, x, y = browser.execute_script(
        """const frame = document.getElementById("mynetwork");
        const samples = edges.getIds().flatMap((key) => [0.3, 0.4, 0.5, 0.6, 0.7].map((share) =>
          ({ key, ...network.canvasToDOM(network.body.edges[key].edgeType.getPoint(share)) })));
        const room = (one) => Math.min(...samples.filter((other) => other.key !== one.key)
          .map((other) => Math.hypot(one.x - other.x, one.y - other.y)));
        const free = samples.filter((one) => network.getNodeAt(one) === undefined
          && network.getEdgeAt(one) === one.key && one.y > 60 && one.y < frame.clientHeight - 80);
        const best = free.reduce((a, b) => (room(a) >= room(b) ? a : b));
        return [best.key, Math.round(best.x - frame.clientWidth / 2), Math.round(best.y - frame.clientHeight / 2)];"""
    )
    mouse(browser, (x, y)).click().perform()
    settled(browser, lambda b: "两者之间的关系" in text(b, "#details"))
    names = browser.execute_script(
        "const line = view.line(arguments[0]); return [line.source, line.target].map(id => model.entities[id].label)",
        key,
    )
    assert all(name in text(browser, "#details h2") for name in names)
    assert browser.find_elements(By.CSS_SELECTOR, "#details blockquote mark")


def test_double_click_expands(opened: Open, big: "nx.MultiDiGraph[str]") -> None:
    browser = opened(big)
    before = browser.execute_script("return nodes.length")
    at = spot(browser, "第0号机构")
    mouse(browser, at).double_click().perform()
    settled(browser, lambda b: b.execute_script("return nodes.length") > before)
    assert browser.execute_script("return nodes.length") <= before + 30
    click(browser, "#to-start")
    assert browser.execute_script("return nodes.length") == before


def test_search_finds_by_alias_and_reveals_what_is_hidden(
    opened: Open, graph: "nx.MultiDiGraph[str]"
) -> None:
    browser = opened(graph)
    find(browser, "省科委")
    assert text(browser, "#details h2") == HUB
    hidden = browser.execute_script("return model.entities.find(e => !view.isShown(e.id)).label")
    find(browser, hidden)
    assert text(browser, "#details h2") == hidden
    assert browser.execute_script("return view.isShown(model.named(arguments[0]))", hidden)
    box = browser.find_element(By.ID, "find")
    box.send_keys("机构", Keys.ARROW_DOWN)
    options = browser.find_elements(By.CSS_SELECTOR, "#find-list [role=option]")
    assert options[1].get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == options[1].get_attribute("id")
    box.clear()
    box.send_keys("没有这个名字")
    assert "没有找到" in text(browser, "#find-list")


def test_filters_by_type_relation_modality_and_document(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)

    def only(group: str, at: int) -> None:
        click(browser, "#clear-filters")
        click(browser, f'[data-filter="{group}"] .choice:nth-child({at}) .only')

    only("types", 1)
    assert browser.execute_script("return nodes.get().every(n => n.shape === 'dot')")
    assert "已筛选" in text(browser, "#note")
    only("relations", 3)
    supervising = "view.line(k)?.facts.every(f => stored.predicates[f.predicate].id === 'supervises')"
    settled(browser, lambda b: b.execute_script(f"return [...edges.getIds()].every(k => {supervising})"))
    only("modalities", 2)
    assert browser.execute_script("return edges.length") > 0
    only("documents", 1)
    title = graph.graph["documents"][0]["title"]
    stated = "view.line(k)?.facts.every(f => stored.documents[f.document].title === arguments[0])"
    settled(browser, lambda b: b.execute_script(f"return [...edges.getIds()].every(k => {stated})", title))
    click(browser, "#clear-filters")
    assert "已筛选" not in text(browser, "#note")


def test_path_between_two_entities(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    click(browser, "#tab-path")
    find(browser, "保险机构", "path-from")
    find(browser, "负面清单", "path-to")
    labels = nx.get_node_attributes(graph, "label")
    ends = {label: key for key, label in labels.items()}
    steps = nx.shortest_path_length(graph.to_undirected(), ends["保险机构"], ends["负面清单"])
    assert f"{steps} 步" in text(browser, "#path-result")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#path-result .steps > li")) == steps + 1


def test_address_restores_the_selection(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph, "#node=星火实验基地")
    assert text(browser, "#details h2") == "星火实验基地"
    find(browser, HUB)
    assert "#node=" in browser.current_url
    browser.back()
    settled(browser, lambda b: text(b, "#details h2") == "星火实验基地")


def test_language_switch(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph, "#node=星火实验基地", lang="en")
    assert "entities" in text(browser, "#note") and "required" in text(browser, "#details")
    click(browser, "#language")
    assert "个实体" in text(browser, "#note") and "要求" in text(browser, "#details")


def test_keys(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph, "#node=星火实验基地")
    browser.find_element(By.TAG_NAME, "body").send_keys("/")
    assert browser.switch_to.active_element.get_attribute("id") == "find"
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    assert text(browser, "#details h2") == "云川省政策知识图谱"


def test_everything_to_press_has_a_name(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph, "#node=星火实验基地")
    nameless = browser.execute_script(
        """return [...document.querySelectorAll("button, input, [role]")].filter(e =>
          !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.textContent.trim() || e.closest("label")?.textContent.trim())
        ).map(e => e.outerHTML)"""
    )
    assert nameless == []


def test_dark_page_draws_dark(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    light = browser.execute_script("return nodes.get()[0].color.background")
    feature = {"name": "prefers-color-scheme", "value": "dark"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    settled(browser, lambda b: b.execute_script("return nodes.get()[0].color.background") != light)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_picture_of_the_view(opened: Open, graph: "nx.MultiDiGraph[str]") -> None:
    browser = opened(graph)
    assert browser.execute_script("return view.picture().toDataURL('image/png').length") > 10_000


def test_quick_with_five_thousand_entities(opened: Open, big: "nx.MultiDiGraph[str]") -> None:
    browser = opened(big)
    assert browser.execute_script("return [model.entities.length, nodes.length <= 100]") == [5000, True]
    find(browser, "第4321号机构")
    assert text(browser, "#details h2") == "第4321号机构"
    assert browser.execute_script("return nodes.length") <= 101
    find(browser, "第0号机构")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#details blockquote")) < 50


ATTACK = (
    "<img src=x onerror=\"window.ran='{0}'\">{0}<b>{0}</b></script><script>window.ran='{0}'</script><!-- {0}"
)


def test_text_of_documents_stays_text(opened: Open) -> None:
    fields = [
        "标题",
        "别名",
        "引文",
        "前文",
        "后文",
        "条款",
        "规则",
        "文号",
        "文种",
        "日期",
        "指标",
        "单位",
        "图名",
    ]
    evil = {field: ATTACK.format(field) for field in fields}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph["documents"] = [
        {
            "iri": "d",
            "title": evil["标题"],
            "number": evil["文号"],
            "date": evil["日期"],
            "kind": evil["文种"],
            "source": "x",
        }
    ]
    measure = {
        "kind": evil["指标"],
        "indicator": evil["指标"],
        "comparator": evil["单位"],
        "value": evil["单位"],
        "unit": evil["单位"],
        "date": evil["日期"],
    }
    common = {"aliases": (evil["别名"],), "documents": (evil["标题"],), "mentions": 1}
    graph.add_node(
        "d",
        label=evil["标题"],
        type="Document",
        number=evil["文号"],
        date=evil["日期"],
        kind=evil["文种"],
        **common,
    )
    graph.add_node("t", label=evil["指标"], type="Target", measures=(measure,), **common)
    graph.add_edge(
        "d", "t", key="r", predicate="hasTarget", modality="required", document=evil["标题"], quote=evil["引文"],
        prefix=evil["前文"], suffix=evil["后文"], provision=evil["条款"], page=1, trigger=(0, 4), rule=evil["规则"], confidence=0.5,
    )  # fmt: skip
    browser = opened(graph, title=evil["图名"])
    seen = text(browser, "body")
    find(browser, evil["标题"][:20])
    seen += text(browser, "#details")
    browser.find_element(By.ID, "find").send_keys(evil["别名"])
    seen += text(browser, "#find-list")
    find(browser, evil["指标"])
    seen += text(browser, "#details")
    browser.execute_script("document.querySelector('.group .entity').click()")
    click(browser, "#tab-path")
    find(browser, evil["标题"], "path-from")
    find(browser, evil["指标"], "path-to")
    seen += text(browser, "#path-result")
    assert browser.execute_script("return window.ran") is None
    assert browser.find_elements(By.CSS_SELECTOR, "img, b:not(.count b):not(.said b)") == []
    for field in fields:
        assert field == "规则" or evil[field] in seen, field
    assert complaints(browser) == []
