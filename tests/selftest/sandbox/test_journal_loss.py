"""A journal that can no longer be written stops all writes: what is not in the journal is not changed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scopecheck.sandbox.journal import JournalTarget, open_changes
from tests.selftest.endtoend.runs import Finished, finish, start
from tests.selftest.sandbox.killing import restore, to
from tests.selftest.sandbox.watching import Watched, watching

UPLOAD = "url:POST|/api/v1/courses/:course_id/files"
"""A scope that needs two journal lines, the second only after the first write of any case."""

LOST = "The reports cannot be written to "


def gone(reports: Path, _process_id: int) -> Path:
    """Somebody removes the report folder."""
    return reports.rename(reports.with_name("gone"))


def a_file_in_its_place(reports: Path, process_id: int) -> Path:
    """Somebody removes the report folder, and nothing can be created in its place."""
    moved = gone(reports, process_id)
    reports.write_text("")
    return moved


def full(reports: Path, process_id: int) -> Path:
    """No file of the run can grow beyond the journal's present size, as on a full disk (Linux)."""
    import resource

    size = max(journal.stat().st_size for journal in reports.glob("journal/*/*"))
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (size, size))
    return reports


@pytest.mark.parametrize(
    ("lose", "workers"),
    [
        (gone, "0"),
        (a_file_in_its_place, "0"),
        (a_file_in_its_place, "2"),
        pytest.param(full, "0", marks=pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs prlimit")),
    ],
)
def test_the_journal_is_lost(reports: Path, lose: Callable[[Path, int], Path], workers: str) -> None:
    """After that, only changes already in the journal are made, and they are undone.

    The run says in one sentence what it could not write, and ends with exit code 3.
    """
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold("PUT", alone=True)
        process = start(reports, "-n", workers, settings=to(canvas))
        held.wait()
        kept, changes = lose(reports, process.pid), len(canvas.changes)
        journaled = written_down(kept, canvas)
        held.release()
        found = finish(process, reports)
        # A line whose file was open already when the folder went may have been written after the first look.
        journaled += written_down(kept, canvas)

        assert canvas.content == before
        for write in canvas.changes[changes:]:
            assert any(re.fullmatch(path, write.path) for path in journaled), (write, journaled)
    assert found.code == 3, found.output
    assert "Traceback" not in found.output
    assert found.output.count(LOST) == 1
    assert re.search(r"granted +probed +POST /courses/:course_id/files", found.output)
    if lose is gone:
        assert "cannot be written (No such file or directory); nothing was changed" in why(found)


def written_down(reports: Path, canvas: Watched) -> list[str]:
    """The paths that the journal allows to be changed, as regular expressions."""
    target = JournalTarget(canvas.canvas.url, "1001")
    open_now = open_changes(reports / "journal", target)
    paths = {"field": lambda data: data["field"]["path"], "caption": lambda data: data["path"]}
    return [paths[change.kind](change.data) if change.kind in paths else r"/api/v1/files/\d+.*" for change in open_now]


def why(found: Finished) -> str:
    """Why the upload was not exercised."""
    message: str = next(row["message"] for row in found.document["scopes"] if row["scope"] == UPLOAD)
    return message


def test_a_journal_that_cannot_be_read(reports: Path) -> None:
    """It may contain what an earlier run left: `restore` and the next run say so, and neither is a success."""
    with watching() as canvas:
        target = JournalTarget(canvas.canvas.url, "1001")
        (reports / "journal" / target.slug / "unreadable.jsonl").mkdir(parents=True)
        ran = restore(reports, to(canvas))
        found = finish(start(reports, "-n", "0", settings=to(canvas)), reports)

    said = "The journal unreadable.jsonl cannot be read (Is a directory), so any changes in it are not restored."
    assert ran.code == 1
    assert f"Nothing was restored: {said}" in ran.words
    assert found.code == 1, found.output
    assert found.not_granted == {}
    assert said in " ".join(found.output.split())
    assert [failure["message"][: len(said)] for failure in found.document["cleanup"]["failed"]] == [said]


def test_no_journal_from_the_start(reports: Path) -> None:
    """If no journal can be started, no write reaches any object, not even with the administrator's token."""
    (reports / "journal").mkdir(parents=True)
    with watching() as canvas:
        target = JournalTarget(canvas.canvas.url, "1001")
        (reports / "journal" / target.slug).write_text("")
        process = start(reports, "-n", "2", settings=to(canvas, admin=True))
        found = finish(process, reports)

        assert canvas.changes == []
    assert found.code == 0, found.output
    assert "cannot be written" in why(found)
    assert "Note: The journal" in found.output
