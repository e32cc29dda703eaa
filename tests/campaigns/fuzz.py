"""Feed damaged and hostile files to the program for some minutes; keep each that breaks a promise.

    python tests/campaigns/fuzz.py read|build --minutes 10 --seeds FOLDER --keep FOLDER

The promises are those of `promises.py`; besides, no input takes longer than the time limit or more memory than the limit,
nothing but the output folder is written, and no connection is made. Each input is judged in a process of its own, so that
a crash of a library shows as one.
"""

import argparse
import hashlib
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mutations import excerpt, mutate
from promises import Judge, forbid_writing_outside, judge_building, judge_reading

from policykg.extract.pipeline import build_pipeline

SECONDS = 120
MEMORY_KB = 2_000_000


def attempt(judge: Judge, data: bytes) -> str:
    """Judge in a fresh process, so that crashes and endless runs are seen."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(False)

    def run() -> None:
        forbid_writing_outside(tempfile.gettempdir())
        try:
            fault = judge(data)
        except BaseException as error:  # noqa: BLE001  what it is is the finding
            fault = f"{type(error).__name__}: {error}"
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sender.send(fault or (f"took {used // 1000} MB" if used > MEMORY_KB else ""))

    process = context.Process(target=run)
    process.start()
    try:
        answer = receiver.recv() if receiver.poll(SECONDS) else f"no end after {SECONDS} s"
    except EOFError:
        answer = ""
    process.join(1)
    if process.is_alive():
        process.kill()
        process.join()
    return answer or (f"the process died: {process.exitcode}" if process.exitcode else "")


def seeds(folders: list[Path], most: int) -> Iterator[bytes]:
    """Yield the files to start from, without very large ones."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_size < most:
                yield path.read_bytes()


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=("read", "build"))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seeds", type=Path, action="append", required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    judge = judge_reading if given.target == "read" else judge_building(build_pipeline())
    files = list(seeds(given.seeds, 2_200_000 if given.target == "read" else 150_000))
    judge(files[0])  # What is loaded and remembered now need not be in every process.
    choose = random.Random(given.seed)
    end = time.monotonic() + 60 * given.minutes
    tried = kept = 0
    while time.monotonic() < end:
        start = choose.choice(files)
        if given.target == "build":
            start = excerpt(start, choose, characters=3_000)
        data = mutate(start, files, choose)
        tried += 1
        if fault := attempt(judge, data):
            kept += 1
            given.keep.mkdir(parents=True, exist_ok=True)
            name = hashlib.sha256(data).hexdigest()[:16]
            (given.keep / f"{name}.bin").write_bytes(data)
            (given.keep / f"{name}.txt").write_text(fault + "\n", encoding="utf-8")
    sys.stdout.write(f"{given.target}: {tried} inputs tried, {kept} broke a promise (kept in {given.keep})\n")
    return 1 if kept else 0


if __name__ == "__main__":
    raise SystemExit(main())
