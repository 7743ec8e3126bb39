"""Broken keys and roles, mended by whole commands: what they leave is green for a whole run."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.running import run, serve
from tests.selftest.endtoend import runs
from tests.selftest.endtoend.runs import LONGEST_S, ROOT, environment, leading_to

PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"


@dataclass(frozen=True)
class Row:
    """One broken set-up, and the command that mends it."""

    name: str
    state: dict[str, Any]
    command: tuple[str, ...]
    plan: str
    """What the plan says of it."""


ROWS: Final = (
    Row("a box", {"missing_on_key": frozenset({PAGE})}, ("key", "repair"), "+ PUT /api/v1/courses/:course_id/pages/"),
    Row("enforcement", {"enforce_scopes": False}, ("key", "repair", "--enforce-scopes"), "Enforce Scopes: off -> ON"),
    Row("the state", {"key_state": "off"}, ("key", "repair", "--switch-on"), "State: off -> ON"),
    Row("a permission", {"role": "ally", "denied": frozenset({"manage_wiki_update"})},
        ("role", "repair", "--login", "ally"), "+ Manage Pages > Pages - update [manage_wiki_update]"),
    Row("the role", {"role": "student"}, ("role", "create", "--login", "ally"), "+ role Ally, an account role"),
)  # fmt: skip


def active(canvas: EmbeddedCanvas) -> set[str]:
    """The tokens that are active."""
    return {token.token for token in canvas.tables.tokens.values() if token.workflow_state == "active"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_broken_set_up(row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command shows what is wrong and mends it, no token ends, the run is green, and a second one does nothing."""
    with serve(**row.state) as canvas:
        before, settings = active(canvas), leading_to(canvas)
        administrator = {**settings, "CANVAS_ADMIN_TOKEN": canvas.credentials.admin_token}
        ran = subprocess.run(
            [sys.executable, "-m", "scopecheck", *row.command, "--yes"], cwd=ROOT, text=True, timeout=LONGEST_S,
            env=environment(tmp_path / "kept", administrator), capture_output=True, check=False,
        )  # fmt: skip
        assert (ran.returncode, row.plan in ran.stdout) == (0, True), ran.stdout + ran.stderr
        assert active(canvas) >= before

        found = runs.run(tmp_path / "reports", "-n", "0", settings=settings)
        assert (found.code, set(found.verdicts.values())) == (0, {"granted"}), found.output

        writes = len(canvas.tables.writes)
        for name, value in administrator.items():
            monkeypatch.setenv(name, value)
        again = run(tmp_path, *row.command, "--yes")
        assert (again.code, len(canvas.tables.writes)) == (0, writes), again.words
