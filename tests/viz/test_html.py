"""The page as text: what it holds, that it is whole, the same each time, and closed to everything outside."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from policykg.viz.html import render_html, write_html
from policykg.viz.payload import PictureError, embed


class _Tags(HTMLParser):
    """The elements of a page, with their attributes, and the text in each script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script":
            self.scripts[-1] += data


def parse(page: str) -> _Tags:
    tags = _Tags()
    tags.feed(page)
    return tags


def stored(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="graph-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def one_node(**attributes: Any) -> "nx.MultiDiGraph[str]":
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("x", **{"label": "省科委", "type": "Body", **attributes})
    return graph


def test_nothing_is_loaded_from_elsewhere(graph: "nx.MultiDiGraph[str]") -> None:
    for tag, attributes in parse(render_html(graph)).tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
        assert not {"src", "href", "srcset", "style"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)


def test_every_script_that_runs_is_listed_by_hash(graph: "nx.MultiDiGraph[str]") -> None:
    tags = parse(render_html(graph)).tags
    policy = next(a["content"] or "" for _, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["connect-src"] == "'none'"
    assert "unsafe" not in policy
    running = [a for tag, a in tags if tag == "script" and a.get("type") != "application/json"]
    assert len(rules["script-src"].split()) == len(running)


def test_same_graph_same_page(graph: "nx.MultiDiGraph[str]") -> None:
    shuffled: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)
    shuffled.add_nodes_from(reversed(list(graph.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    assert render_html(shuffled) == render_html(graph)


def test_page_holds_whole_graph_but_opens_with_a_part(
    big: "nx.MultiDiGraph[str]", pages: Callable[..., Path]
) -> None:
    data = stored(pages(big).read_text(encoding="utf-8"))
    assert len(data["nodes"]) == len(big)
    assert len(data["edges"]) == big.number_of_edges()
    assert 50 <= len(data["start"]) <= 100


def test_opening_view_has_room_for_every_type() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for at in range(80):
        graph.add_node(f"b{at}", label=f"机构{at}", type="Body")
        graph.add_node(f"m{at}", label=f"机制{at}", type="Mechanism")
    for a in range(80):
        graph.add_edge(f"b{a}", f"m{a}", key=f"e{a}", predicate="employs", modality="stated")
        for b in range(0, 80, 7):
            graph.add_edge(f"b{a}", f"b{b}", key=f"c{a}-{b}", predicate="coordinatesWith", modality="stated")
    data = stored(render_html(graph))
    shown = [data["types"][data["nodes"][at][2]]["id"] for at, *_ in data["start"]]
    assert min(shown.count("Body"), shown.count("Mechanism")) >= 15


def test_written_as_utf8(tmp_path: Path) -> None:
    page = tmp_path / "图.html"
    write_html(one_node(), page)
    assert "省科委" in page.read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    "hostile", ["</script><script>x()</script>", "<!--", "<img src=x>", "a\u2028b", "\ud800", "{{policy}}"]
)
def test_no_text_becomes_markup(hostile: str) -> None:
    page = render_html(one_node(label=hostile, aliases=(hostile,)), title=hostile)
    page.encode("utf-8")
    data = stored(page)
    assert data["nodes"][0][0] == hostile
    assert len(parse(page).scripts) == len(parse(render_html(one_node())).scripts)
    assert not set("<>&\u2028\u2029") & set(embed(data))


def test_title_is_argument_then_own_then_general() -> None:
    graph = one_node()
    assert stored(render_html(graph))["title"] == "政策知识图谱"
    assert stored(render_html(graph, lang="en"))["title"] == "Policy knowledge graph"
    graph.graph["title"] = "云川省规划"
    assert stored(render_html(graph))["title"] == "云川省规划"
    graph.graph["title"] = "、".join(["云川省规划"] * 20)
    assert stored(render_html(graph))["title"] == "政策知识图谱"
    assert stored(render_html(graph, title="甲"))["title"] == "甲"


def test_empty_graph_has_a_page() -> None:
    assert stored(render_html(nx.MultiDiGraph()))["nodes"] == []


def test_all_faults_are_reported_at_once() -> None:
    graph = one_node(type="Person")
    graph.add_node("y", label="乙", type="Body")
    graph.add_edge("x", "y", key="r1", predicate="likes", modality="maybe")
    with pytest.raises(PictureError) as caught:
        render_html(graph)
    assert len(caught.value.faults) == 3
    assert "Person" in str(caught.value) and "likes" in str(caught.value)


def test_words_are_the_same_in_both_languages_and_all_used(root: Path) -> None:
    folder = root / "viz" / "page"
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    assert words["zh"].keys() == words["en"].keys()
    for key in words["zh"]:
        slots = [sorted(re.findall(r"\{\d\}", words[lang][key])) for lang in ("zh", "en")]
        assert slots[0] == slots[1]
    text = "".join(
        file.read_text(encoding="utf-8")
        for file in sorted(folder.iterdir())
        if file.suffix in {".js", ".html"}
    )
    used = set(re.findall(r'word\("(\w+)"', text)) | set(re.findall(r'data-(?:word|aria)="(\w+)"', text))
    assert used <= words["zh"].keys()
    assert {key for key in words["zh"] if not re.search(rf"\b{key}\b", text)} <= {
        "outgoingHint",
        "incomingHint",
        "target",
        "baseline",
        "limit",
    }


def test_scripts_never_make_markup_of_text(root: Path) -> None:
    for script in sorted((root / "viz" / "page").glob("*.js")):
        text = script.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|fetch\(|XMLHttp", text
        ), script
