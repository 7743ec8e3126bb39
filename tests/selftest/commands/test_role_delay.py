"""When a refusal is put down to the time that Canvas takes to heed a change of a role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scopecheck.administration.kept import keep, last_change
from scopecheck.commands.setup_person import delay_lines
from scopecheck.report.subject import Subject
from scopecheck.report.write import write_reports
from tests.selftest.bundle.recording import a_canvas, record_run
from tests.selftest.exercises.sweep import ALLY

NOW = datetime.now(UTC)
BEFORE: dict[str, Any] = {"role": {"id": 1}}
AFTER: dict[str, Any] = {"role": {"id": 1, "label": "Ally"}}


def changed(reports: Path, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Keep what a change of the role keeps."""
    keep(reports, "role", "Ally", "before", before)
    keep(reports, "role", "Ally", "after", after)


def refused(reports: Path, **state: Any) -> None:
    """The reports of a run against a Canvas in this state."""
    found = record_run(a_canvas(**state), "probe").run
    assert found
    write_reports(reports, Subject(ALLY, found))


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A run that was refused calls for the user's role."""
    refused(tmp_path, role="student")
    return tmp_path


def test_within_an_hour(reports: Path) -> None:
    """It says when the role was changed, and from when on to run again: half an hour later."""
    changed(reports, BEFORE, AFTER)
    at = last_change(reports, "role")
    assert at

    lines = list(delay_lines(reports, at + timedelta(minutes=59)))
    assert lines[0] == f"The role was changed at {at:%H:%M} UTC, and calls were refused for want of a permission."
    assert lines[-1] == f"That is at {at + timedelta(minutes=30):%H:%M} UTC or later:"
    assert list(delay_lines(reports, at + timedelta(minutes=61))) == []


def test_a_change_that_changed_nothing(reports: Path) -> None:
    """Records that are alike are none, and neither is a folder without any."""
    assert last_change(reports, "role") is None
    changed(reports, AFTER, AFTER)

    assert last_change(reports, "role") is None
    assert list(delay_lines(reports, NOW)) == []


def test_refused_for_another_reason(tmp_path: Path) -> None:
    """A scope that is missing is not put down to the role, and neither is a run without reports."""
    changed(tmp_path, BEFORE, AFTER)
    assert list(delay_lines(tmp_path, datetime.now(UTC))) == []
    refused(tmp_path, missing_on_key=frozenset({str(ALLY.requirements[0].scope)}))

    assert list(delay_lines(tmp_path, datetime.now(UTC))) == []
