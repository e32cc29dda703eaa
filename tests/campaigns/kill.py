"""Kill runs at random moments, and look at what they leave.

    python tests/campaigns/kill.py --kills 200 --seed 1

Builds, additions and removals of small documents run one after the other on one output folder, each in a process of its
own; most are killed with SIGKILL somewhere on their way. After each the store must open and hold, byte for byte, what a
build from nothing gives for the documents before or after the run, nothing between; and a run that is not killed must
bring about what all runs since were asked.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from policykg.extract.pipeline import build_pipeline
from policykg.extract.settings import Settings
from policykg.kg import assemble
from policykg.kg.folder import graph, plan  # graph: loaded before the processes part
from policykg.kg.store import TRIG_FILE, Store

LOADED = (graph,)
NAMES = ("甲.txt", "乙.txt", "丙.txt")
_TEXT = """青川市{subject}管理办法
青科发〔{year}〕{number}号
第一条 {body}负责{subject}的监督管理，设立{subject}引导基金。
第二条 市财政局资助星火培育计划，到2035年培育企业{number}0家。
青川市科技局
{year}年3月4日
"""
TEXTS = tuple(
    _TEXT.format(subject=subject, year=2031 + n, number=n + 1, body=body)
    for n, (subject, body) in enumerate(
        (("创新券", "科技部"), ("积分制", "科学技术部"), ("示范区", "市数据局"))
    )
)

#: The number of the text of each file that a graph is made of.
State = frozenset[tuple[str, int]]


class Asked(NamedTuple):
    """What a run is asked: the files of a build or an addition, or the one to remove."""

    action: str
    names: tuple[str, ...]


class Possible(NamedTuple):
    """A state that the folder may be in, with what killed runs were asked that is not done."""

    state: State
    waiting: tuple[Asked, ...] = ()


class Broken(Exception):
    """A promise is broken; the text says how."""


class Campaign:
    """One output folder with its inputs, in a folder of its own."""

    def __init__(self, place: Path, seed: int) -> None:
        self.inputs, self.out, self.scratch = place / "in", place / "out", place / "scratch"
        self.inputs.mkdir()
        self.chance = random.Random(seed)
        self.disk: dict[str, int] = {}
        self.possible: set[Possible] = {Possible(frozenset())}
        self.known: dict[State, str] = {frozenset(): ""}
        self.kills = self.unharmed = 0
        self.usual = 1.0

    def step(self, *, kill: bool) -> None:
        """Let one run happen and check what it leaves; one that is to be killed may come to its end before."""
        asked = self.choose()
        child = start(lambda: self.act(asked))
        began = time.monotonic()
        if kill:
            time.sleep(self.chance.uniform(0, self.usual))
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        killed = os.WIFSIGNALED(status)
        if killed:
            self.kills += 1
        elif os.WEXITSTATUS(status):
            raise Broken(f"{asked} ended with {os.WEXITSTATUS(status)}")
        else:
            self.unharmed += 1
            self.usual = 0.7 * self.usual + 0.3 * (time.monotonic() - began)
        self.possible = {after for one in self.possible for after in self.outcomes(one, asked, killed=killed)}
        self.check(asked, killed=killed)

    def choose(self) -> Asked:
        """Choose what to ask; what is to be removed must be there, whatever killed runs have done."""
        ends = [dict(self.apply(one.state, one.waiting)) for one in self.possible]
        common = sorted(set.intersection(*({name for name in end} for end in ends)))
        action = self.chance.choice(("build", "add", "add", "remove"))
        if action == "remove" and len(common) > 1:
            return Asked("remove", (self.chance.choice(common),))
        names = self.chance.sample(NAMES, self.chance.randint(1, len(NAMES) if action == "build" else 1))
        for name in names:
            self.disk[name] = self.chance.randrange(len(TEXTS))
            (self.inputs / name).write_text(TEXTS[self.disk[name]], encoding="utf-8")
        return Asked("build" if action == "build" else "add", tuple(names))

    def act(self, asked: Asked) -> None:
        paths = [self.inputs / name for name in asked.names]
        if asked.action == "build":
            assemble.assemble(paths, self.out, settings=Settings(model=False))
        elif asked.action == "add":
            assemble.add(paths, self.out)
        else:
            assemble.remove(paths, self.out)

    def outcomes(self, one: Possible, asked: Asked, *, killed: bool) -> list[Possible]:
        """Say what a run may leave: nothing done, the wish written down, or all done."""
        done = Possible(self.apply(one.state, (*one.waiting, asked)))
        return [one, Possible(one.state, (*one.waiting, asked)), done] if killed else [done]

    def apply(self, state: State, waiting: tuple[Asked, ...]) -> State:
        files = dict(state)
        for asked in waiting:
            if asked.action == "remove":
                files.pop(asked.names[0], None)
            else:
                files = {} if asked.action == "build" else files
                files |= {name: self.disk[name] for name in asked.names}
        return frozenset(files.items())

    def check(self, asked: Asked, *, killed: bool) -> None:
        found = self.look()
        fitting = {one for one in self.possible if self.expected(one.state) == found}
        if not fitting:
            what = "killed" if killed else "ended"
            raise Broken(f"{asked} {what}: the graph is none of {[sorted(p.state) for p in self.possible]}")
        self.possible = fitting

    def look(self) -> str:
        """Digest what the folder shows; the store must say the same as the TriG file."""

        def compare() -> None:
            copy = self.scratch.with_suffix(".trig")
            with Store.open(self.out) as store:
                store.dump_trig(copy)
            if copy.read_bytes() != (self.out / TRIG_FILE).read_bytes():
                raise Broken("the store and the TriG file differ")

        if not (self.out / TRIG_FILE).is_file():
            return ""
        finish(start(compare), "looking at the store")
        return digest(self.out)

    def expected(self, state: State) -> str:
        """Digest what a build from nothing gives."""
        if state not in self.known:
            folder = self.scratch / "in"
            shutil.rmtree(self.scratch, ignore_errors=True)
            folder.mkdir(parents=True)
            for name, text in state:
                (folder / name).write_text(TEXTS[text], encoding="utf-8")
            out = self.scratch / "out"
            finish(
                start(lambda: assemble.assemble([folder], out, settings=Settings(model=False)) and None),
                "building from nothing",
            )
            self.known[state] = digest(out)
        return self.known[state]


def digest(out: Path) -> str:
    """Digest a graph."""
    return hashlib.sha256((out / TRIG_FILE).read_bytes()).hexdigest()


def start(act: Callable[[], None]) -> int:
    """Do something in a process of its own, which has all that is loaded here; returns its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        act()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)


def finish(child: int, what: str) -> None:
    if status := os.waitpid(child, 0)[1]:
        raise Broken(f"{what} failed with {status}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    nlp = build_pipeline(Settings(model=False))
    plan._build_pipeline = lambda recipe: nlp  # type: ignore[assignment]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        campaign = Campaign(Path(place), given.seed)
        while campaign.kills < given.kills:
            campaign.step(kill=campaign.chance.random() < 0.85)
        campaign.step(kill=False)  # completes what is left
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{campaign.kills} runs killed, {campaign.unharmed} not, {len(campaign.known)} sets of documents, "
        f"{seconds:.0f} s: every graph whole\n"
    )


if __name__ == "__main__":
    main()
