"""From files to a finished output folder: what a run is asked becomes a list of files, and these a graph.

The graph is made of the same files in the same way whether they came at once or one by one, so `add` and `remove` end
where `build` with the files that are left would. What a run is asked stands in the library until its graph is there: the
next run does what a killed one could not finish.
"""

import datetime
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from policykg.extract.readers import DEFAULT_LIMITS, Limits
from policykg.extract.settings import Settings
from policykg.kg.corrections import CORRECTIONS_FILE, Correction, load_corrections
from policykg.kg.folder.fingerprint import (
    content_digest,
    extraction_fingerprint,
    graph_fingerprint,
    program_version,
)
from policykg.kg.folder.library import LIBRARY_FILE, Library, LibraryError, Request
from policykg.kg.folder.manifest import (
    Action,
    Built,
    Manifest,
    ManifestError,
    Recipe,
    Run,
    load_manifest,
    save_manifest,
)
from policykg.kg.folder.output import PAGE_FILE, Output, open_output
from policykg.kg.folder.plan import Plan
from policykg.kg.folder.sources import Progress, Skipped
from policykg.ontology.errors import PolicyKGError


class NothingBuiltError(PolicyKGError):
    """None of the inputs could be used; `skipped` says why for each."""

    def __init__(self, skipped: Sequence[Skipped]) -> None:
        super().__init__(
            "nothing was built: "
            + ("no input file could be used" if skipped else "the inputs hold no file; give policy texts")
        )
        self.skipped = tuple(skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did: `graph` describes the whole graph, `run` what changed in it, None where nothing did.

    `skipped` are the files left out; `notices` say what else the user should know of the folder.
    """

    graph: Manifest
    run: Run | None
    skipped: tuple[Skipped, ...]
    notices: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful in the graph's documents."""
        return self.graph.warnings


def _silent(stage: str, what: str, done: int, total: int) -> None: ...


def assemble(
    inputs: Iterable[Path | str],
    out: Path,
    *,
    settings: Settings | None = None,
    corrections: Path | None = None,
    save_text: bool = False,
    page: bool = True,
    ocr: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    endpoint: str = "",
    progress: Progress = _silent,
) -> Report:
    """Build the graph of exactly some files into an output folder; the last build's files stay until all is done.

    A file that cannot be used is left out and reported; the others are built. What the last runs read and extracted is
    not done again where neither content nor program nor settings have changed.

    Args:
        corrections: hand corrections to apply; by default those of `OUT/corrections.tsv`, where there are any.
        ocr: read the page images of scanned PDF files.
        endpoint: the address of a SPARQL endpoint to which the graph is brought, too.
    Raises:
        CorrectionError: the corrections cannot be read or contradict themselves.
        NothingBuiltError: no file could be used.
        OutputError, StoreError, LibraryError: the folder cannot be written.
        PolicyKGError: an extension file is faulty.
    """
    settings = settings or Settings()
    recipe = Recipe(
        lexicons=tuple(map(os.path.abspath, settings.lexicons)),
        frames=tuple(map(os.path.abspath, settings.frames)),
        model=settings.model,
        ocr=ocr,
        corrections="" if corrections is None else os.path.abspath(corrections),
        save_text=save_text,
        page=page,
    )
    return _run(_request("build", inputs, recipe), out, limits, endpoint, progress)


def add(
    inputs: Iterable[Path | str],
    out: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    endpoint: str = "",
    progress: Progress = _silent,
) -> Report:
    """Add files to a graph, made as the last build was; a file that is in it already is read anew.

    Raises:
        NothingBuiltError: no file could be used.
        ManifestError: the folder does not say what its graph is made of.
        PolicyKGError: as `assemble`.
    """
    return _run(_request("add", inputs), out, limits, endpoint, progress)


def remove(
    names: Iterable[Path | str], out: Path, *, endpoint: str = "", progress: Progress = _silent
) -> Report:
    """Take documents out of a graph, by their names or numbers, or by the file, folder or archive they came from.

    Raises:
        UnknownName: there is no such document or file in the graph; nothing is removed.
        ManifestError: the folder does not say what its graph is made of.
        PolicyKGError: as `assemble`.
    """
    return _run(_request("remove", names), out, DEFAULT_LIMITS, endpoint, progress)


def _request(action: Action, given: Iterable[Path | str], recipe: Recipe | None = None) -> Request:
    return Request(
        mark=secrets.token_hex(8),
        action=action,
        given=tuple(map(str, given)),
        folder=os.getcwd(),
        recipe=recipe,
    )


def _run(request: Request, out: Path, limits: Limits, endpoint: str, progress: Progress) -> Report:
    with open_output(out) as output, Library(output.ours / LIBRARY_FILE) as library:
        before = _before(output, request)
        fulfilled = before.runs[-1].requests if before.runs else ()
        library.drop(fulfilled)
        waiting = [] if request.action == "build" else library.requests()
        library.note(request)
        try:
            report = _fulfil(output, library, before, waiting, request, limits, progress)
        except BaseException:
            # Only a killed run leaves its request to the next one; this one is told what is wrong.
            with suppress(LibraryError):
                library.drop([request.mark])
            raise
        # The graph is there; what could not be tidied up, the next run will.
        with suppress(LibraryError):
            library.drop(one.mark for one in library.requests())
            library.forget({source.digest for source in report.graph.sources})
        if endpoint:
            from policykg.kg.folder.mirror import mirror

            mirror(output.out, report.graph, endpoint, library, progress)
    return report


def _before(output: Output, request: Request) -> Manifest:
    """Return what the last build's graph is made of."""
    if output.current is None:
        return Manifest()
    try:
        found = load_manifest(output.current)
    except ManifestError as error:
        if error.newer or request.action != "build":
            raise
        found = None
    if found is None and request.action != "build":
        raise ManifestError(
            f"{output.out} does not say what its graph is made of; build it anew: policykg build INPUT… -o {output.out}"
        )
    return found or Manifest()


def _fulfil(
    output: Output,
    library: Library,
    before: Manifest,
    waiting: Sequence[Request],
    request: Request,
    limits: Limits,
    progress: Progress,
) -> Report:
    notices: list[str] = []
    if library.damaged:
        notices.append(
            f"{LIBRARY_FILE} was damaged and is put aside; what it held is read and extracted again"
        )
    plan = Plan(library, before, limits=limits, progress=progress)
    completed = []
    for one in waiting:
        try:
            plan.apply(one)
        except PolicyKGError as error:
            notices.append(f"an earlier run was cut short; it cannot be completed ({one}): {error}")
        else:
            completed.append(str(one))
            notices.append(f"an earlier run was cut short; it is completed now: {one}")
    plan.apply(request)
    if request.action != "remove" and not plan.named:
        raise NothingBuiltError(plan.skipped)
    made_with = _made_with(plan.recipe, output.out)
    called = {source.name for key, source in plan.sources.items() if key in plan.named}
    intact = _is_intact(output, plan.recipe)
    if intact and (before.made_with, before.sources) == (made_with, plan.sorted_sources()):
        output.show()
        left = [_skipped(*pair) for pair in before.left if pair[0] in called]
        return Report(graph=before, run=None, skipped=(*plan.skipped, *left), notices=tuple(notices))
    corrections = _load_corrections(plan.recipe, output.out)
    entries, left = plan.entries()
    skipped = (*plan.skipped, *(one for one in left if {str(one.path), one.twin} & called))
    if not entries and request.action != "remove":
        raise NothingBuiltError(skipped)
    # What it needs takes longer to load than a run that changes nothing.
    from policykg.kg.folder.graph import make_graph

    with output.replace() as staging:
        intended = replace(before, recipe=plan.recipe)
        graph = make_graph(
            staging, entries, corrections, intended, progress, last=output.current if intact else None
        )
        run = Run(
            when=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            action=request.action,
            given=request.given,
            program=program_version(),
            **_changes(before.documents, graph.documents),
            skipped=tuple(one.reason for one in skipped),
            completed=tuple(completed),
            requests=tuple(one.mark for one in library.requests()),
        )
        graph = replace(
            graph,
            made_with=made_with,
            sources=plan.sorted_sources(),
            left=tuple((str(one.path), one.reason) for one in left),
            runs=(*before.runs, run),
        )
        save_manifest(staging, graph)
    return Report(graph=graph, run=run, skipped=skipped, notices=tuple(notices))


def _is_intact(output: Output, recipe: Recipe) -> bool:
    """Whether the files of the last graph are all there, and its store opens."""
    from policykg.kg.store import TRIG_FILE, Store, StoreError

    if output.current is None:
        return False
    wanted = (TRIG_FILE, *((PAGE_FILE,) if recipe.page else ()))
    try:
        Store.open(output.current).close()
    except StoreError:
        return False
    return all((output.current / name).is_file() for name in wanted)


def _skipped(name: str, reason: str) -> Skipped:
    return Skipped(path=Path(name), reason=reason)


def _changes(old: Iterable[Built], new: Iterable[Built]) -> dict[str, tuple[str, ...]]:
    """Name the documents that came, whose own content changed, and that went."""
    before = {one.name: one.content for one in old}
    now = {one.name: one.content for one in new}
    return {
        "added": tuple(name for name in now if name not in before),
        "changed": tuple(name for name in now if name in before and before[name] != now[name]),
        "removed": tuple(name for name in before if name not in now),
    }


def _load_corrections(recipe: Recipe, out: Path) -> tuple[Correction, ...]:
    """Read the corrections that were named, or those that stand in the output folder."""
    if recipe.corrections:
        return load_corrections(Path(recipe.corrections))
    kept = out / CORRECTIONS_FILE
    return load_corrections(kept) if kept.is_file() else ()


def _made_with(recipe: Recipe, out: Path) -> str:
    """Digest what a graph depends on beside its texts."""
    corrections = content_digest(Path(recipe.corrections) if recipe.corrections else out / CORRECTIONS_FILE)
    parts = (extraction_fingerprint(recipe), graph_fingerprint(), corrections, json.dumps(asdict(recipe)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
