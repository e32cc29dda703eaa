"""The extraction stays above the floor that QUALITY.md sets."""

import datetime
from pathlib import Path

import pytest

from policykg.extract.quality.evaluate import ROWS, Count
from policykg.extract.quality.measuring import (
    QUALITY_FILE,
    QualityError,
    evaluate_folder,
    format_line,
    read_floor,
)


def test_dev_reaches_the_floor(root: Path, shared: Path) -> None:
    floor = read_floor((root / QUALITY_FILE).read_text(encoding="utf-8"))
    table = evaluate_folder(shared / "gold" / "dev")
    below = {row: round(table[row].f1, 4) for row, least in floor.items() if table[row].f1 < least}
    assert not below, f"below the floor {floor}"


def test_line_has_a_figure_for_each_column() -> None:
    table = {row: Count(1, 2, 2) for row in ROWS}
    line = format_line(datetime.date(2026, 1, 2), 0.75, table)
    assert line == f"| 2026-01-02 | 0.750 | {' | '.join(['0.500'] * len(ROWS))} |"


def test_floor_must_be_there() -> None:
    with pytest.raises(QualityError, match="floor"):
        read_floor("# nothing\n")
    assert read_floor(f"| floor | | {' | '.join(['0.5'] * len(ROWS))} |") == dict.fromkeys(ROWS, 0.5)
