"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`, which writes what the program now says into the files that tests compare with."""
    parser.addoption("--update-golden", action="store_true", help="rewrite expected files")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and gold annotations beside the checkout; CI must have it."""
    folder = Path(os.environ.get("POLICYKG_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{folder} is missing: CI needs the real documents")
        pytest.skip(f"{folder} is missing: tests on real documents are skipped")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The bundled sample documents."""
    return ROOT / "tests" / "samples"
