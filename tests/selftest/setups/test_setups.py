"""Each set-up has the exit code, the causes and the steps that a Canvas administrator would call right."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.options import parse
from scopecheck.report.actions import Action
from scopecheck.report.subject import Subject
from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.setups.rows import ROWS, Row
from tests.selftest.setups.truth import wrong_with
from tests.selftest.setups.world import World


def state(row: Row) -> dict[str, Any]:
    """The row's state of the embedded Canvas."""
    config = replace(parse(row.embedded), scopes=SCOPES, throttle=False)
    return {field.name: getattr(config, field.name) for field in fields(CanvasConfig)}


def world(row: Row) -> World:
    """The row's set-up."""
    return World.of(state(row), dict(row.given), mode=row.mode, admin=row.admin)


def words(action: Action) -> str:
    """All of a step, as a report says it."""
    return f"{action.what} {action.then}"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_setup(row: Row) -> None:
    """The run is green exactly if there is nothing to do; what there is to do has this cause and says this.

    What works but should be known is in a note. What green leaves open is in the first line.
    """
    found: Subject = world(row).run()

    assert [action.cause for action in found.actions] == [cause for cause, _ in row.steps]
    assert all(part in words(action) for action, (_, part) in zip(found.actions, row.steps, strict=True))
    assert found.conformant is not bool(row.steps)
    assert row.note in "\n".join(found.run.notes)
    assert not row.unseen or "were not tried (probe mode)" in found.headline.sentence


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_green_means_that_it_works(row: Row) -> None:
    """No row is expected to be green where the integration would not work, unless nobody could see it."""
    works = not wrong_with(world(row))

    assert works is not (bool(row.steps) or row.unseen)
    assert not row.unseen or (row.mode == "probe" and not row.admin)
