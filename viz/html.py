"""NetworkX graph -> one self-contained page that opens from disk, with no network.

pyvis writes the drawing engine and the opening view; only its inline scripts are taken over, so none of the
addresses that its template loads from reaches the page. Everything else stands in `page/`. Text of documents
travels as JSON data and is shown as text; the page's own security policy lets run only the scripts whose hashes it
lists.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import networkx as nx
from pyvis.network import Network

from policykg.ontology.terms import label
from policykg.viz.payload import Payload, collect, embed
from policykg.viz.style import (
    FONT_SIZE,
    FONTS,
    LABEL_GAP,
    LINE_HEIGHT,
    MODALITIES,
    MODALITY_COLOURS,
    PREDICATES,
    TYPES,
    Language,
)

_SCRIPTS = ("model.js", "placing.js", "view.js", "dom.js", "panel.js", "main.js")
_TITLES: Mapping[Language, str] = {"zh": "政策知识图谱", "en": "Policy knowledge graph"}
_TITLE_ROOM = 40
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_LOADED = re.compile(
    r"<(?:script|link|img|iframe|object|embed|base)\b[^>]*(?:src|href|data)\s*=", re.IGNORECASE
)


def write_html(
    graph: "nx.MultiDiGraph[str]", path: Path, *, lang: Language = "zh", title: str | None = None
) -> None:
    """Write the page of a graph; see `render_html`."""
    path.write_text(render_html(graph, lang=lang, title=title), encoding="utf-8", newline="\n")


def render_html(graph: "nx.MultiDiGraph[str]", *, lang: Language = "zh", title: str | None = None) -> str:
    """Make the page of a graph: the same graph gives the same text.

    Args:
        graph: nodes with `label`, `type`, `aliases`, `documents`, `mentions`; edges with `predicate`, `modality`,
            `document`, `quote` and the rest of what `kg` projects.
        lang: language that the page opens in; the reader can switch.
        title: heading; without one, that of the graph, or a general one.
    Raises:
        PictureError: the graph lacks what a picture needs.
    """
    payload = collect(graph)
    heading = title or _heading(graph, lang)
    data = {"lang": lang, "title": heading, **_vocabulary(), **payload.data}
    style = _asset("page.css")
    scripts = [*_pyvis_scripts(payload), *(_asset(name) for name in _SCRIPTS)]
    page = _fill(
        _asset("page.html"),
        {
            "lang": "zh-CN" if lang == "zh" else "en",
            "title": escape(heading.encode("utf-8", "replace").decode("utf-8")),
            "policy": _security_policy(scripts, style),
            "style": style,
            "data": embed(data),
            "engine": scripts[0],
            "scripts": "\n".join(f"<script>{script}</script>" for script in scripts[1:]),
        },
    )
    markup = _SCRIPT.sub("", page)
    assert not _LOADED.search(markup), "the page would load something from elsewhere"
    assert not any(_LOADED.match(match[0]) for match in _SCRIPT.finditer(page)), "a script would be loaded"
    return page


def _heading(graph: "nx.MultiDiGraph[str]", lang: Language) -> str:
    """Take the graph's own title, unless it is a list of all documents."""
    own = str(graph.graph.get("title") or "")
    return own if 0 < len(own) <= _TITLE_ROOM else _TITLES[lang]


def _vocabulary() -> dict[str, Any]:
    """Give the looks and the words that the page's scripts draw with."""

    def names(term: str) -> dict[str, str]:
        return {"id": term, "zh": label(term, "zh"), "en": label(term, "en")}

    return {
        "types": [
            {**names(term), "shape": look.shape, "light": look.light, "dark": look.dark}
            for term, look in TYPES.items()
        ],
        "predicates": [names(term) for term in PREDICATES],
        "modalities": [
            {**names(term), "light": MODALITY_COLOURS[term][0], "dark": MODALITY_COLOURS[term][1]}
            for term in MODALITIES
        ],
        "words": json.loads(_asset("words.json")),
        "font": {"face": FONTS, "size": FONT_SIZE, "line": LINE_HEIGHT, "gap": LABEL_GAP},
    }


def _pyvis_scripts(payload: Payload) -> tuple[str, str]:
    """Have pyvis draw the opening view; give its engine and its drawing script."""
    network = Network(height="100%", width="100%", directed=True, cdn_resources="in_line")
    network.options = _options()
    for at, (x, y) in payload.start.items():
        node = payload.nodes[at]
        look = TYPES[node.type]
        network.add_node(
            f"n{at}", label=node.caption, shape=look.shape, color=look.light, size=node.size, x=x, y=y
        )
    for a, b in sorted(set(payload.links)):
        if a in payload.start and b in payload.start and a != b:
            network.add_edge(f"n{a}", f"n{b}", id=f"e{a}-{b}")
    # A browser normalises line ends before it compares hashes.
    drawn = network.generate_html().replace("\r\n", "\n").replace("\r", "\n")
    bodies = [match["body"] for match in _SCRIPT.finditer(drawn) if "src=" not in match["attributes"]]
    engine = next(body for body in bodies if "vis-network" in body[:400])
    drawing = next(body for body in bodies if "drawGraph();" in body)
    return engine, drawing


def _options() -> dict[str, Any]:
    """Give vis-network's options; those that depend on light or dark are set by the page."""
    font = {"face": FONTS, "size": FONT_SIZE}
    return {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False, "randomSeed": 1},
        "interaction": {
            "hover": True,
            "hideEdgesOnDrag": False,
            "keyboard": {"enabled": True, "bindToWindow": False},
            "selectConnectedEdges": False,
            "hoverConnectedEdges": False,
            "tooltipDelay": 400,
            "zoomSpeed": 0.6,
        },
        "nodes": {
            "borderWidth": 2,
            "borderWidthSelected": 3,
            "font": font,
            "scaling": {"label": {"enabled": False, "drawThreshold": 7}},
        },
        "edges": {
            "arrows": {"to": {"enabled": True, "scaleFactor": 0.45}},
            "selectionWidth": 0,
            "hoverWidth": 0.5,
            "smooth": {"enabled": True, "type": "curvedCW", "roundness": 0.08},
        },
    }


def _security_policy(scripts: list[str], style: str) -> str:
    """Allow these scripts and this style sheet, and nothing else."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _asset(name: str) -> str:
    return (files("policykg.viz.page") / name).read_text(encoding="utf-8")


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fill the slots in one pass, so that no value is searched for slots."""
    return _SLOT.sub(lambda match: values[match[1]], template)
