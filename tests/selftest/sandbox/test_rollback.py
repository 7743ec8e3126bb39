"""What is noted of a change that is undone at once: in the tally, in the journal, and on disk where it failed."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Final

import msgspec
import pytest

from scopecheck.model.call import Call
from scopecheck.model.verdict import Cleanup, FailedRestore
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalTarget, open_changes
from scopecheck.sandbox.undo.field import Field
from scopecheck.sandbox.undo.made import Made
from scopecheck.sandbox.undo.rollback import Rollback, Tally, forget_failure, keep_failure
from tests.selftest.sandbox.scripted import Script, Step, put

TARGET: Final = JournalTarget("https://canvas.test", "7")
BODY: Final = Field("/api/v1/x", "page", "body", "body", "/api/v1/x", [], html=True, answers=True)
PAGE: Final = {"field": asdict(BODY), "old": "<p>old</p>", "written": "<p>new</p>"}
PUT_OLD: Final = put("/api/v1/x", {"page": {"body": "<p>old</p>"}})
TAKEN: Final[list[Step]] = [(PUT_OLD, 200, {"body": "<p>old</p>"})]
STILL_THERE: Final[Step] = (BODY.get(), 200, {"body": "<p>new</p>"})
FILE: Final = asdict(Made("/api/v1/courses/7/files", "display_name", "x.png", "id", "/api/v1/files"))
LIST: Final = Call("GET", "/api/v1/courses/7/files", query=[("search_term", "x.png"), ("per_page", "100")])


@pytest.fixture
def rollback(reports: Path) -> Rollback:
    """The rollback of one process of a run."""
    reports.mkdir()
    return Rollback(Journal(reports / "journal", TARGET, "scopecheck-20260101T000000-abcd-gw0"), reports, Tally())


def undo(rollback: Rollback, change: JournalEntry, steps: list[Step], *, landed: bool = True) -> Cleanup:
    """Undo a change by exactly these steps, and give what the process tells of all."""
    script = Script(steps)
    rollback.undo(change, script.send, landed=landed)
    assert script.over
    return rollback.tally.cleanup()


def still_open(rollback: Rollback) -> list[str]:
    """What the journal still holds open."""
    return [change.what for change in open_changes(rollback.reports / "journal", TARGET)]


def test_what_is_undone_is_counted_and_closed(rollback: Rollback) -> None:
    """Each counts; the case that made it need not look first."""
    for number in (1, 2):
        change = rollback.journal.open("field", "page x", PAGE, "now")

        assert undo(rollback, change, TAKEN) == Cleanup(number, [])
        assert still_open(rollback) == []


def test_what_was_never_made_is_closed_and_not_counted(rollback: Rollback) -> None:
    """A file that is not in the list was never made."""
    change = rollback.journal.open("made", "file x", FILE, "now")

    assert undo(rollback, change, [(LIST, 200, [])]) == Cleanup(0, [])
    assert still_open(rollback) == []


def test_what_may_still_take_effect_stays_open(rollback: Rollback) -> None:
    """A request that was never answered may land behind its undoing, which so counts for nothing yet."""
    change = rollback.journal.open("field", "page x", PAGE, "now")

    assert undo(rollback, change, TAKEN, landed=False) == Cleanup(0, [])
    assert still_open(rollback) == ["page x"]


def test_what_was_learned_since_is_used(rollback: Rollback) -> None:
    """The id that Canvas gave spares the search."""
    change = rollback.journal.open("made", "file x", FILE, "now")
    rollback.journal.amend(change, {"id": "9"})

    assert undo(rollback, change, [(Call("DELETE", "/api/v1/files/9"), 200, {"id": 9})]) == Cleanup(1, [])


def test_what_is_closed_is_not_undone_again(rollback: Rollback) -> None:
    """Where Canvas refused the write, or the exercise put back what it wrote, there is nothing to do."""
    change = rollback.journal.open("field", "page x", PAGE, "now")
    rollback.journal.close(change)

    assert undo(rollback, change, []) == Cleanup(0, [])


@pytest.mark.parametrize("landed", [True, False])
def test_what_failed_is_told_and_kept(rollback: Rollback, landed: bool) -> None:
    """It stays open, and all that is needed to do it by hand is in a file below the reports."""
    changes = [rollback.journal.open("field", f"page {name}", PAGE, "now") for name in "xy"]
    for change in changes:
        told = undo(rollback, change, [(PUT_OLD, 403, {"message": "no"}), STILL_THERE], landed=landed)

    assert told.restored == 0
    assert [failure.what for failure in told.failed] == ["page x", "page y"]
    assert sorted(still_open(rollback)) == ["page x", "page y"]
    for change, failure in zip(changes, told.failed, strict=True):
        assert "403" in failure.message
        assert re.fullmatch(r"unrestored/[\w.-]+\.json", str(failure.saved_as))
        kept = rollback.reports / str(failure.saved_as)
        assert msgspec.json.decode(kept.read_bytes(), type=JournalEntry) == change


def test_a_journal_that_is_lost_takes_no_count_back(rollback: Rollback) -> None:
    """The change is undone, whether or not that can be written down."""
    change = rollback.journal.open("field", "page x", PAGE, "now")
    rollback.journal.path.unlink()

    assert undo(rollback, change, TAKEN) == Cleanup(1, [])


CHANGE: Final = JournalEntry("../scopecheck-20260101T000000-abcd-gw0/1", "field", "page x", PAGE, "now")


def test_a_failure_is_kept_below_the_reports_wherever_they_are(tmp_path: Path) -> None:
    """The report folder is made where it is not there yet, and nothing lands beside it, whatever the id of a change."""
    reports = tmp_path / "not" / "there"
    kept = [keep_failure(reports, CHANGE, "It failed.") for _ in range(2)]

    assert kept[0] == kept[1] == FailedRestore("page x", "It failed.", kept[0].saved_as)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [reports / str(kept[0].saved_as)]


def test_a_failure_that_cannot_be_kept_is_told_all_the_same(tmp_path: Path) -> None:
    """Where the report folder is a file, the failure names no place."""
    (tmp_path / "reports").write_text("")

    assert keep_failure(tmp_path / "reports", CHANGE, "It failed.") == FailedRestore("page x", "It failed.", None)


def test_what_succeeds_later_is_not_kept(tmp_path: Path) -> None:
    """Its file goes, and no other; that there is none is no trouble."""
    other = keep_failure(tmp_path, JournalEntry("run/2", "field", "page y", PAGE, "now"), "It failed.")
    keep_failure(tmp_path, CHANGE, "It failed.")
    for _ in range(2):
        forget_failure(tmp_path, CHANGE)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / str(other.saved_as)]


def test_a_folder_that_is_none_is_no_trouble(tmp_path: Path) -> None:
    """Where there is a file in its place, nothing was kept."""
    (tmp_path / "unrestored").write_text("")
    forget_failure(tmp_path, CHANGE)

    assert (tmp_path / "unrestored").is_file()
