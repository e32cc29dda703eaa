"""Feed the readers damaged and hostile files for some minutes; keep each that breaks a promise.

    python tests/campaigns/fuzz_readers.py --minutes 10 --seeds FOLDER --keep FOLDER

The promises: nothing but ReadError is raised, a file takes no longer than the time limit, the process stays below the
memory limit, offsets lead back into the file. Each file is read in a process of its own pool, so that a crash of a
library shows as one.
"""

import argparse
import hashlib
import multiprocessing
import random
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from policykg.extract.readers import Limits, ReadError, docx, html, locate, pdf, read_inputs
from policykg.extract.structure.contacts import contact_spans
from policykg.extract.structure.documents import split_documents

#: Loaded before the processes part, as loading takes longer than reading.
LOADED = (docx, html, pdf)
SECONDS = 60
MEMORY = 2_000_000_000
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=100_000_000, pages=500)
#: Pieces that parsers stumble over.
DICTIONARY = [
    b"<table>", b"<tr>", b"<td>", b"</td>", b"<div>" * 300, b"&#x0;", b"&#xffff;", b"<!DOCTYPE", b"<![CDATA[", b"]]>",
    b"<script>", b"<!--", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"endobj", b"stream", b"/Length 99999999",
    b"/Count -1", b"/Kids [2 0 R]", b"xref", b"%%EOF", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"w:tbl", b"w:p", b"w:numId",
    "《".encode() * 50, "第一条".encode(), "〔2031〕1号".encode(), "2031年1月1日".encode(), "（一）".encode() * 30, b"1" * 500,
    b"\n" * 500, b" " * 5000, "，".encode() * 500, "发文字号：".encode() * 20, b"- 1 -\n", "联系人：".encode(), b"| " * 300,
]  # fmt: skip


def mutate(data: bytes, others: list[bytes], choose: random.Random) -> bytes:
    """Damage a file in some random places."""
    made = bytearray(data)
    for _ in range(choose.choice((1, 1, 2, 4, 8, 32))):
        at = choose.randrange(len(made) + 1)
        act = choose.randrange(7)
        if act == 0 and made:
            made[min(at, len(made) - 1)] = choose.randrange(256)
        elif act == 1:
            made[at:at] = choose.choice(DICTIONARY)
        elif act == 2:
            del made[at : at + choose.choice((1, 4, 64, 4096))]
        elif act == 3:
            made[at:at] = made[at : at + choose.choice((8, 256, 8192))] * choose.choice((1, 2, 16))
        elif act == 4:
            other = choose.choice(others)
            start = choose.randrange(len(other) + 1)
            made[at : at + choose.choice((0, 64))] = other[start : start + choose.choice((16, 512, 8192))]
        elif act == 5:
            del made[at:]
        else:
            made[at : at + 4] = choose.randbytes(4)
        if len(made) > 4_000_000:
            del made[4_000_000:]
    return bytes(made)


def repack(data: bytes, others: list[bytes], choose: random.Random) -> bytes:
    """Damage what is inside an archive and pack it anew."""
    made = BytesIO()
    try:
        with (
            zipfile.ZipFile(BytesIO(data)) as archive,
            zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for info in archive.infolist():
                content = archive.read(info)
                broken = content and info.filename.endswith(".xml") and choose.random() < 0.6
                out.writestr(info.filename, mutate(content, others, choose) if broken else content)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        return data
    return made.getvalue()


def judge(data: bytes) -> str:
    """Read a file as a user would; return what is wrong, "" where all is as promised."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    started = time.monotonic()
    for found in read_inputs("-", stdin=BytesIO(data), limits=LIMITS):
        if isinstance(found, ReadError):
            if "\n" in str(found):
                return "a message of more than one line"
            continue
        for offset in range(0, len(found.text), max(1, len(found.text) // 50)):
            locate(found, offset)
        spans = split_documents(found)
        if spans[0].start != 0 or spans[-1].end != len(found.text):
            return "documents do not cover the text"
        contact_spans(found.text)
    took = time.monotonic() - started
    return f"took {took:.0f} s" if took > SECONDS / 2 else ""


def attempt(data: bytes) -> str:
    """Judge in a fresh process, so that crashes and endless runs are seen."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(False)

    def run() -> None:
        try:
            sender.send(judge(data))
        except BaseException as error:  # noqa: BLE001  what it is is the finding
            sender.send(f"{type(error).__name__}: {error}")

    process = context.Process(target=run)
    process.start()
    answer = receiver.recv() if receiver.poll(SECONDS) else ""
    process.join(1)
    if process.is_alive():
        process.kill()
        process.join()
        return answer or f"no end after {SECONDS} s"
    return answer if process.exitcode == 0 else f"the process died: {process.exitcode}"


def seeds(folder: Path) -> Iterator[bytes]:
    """Yield the files to start from, without very large ones."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size < 2_200_000:
            yield path.read_bytes()


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seeds", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    choose = random.Random(given.seed)
    files = list(seeds(given.seeds))
    given.keep.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * given.minutes
    tried = kept = 0
    while time.monotonic() < end:
        start = choose.choice(files)
        inner = start.startswith(b"PK") and choose.random() < 0.8
        data = repack(start, files, choose) if inner else mutate(start, files, choose)
        tried += 1
        if fault := attempt(data):
            kept += 1
            name = hashlib.sha256(data).hexdigest()[:16]
            (given.keep / f"{name}.bin").write_bytes(data)
            (given.keep / f"{name}.txt").write_text(fault + "\n", encoding="utf-8")
    sys.stdout.write(f"{tried} files tried, {kept} kept in {given.keep}\n")
    return 1 if kept else 0


if __name__ == "__main__":
    raise SystemExit(main())
