"""Some of the set-ups as whole commands: the process says and returns what the same set-up does within this process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.selftest.endtoend.runs import run
from tests.selftest.setups.rows import ROWS, Row

WHOLE: Final = [row for row in ROWS if not (row.given or row.admin)][::3]
"""Every third of those that options of the command describe."""


def test_there_are_enough() -> None:
    """At least ten, in both modes, some of them green."""
    assert len(WHOLE) >= 10
    assert {row.mode for row in WHOLE} == {"exercise", "probe"}
    assert {bool(row.steps) for row in WHOLE} == {True, False}


@pytest.mark.parametrize("row", WHOLE, ids=str)
def test_setup_as_a_command(row: Row, tmp_path: Path) -> None:
    """The exit code, the numbered steps in their order, and the causes in scopes.json are those of the table."""
    state = [part for option in row.embedded for part in ("--embedded", option)]
    found = run(tmp_path / "reports", "-n", "0", f"--canvas-mode={row.mode}", *state)
    said = " ".join(found.output.partition("What to do")[2].split())
    causes = {each["cause"] for each in (*found.document["key"], *found.document["scopes"])}

    assert found.code == (1 if row.steps else 0), found.output
    assert bool(said) is bool(row.steps)
    assert causes.issuperset(cause for cause, _ in row.steps)
    for number, (_, part) in enumerate(row.steps, 1):
        assert part in said.partition(f"{number}. ")[2]
