"""Which file of the course is read and renamed where the run has none of its own: nobody's lease, and ours last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.exercises.file_lifecycle import choosable
from scopecheck.model.verdict import Proof
from scopecheck.sandbox.tag import new_tag
from tests.selftest.exercises.sweep import ALLY, SCOPES, Sweep, report_folder, run_sweep, settings_for

UPLOAD = "url:POST|/api/v1/courses/:course_id/files"
READ = "url:GET|/api/v1/courses/:course_id/files/:id"
RENAME = "url:PUT|/api/v1/files/:id"

TAG = new_tag(datetime.now(UTC))
"""Of a run that has just ended: what is a day old would be removed first."""
LEASE = f"{TAG}-lease-build-7-until-20260101T001500Z.png"
OURS = [f"{TAG}.png", f"{TAG}-renamed.png", f"{TAG}-kept.png"]


def in_a_course_with(*names: str) -> tuple[Sweep, list[str]]:
    """Read and rename a file in a course that has files of these names; the names of the files that were written to."""
    canvas = Canvas(CanvasConfig(scopes=tuple(scope for scope in SCOPES if scope != UPLOAD), throttle=False))
    files = canvas.tables.files
    pattern = next(file for file in files.values() if file.course_id == 1001)
    for number in [file.id for file in files.values() if file.course_id == 1001]:
        del files[number]
    for number, name in enumerate(names, 9001):
        files[number] = replace(pattern, id=number, display_name=name)
    with report_folder() as reports:
        found = run_sweep(canvas, settings_for(canvas, "exercise", ALLY, reports), only=(READ, RENAME))
    written = {write.path.rpartition("/")[2] for write in canvas.tables.writes if write.changed}
    return found, sorted(files[int(number)].display_name for number in written)


@pytest.mark.parametrize("ours", [[LEASE], OURS, [LEASE, *OURS]])
def test_others_come_first(ours: list[str]) -> None:
    """Ours are first by name, and still somebody else's file is taken, and restored."""
    found, written = in_a_course_with(*ours, "syllabus.pdf")

    assert written == ["syllabus.pdf"]
    assert found.results[RENAME].proof is Proof.EXERCISED
    assert found.results[READ].message == f"Read file {9001 + len(ours)}."


def test_ours_will_do() -> None:
    """A course with nothing else still has the file that the administrator's token made for this."""
    found, written = in_a_course_with(LEASE, OURS[2])

    assert written == [OURS[2]]
    assert found.results[READ].message == "Read file 9002."


def test_a_lease_is_never_taken() -> None:
    """Not even where it is the only file: the run that it belongs to may be on another machine."""
    found, written = in_a_course_with(LEASE)

    assert written == []
    assert found.results[READ].proof is Proof.PROBED
    assert found.results[RENAME].proof is Proof.PROBED


def test_rows_without_names_do_no_harm() -> None:
    """Whatever a list contains."""
    assert choosable([{}, {"display_name": None}, {"display_name": 7}]) == [
        {},
        {"display_name": None},
        {"display_name": 7},
    ]
