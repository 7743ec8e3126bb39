"""A journal that can no longer be written stops all writes: what is not in the journal is not changed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scopecheck.sandbox.changes import CaptionChange, FieldChange
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.undo.captions import tracks_path
from tests.selftest.endtoend.runs import Finished, finish, start
from tests.selftest.sandbox.killing import restore, to
from tests.selftest.sandbox.left_open import open_changes
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
    paths = []
    for entry in open_changes(reports / "journal", JournalTarget(canvas.canvas.url, "1001")):
        match entry.change:
            case FieldChange() as change:
                paths.append(re.escape(change.of.put_call(change.course_id, change.object_id, None).path))
            case CaptionChange() as change:
                paths.append(re.escape(tracks_path(change.media_id)))
            case _:
                paths.append(r"/api/v1/files/\d+.*")
    return paths


def why(found: Finished) -> str:
    """Why the upload was not exercised."""
    message: str = next(row["message"] for row in found.document["scopes"] if row["scope"] == UPLOAD)
    return message


def test_what_is_no_journal(reports: Path) -> None:
    """`restore` and a run say so and are no success, once: it is set aside, and does no harm to the run's verdicts."""
    with watching() as canvas:
        folder = reports / "journal" / JournalTarget(canvas.canvas.url, "1001").slug
        (folder / "folder.jsonl").mkdir(parents=True)
        ran = restore(reports, to(canvas))
        (folder / "garbage.jsonl").write_text("garbage\n")
        found = finish(start(reports, "-n", "0", settings=to(canvas)), reports)
        failed = found.document["cleanup"]["failed"]
        again = finish(start(reports, "-n", "0", settings=to(canvas)), reports)

    assert ran.code == 1
    assert "Not restored: journal folder.jsonl: It is a folder, so nothing in it is restored." in ran.words
    assert found.code == 1, found.output
    assert found.not_granted == {}
    assert "It has a line that is damaged (1), so nothing in it is restored." in " ".join(found.output.split())
    assert [failure["what"] for failure in failed] == ["journal garbage.jsonl"]
    assert again.code == 0, again.output
    assert sorted(path.name for path in folder.iterdir()) == ["folder.jsonl.set-aside", "garbage.jsonl.set-aside"]


def test_no_journal_from_the_start(reports: Path) -> None:
    """If no journal can be started, no write reaches any object, not even with the administrator's token.

    Since there might have been open changes in its place, the run is no success.
    """
    reports.mkdir()
    (reports / "journal").write_text("")
    with watching() as canvas:
        process = start(reports, "-n", "2", settings=to(canvas, admin=True))
        found = finish(process, reports)

        assert canvas.changes == []
    assert found.code == 1, found.output
    assert found.not_granted == {}
    assert "cannot be written" in why(found)
    assert "Note: The journal" in found.output
    assert "It cannot be read (Not a directory), so nothing in it is restored." in " ".join(found.output.split())
