"""SPARQL servers for this room's tests, started on loopback and stopped again."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

_VIRTUOSO = """[Database]
DatabaseFile = {folder}/data.db
ErrorLogFile = {folder}/data.log
LockFile = {folder}/data.lck
TransactionFile = {folder}/data.trx
xa_persistent_file = {folder}/data.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 4
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
"""


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running endpoint, of each engine in turn."""
    run = {"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param]
    with run(tmp_path_factory.mktemp(request.param)) as address:
        yield address


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Run PyPI's `oxigraph` server; yields the address of its query service."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if program is None:
        absent("oxigraph", "pip install oxigraph")
    port = free_port()
    with _running([program, "serve", "--bind", f"127.0.0.1:{port}"], folder, port):
        yield f"sparql+http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Run Debian's Virtuoso; yields the address of its query service with the password that a new database has."""
    program = shutil.which("virtuoso-t")
    if program is None:
        absent("virtuoso-t", "apt-get install virtuoso-opensource")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(
        _VIRTUOSO.format(folder=folder, sql=sql, http=http), encoding="utf-8"
    )
    with _running([program, "+configfile", "virtuoso.ini", "+foreground"], folder, http):
        yield f"sparql+http://dba:dba@127.0.0.1:{http}/sparql-auth"


def absent(program: str, remedy: str) -> NoReturn:
    """Skip the test for want of a program; in CI it must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{program} is missing: {remedy}")
    pytest.skip(f"{program} is missing: {remedy}")


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait(process, port, folder)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"{process.args!r} does not listen on {port}: {log[-2000:]}")
