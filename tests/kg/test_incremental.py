"""A graph that grows, shrinks and changes step by step is, byte for byte, the one that is built from nothing."""

import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policykg.extract.pipeline import build_pipeline
from policykg.extract.settings import Settings
from policykg.kg import assemble as runs
from policykg.kg.export import RDF_FORMATS, export_graph, export_rdf
from policykg.kg.folder import plan
from policykg.kg.project import project
from policykg.kg.store import Store

if TYPE_CHECKING:
    from spacy.language import Language

HEAD = "{title}\n{number}\n各有关单位：\n"
TAIL = "\n青川市科技局\n2031年3月4日\n"


def document(title: str, number: str, *articles: str) -> str:
    """Make a document; its articles are numbered."""
    numerals = "一二三四五六七八九"
    body = "\n".join(f"第{numerals[n]}条 {text}" for n, text in enumerate(articles))
    return HEAD.format(title=title, number=number) + body + TAIL


#: Texts that change what the graph says of each other's names: merged forms, votes for a name, citations by number and
#: title, two with one title, a compilation, a piece without its beginning, one that states nothing.
TEXTS: tuple[str, ...] = (
    document(
        "青川市创新券管理办法",
        "青科发〔2031〕3号",
        "科技部指导市科技局设立创新券。",
        "市财政局资助“星火”培育计划，到2035年培育企业20家。",
    ),
    document(
        "青川市创新券管理办法",
        "青科发〔2033〕9号",
        "根据《青川市创新券管理办法》（青科发〔2031〕3号），市科技局负责创新券的评价。",
        "本办法自2033年5月1日起施行，青科发〔2031〕3号同时废止。",
    ),
    document(
        "青川市星火培育计划实施细则",
        "青科发〔2032〕5号",
        "科学技术部支持星火培育计划，建立部门会商制度。",
        "市科技局会同市财政局设立成果转化基金、创新券。",
    ),
    document("青川市数据局关于积分制的通知", "青数发〔2032〕1号", "市数据局推行积分制、创新券、绩效评价。")
    + "\n\n"
    + document("青川市积分制管理细则", "青数发〔2032〕2号", "市数据局采用积分制。", "市科技局管理积分制。"),
    "第七条 市科技局设立创新券。\n第八条 市财政局会同科技部资助星火培育计划。\n第九条 实行积分制。\n",
    "今天天气很好。\n",
)
NAMES = ("甲.txt", "b.txt", "c/甲.txt", "c/丁.md")
FORMATS = (*RDF_FORMATS, "graphml", "csv-edges", "cytoscape")


@cache
def small_pipeline() -> "Language":
    """The pipeline without its statistical part, made once."""
    return build_pipeline(Settings(model=False))


@pytest.fixture(autouse=True)
def _one_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_build_pipeline", lambda recipe: small_pipeline())


class Folder:
    """A folder of inputs beside an output folder that follows it."""

    def __init__(self, place: Path) -> None:
        self.inputs = place / "in"
        self.out = place / "out"
        self.scratch = place / "scratch"
        self.texts: dict[str, str] = {}
        self.inputs.mkdir()

    def write(self, name: str, text: str) -> Path:
        path = self.inputs / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def put(self, name: str, text: str) -> None:
        """Add a file, or what it now holds."""
        self.texts[name] = text
        try:
            runs.add([self.write(name, text)], self.out)
        except runs.NothingBuiltError:
            del self.texts[name]

    def drop(self, name: str) -> None:
        del self.texts[name]
        runs.remove([self.inputs / name], self.out)

    def build(self, texts: Mapping[str, str]) -> None:
        """Build from exactly these files."""
        shutil.rmtree(self.inputs)
        self.inputs.mkdir()
        paths = [self.write(name, text) for name, text in texts.items()]
        try:
            runs.assemble(paths, self.out)
        except runs.NothingBuiltError:
            for name, text in self.texts.items():
                self.write(name, text)
        else:
            self.texts = dict(texts)

    def afresh(self) -> dict[str, bytes]:
        """What a build from nothing gives, files in another order."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        runs.assemble([self.inputs / name for name in sorted(self.texts, reverse=True)], self.scratch)
        return contents(self.scratch)


def contents(out: Path) -> dict[str, bytes]:
    """All that a graph shows of itself."""
    with Store.open(out) as store:
        graph = project(store)
        exports = {
            name: export_rdf(store, name) if name in RDF_FORMATS else export_graph(graph, name)
            for name in FORMATS
        }
    return exports | {name: (out / name).read_bytes() for name in ("graph.trig", "graph.html")}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
        st.tuples(st.just("drop"), st.sampled_from(NAMES), st.just("")),
        st.tuples(
            st.just("build"), st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), min_size=1)
        ),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_any_way_to_a_set_of_documents_gives_the_same_bytes(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Folder(Path(place))
        for action, *arguments in steps:
            if action == "drop" and arguments[0] not in folder.texts:
                continue
            if action == "drop":
                folder.drop(str(arguments[0]))
            else:
                getattr(folder, str(action))(*arguments)
            if any(text != TEXTS[-1] for text in folder.texts.values()):
                assert contents(folder.out) == folder.afresh()
