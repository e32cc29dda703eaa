"""Runs killed at random moments leave whole graphs, and the next run completes them; the campaign kills more of them."""

import subprocess
import sys
from pathlib import Path


def test_killed_runs_leave_whole_graphs_and_are_completed(root: Path) -> None:
    campaign = root / "tests" / "campaigns" / "kill.py"
    command = [sys.executable, str(campaign), "--kills", "20"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "every graph whole" in done.stdout
