"""An administrator's token that Canvas does not take for one is named once, in every kind of run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.secret import Secret
from scopecheck.run.plan import Plan
from scopecheck.run.preflight_only import preflight_run
from scopecheck.run.session import SandboxSession
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES, report_folder, settings_for, sweep

TAG = ("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z")
DEAD = "Canvas rejected CANVAS_ADMIN_TOKEN (HTTP 401"
BLIND = "CANVAS_ADMIN_TOKEN may not see the key (HTTP "


def probing(token: str, *, unset: tuple[str, ...] = (), **state: Any) -> list[str]:
    """The notes of a run in probe mode."""
    settings = {"admin_token": Secret(token), **dict.fromkeys(unset)}
    return sweep("probe", only=("none",), settings=settings, **state).setup.notes


def test_a_rejected_one_is_named_in_probe_mode() -> None:
    """Otherwise green would be taken for what the administrator's token proves."""
    [note] = probing("dead")

    assert note.startswith(DEAD)
    assert note.endswith("so nothing was read or created with it. Set it to a valid token, or unset it.")


def test_a_rejected_one_is_named_where_no_key_is_set() -> None:
    """Then the first that it is asked for is the user's name."""
    [note] = probing("dead", unset=("client_id", "redirect_uri"))

    assert note.startswith(DEAD)


def test_a_rejected_one_is_named_once_in_exercise_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is tried to be created with it either."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    plan = Plan(*TAG, patience=HASTY, transport=transport(canvas))
    with report_folder() as reports:
        settings = replace(settings_for(canvas, "exercise", ALLY, reports), admin_token=Secret("dead"))
        sandbox = SandboxSession.acquire(settings, plan)
        sandbox.set_up()
        sandbox.clean_up()

    [note] = sandbox.result([], 0.0, embedded=False).notes
    assert note.startswith(DEAD)


def test_a_rejected_one_is_named_by_the_preflight() -> None:
    """It reads the key's record with that token."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    settings = replace(settings_for(canvas, "probe", ALLY, Path("unused")), admin_token=Secret("dead"))
    [note] = preflight_run(settings, Plan(*TAG, patience=HASTY, transport=transport(canvas))).notes

    assert note.startswith(DEAD)


@pytest.mark.parametrize(
    "state", [{}, {"token_state": "personal", "role": "teacher"}], ids=["limited to scopes", "a teacher's"]
)
def test_one_that_may_not_see_keys_is_named(state: dict[str, Any]) -> None:
    """It is alive, but no administrator's."""
    [note] = probing(CREDENTIALS.access_token, **state)

    assert note.startswith(BLIND)
    assert "who may manage developer keys, or unset it." in note


def test_an_administrators_own_is_not_talked_about() -> None:
    """Nor is one that finds no such key."""
    assert probing(CREDENTIALS.admin_token) == []
    assert probing(CREDENTIALS.admin_token, key_workflow="deleted") == []
