"""The distribution holds every folder, and nothing outside `policykg`."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP = ("kg", "ontology", "extract", "viz")


def test_every_folder_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = {
        "policykg." + ".".join(folder.relative_to(ROOT).parts)
        for top in TOP
        for folder in [ROOT / top, *(ROOT / top).rglob("*")]
        if folder.is_dir() and folder.name != "__pycache__"
    }
    assert found == set(declared["tool"]["setuptools"]["packages"])


def test_typing_links_resolve() -> None:
    for top in TOP:
        assert (ROOT / ".typing/policykg" / top).resolve() == ROOT / top


def tracked(*paths: str) -> list[str]:
    """The files under some paths that belong to the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--", *paths]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that a release would ship, built from a copy so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "copy"
    copy.mkdir()
    for name in tracked(*TOP, "pyproject.toml", "README.md"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_tracked_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert all(name.startswith("policykg/") for name in inside)
    assert inside >= {f"policykg/{name}" for name in tracked(*TOP)}


def test_every_command_runs_from_the_wheel(wheel: Path, tmp_path: Path, samples: Path) -> None:
    """Installed without the checkout, the commands work end to end (dependencies come from this environment)."""
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        "--target",
        str(site),
    ]
    subprocess.run([*install, str(wheel)], check=True)
    # -S would drop the dependencies too; a path entry before the editable hook's is enough to shadow the checkout.
    launcher = (
        "import sys; sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in type(f).__module__ "
        "and 'editable' not in getattr(f, '__module__', '')]; "
        f"sys.path.insert(0, {str(site)!r}); from policykg.kg.cli import main; "
        f"import policykg.kg.cli as c; assert c.__file__.startswith({str(site)!r}), c.__file__; main()"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", launcher, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done

    files = sorted(map(str, samples.glob("*.txt")))
    run("build", *files, "-o", "out")
    assert (tmp_path / "out" / "graph.html").is_file()
    name = "海洋创新部"
    run("query", "--list")
    run("mechanisms", name, "-s", "out", "--format", "json")
    run("show", name, "-s", "out")
    run("analyse", "-s", "out")
    run("draw", "-s", "out", "-o", "page.html")
    run("export", "-s", "out", "--to", "turtle", "-o", "graph.ttl")
    run("validate", "-s", "out")
    run("extract", files[0], "--format", "json")
    run("explain", files[0], "--at", "40")
