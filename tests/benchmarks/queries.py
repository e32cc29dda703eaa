"""Times of the named queries, from Python, on a generated graph: `python tests/benchmarks/queries.py [--triples N]`.

Prints the median of each query, with how many rows it gave, and the median of all; times are no tests, so nothing fails.
Bodies, programs and documents are drawn from those that the graph has, each as likely as another; those named most are
timed apart, as what they are asked for is hundreds of times as much. `rows` and `most` are the median and the greatest
number of rows of an answer.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path

from graph import body, document, generate_quads
from pyoxigraph import Quad

from policykg.kg.query import load_queries, run
from policykg.kg.store import Store
from policykg.ontology.validate import validate

_DRAWS = 25
_SHACL_TRIPLES = 100_000
_DAY = "2020-06-30"


def main() -> None:
    """Generate, time, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--validate", type=Path, nargs="*", default=(), metavar="OUT", help="check these built graphs too"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        fill(Path(folder), arguments.triples, arguments.seed)
        with Store.open(Path(folder)) as store:
            say(f"{store.count():,} triples written in {time.perf_counter() - began:.1f} s, read from disk\n")
            time_queries(store, random.Random(arguments.seed))
    quads: list[Quad] = []
    for _, document_quads in groupby(generate_quads(2 * _SHACL_TRIPLES), key=lambda quad: quad.graph_name):
        if len(quads) < _SHACL_TRIPLES:
            quads += document_quads
    check("generated", quads)
    for built in arguments.validate:
        with Store.open(built) as store:
            check(str(built), list(store.quads()))


def check(what: str, quads: list[Quad]) -> None:
    """Time the SHACL shapes and the check of quotations."""
    began = time.perf_counter()
    violations = validate(quads)
    took = time.perf_counter() - began
    say(f"\nSHACL of {len(quads):,} triples ({what}): {took:.1f} s, {len(violations)} violations")


def fill(folder: Path, triples: int, seed: int) -> None:
    """Write the generated graph, document by document, as a build does."""
    with Store.create(folder) as store:
        store.load_ontology()
        for graph, quads in groupby(generate_quads(triples, seed=seed), key=lambda quad: quad.graph_name):
            store.replace_document(graph.value, quads)
        store.finish()


def time_queries(store: Store, chance: random.Random) -> None:
    """Time every named query and print a line each."""
    medians: dict[str, list[float]] = {"one thing": [], "the graph": []}
    say(f"{'query':26} {'asked of':12} {'rows':>7} {'most':>7} {'median ms':>10} {'slowest ms':>11}")
    for name, asked, calls in _calls(store, chance):
        times, rows = [], []
        for parameters in calls:
            began = time.perf_counter()
            rows.append(len(run(store, name, **parameters)))
            times.append((time.perf_counter() - began) * 1000)
        median = statistics.median(times)
        if asked != "most named":
            medians["the graph" if asked == "the graph" else "one thing"].append(median)
        say(
            f"{name:26} {asked:12} {statistics.median(rows):7.0f} {max(rows):7} {median:10.1f} {max(times):11.1f}"
        )
    for asked, found in medians.items():
        say(f"\nqueries of {asked}: median {statistics.median(found):.1f} ms, slowest {max(found):.1f} ms")
    every = [median for found in medians.values() for median in found]
    say(f"all of these: median {statistics.median(every):.1f} ms (those of the most named left out)")


def _calls(store: Store, chance: random.Random) -> Iterator[tuple[str, str, list[dict[str, object]]]]:
    documents = [document(chance.randrange(len(store.graphs()))) for _ in range(_DRAWS)]
    bodies, programs = (_drawn(store, kind, chance) for kind in ("Body", "Program"))
    for name, query in load_queries().items():
        fixed: dict[str, object] = {"modality": "prohibited"} if name == "facts_by_modality" else {}
        wanted = {p.name: p.type for p in query.parameters}
        if "date" in wanted:
            fixed["date"] = _DAY
        if name == "targets_due":
            fixed["by"] = "2026-12-31"
        if "body" in wanted:
            yield name, "a body", [{**fixed, "body": one} for one in bodies]
            yield name, "most named", [{**fixed, "body": body(number)} for number in range(3)]
        elif "program" in wanted:
            yield name, "a program", [{**fixed, "program": one} for one in programs]
        elif "first" in wanted:
            pairs = pairwise(documents)
            yield name, "documents", [{"first": a, "second": b} for a, b in pairs if a != b]
        elif "document" in wanted:
            yield name, "a document", [{**fixed, "document": one} for one in documents]
        if not any(p.required for p in query.parameters if p.name not in fixed):
            yield name, "the graph", [fixed] * 3


def _drawn(store: Store, kind: str, chance: random.Random) -> list[str]:
    """Return names that the graph has, each as likely as another."""
    text = (
        f"SELECT DISTINCT ?label {{ GRAPH ?g {{ ?x a pol:{kind} ; skos:prefLabel ?label }} }} ORDER BY ?label"
    )
    return chance.choices([row["label"].value for row in store.query(text)], k=_DRAWS)


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
