"""What is noted of a change that is undone at once: in the tally, in the journal, and on disk where it failed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import msgspec
import pytest

from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import Cleanup, FailedRestore
from scopecheck.sandbox.changes import Change, FieldChange, MadeChange
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalTarget
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.rollback import Rollback, Tally, forget_failure, keep_failure
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.exercises.sweep import HASTY
from tests.selftest.sandbox.left_open import open_changes
from tests.selftest.sandbox.scripted import NOT_FOUND

Exchange: TypeAlias = tuple[str, int, Any]
"""Method and last segment of the path of a request, the status of its answer, and its JSON."""

BASE: Final = "https://canvas.test"
TARGET: Final = JournalTarget(BASE, "7")
OLD, WRITTEN = "<p>old</p>", "<h2>scopecheck-20260101T000000-abcd</h2>"
PAGE: Final = FieldChange(Noun.PAGE, "7", "x", OLD, WRITTEN)
FILE: Final = MadeChange(Noun.FILE, "7", "scopecheck-20260101T000000-abcd.png")
WROTE: Final[Exchange] = ("PUT x", 200, {"url": "x", "body": WRITTEN})
SEEN: Final[Exchange] = ("GET x", 200, {"url": "x", "body": WRITTEN})
UNSEEN: Final[Exchange] = ("GET x", 200, {"url": "x", "body": OLD})
THEIRS: Final[Exchange] = ("GET x", 200, {"url": "x", "body": "<p>by a colleague</p>"})
RESTORED: Final[Exchange] = ("PUT x", 200, {"url": "x", "body": OLD})
INVALID: Final = {"errors": {"body": [{"attribute": "body", "type": "invalid", "message": "invalid"}]}}
FAULT: Final[Exchange] = ("PUT x", 502, None)
REFUSED: Final[Exchange] = ("PUT x", 422, {"errors": {"body": ["is too long"]}})


@dataclass
class Process:
    """One process of a run, whose requests get prepared answers."""

    reports: Path
    tally: Tally = field(default_factory=Tally)
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reports.mkdir()
        self.journal = Journal(self.reports / "journal", TARGET, "scopecheck-20260101T000000-abcd-gw0")
        self.client = CanvasClient(BASE, Secret("s3cret-token"), Pace(1), HASTY, httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = f"{request.method} {request.url.path.rpartition('/')[2]}"
        assert self.exchanges, f"{asked} is one request too many"
        expected, status, body = self.exchanges.pop(0)
        assert asked == expected
        return httpx.Response(status, json=body) if body is not None else httpx.Response(status)

    def write(self, *exchanges: Exchange, change: Change = PAGE, what: str = "page x") -> Writing:
        """Open a change, and make its requests."""
        writing = Writing(self.journal, self.journal.open(what, change), self.client.send)
        self.exchanges += exchanges
        while self.exchanges:
            # Whatever is repeated is one request for the caller.
            writing.send(Call(self.exchanges[0][0].partition(" ")[0], "/api/v1/courses/7/pages/x", json={}))
        return writing

    def undo(self, writing: Writing, *exchanges: Exchange) -> Cleanup:
        """Undo a change with exactly these requests, and give what the process tells of all."""
        self.exchanges += exchanges
        Rollback(self.reports, self.tally).undo(writing, self.client, _ignore)
        assert self.exchanges == []
        return self.tally.cleanup()

    @property
    def still_open(self) -> dict[str, bool]:
        """What the journal still holds open, and whether every request for it was answered."""
        return {each.what: each.answered for each in open_changes(self.reports / "journal", TARGET)}


def _ignore(_: Answer) -> None:
    pass


@pytest.fixture
def process(reports: Path) -> Process:
    """One process of a run."""
    return Process(reports)


def test_what_is_undone_is_counted_and_closed(process: Process) -> None:
    """Each counts, once Canvas shows that it is undone."""
    for number in (1, 2):
        assert process.undo(process.write(WROTE), SEEN, RESTORED) == Cleanup(number, [])
        assert process.still_open == {}


def test_what_was_not_sent_is_not_looked_at(process: Process) -> None:
    """A case that ends between journal and request has nothing to undo."""
    assert process.undo(process.write()) == Cleanup(0, [])
    assert process.still_open == {}


@pytest.mark.parametrize("answer", [REFUSED, WROTE])
def test_what_the_case_has_just_seen_is_not_looked_at_again(process: Process, answer: Exchange) -> None:
    """It is undone by what was read back; but after one more request it is looked at."""
    writing = process.write(WROTE)
    writing.seen = SEEN[2]

    assert process.undo(writing, RESTORED) == Cleanup(1, [])
    again = process.write(WROTE)
    again.seen = SEEN[2]
    process.exchanges.append(answer)
    again.send(Call("PUT", "/api/v1/courses/7/pages/x", json={}))
    assert process.undo(again, SEEN, RESTORED) == Cleanup(2, [])


def test_what_was_refused_and_is_not_there_is_closed(process: Process) -> None:
    """Canvas refused it, and shows the old value: one look is enough, and nothing is written."""
    assert process.undo(process.write(REFUSED), UNSEEN) == Cleanup(0, [])
    assert process.still_open == {}


def test_what_was_refused_and_is_there_all_the_same_is_undone(process: Process) -> None:
    """A refusal may have been meant for another request."""
    assert process.undo(process.write(REFUSED), SEEN, RESTORED) == Cleanup(1, [])
    assert process.still_open == {}


def test_what_shows_late_is_undone(process: Process) -> None:
    """Canvas acknowledged it and shows the value of before: a replica that lags, so it is looked at again."""
    assert process.undo(process.write(WROTE), UNSEEN, UNSEEN, SEEN, RESTORED) == Cleanup(1, [])
    assert process.still_open == {}


def test_what_never_shows_stays_open(process: Process) -> None:
    """A write that Canvas acknowledged and never shows is not said to be undone, nor to be no change."""
    assert process.undo(process.write(WROTE), UNSEEN, UNSEEN, UNSEEN) == Cleanup(0, [])
    assert process.still_open == {"page x": False}


@pytest.mark.parametrize(
    ("attempts", "undo"),
    [
        pytest.param([FAULT, WROTE], [SEEN, RESTORED], id="answered the second time"),
        pytest.param([FAULT, FAULT, FAULT], [UNSEEN], id="never answered, nor there"),
        pytest.param([FAULT, FAULT, FAULT], [SEEN, RESTORED], id="never answered, but there"),
        pytest.param([FAULT, REFUSED], [UNSEEN], id="refused the second time"),
        pytest.param([WROTE], [SEEN, FAULT, RESTORED], id="the undo answered the second time"),
        pytest.param([WROTE], [SEEN, FAULT, FAULT, FAULT, UNSEEN], id="the undo never answered, but done"),
    ],
)
def test_what_may_still_take_effect_stays_open(
    process: Process, attempts: list[Exchange], undo: list[Exchange]
) -> None:
    """An attempt without an answer may land after all that was done since, whatever shows now."""
    assert process.undo(process.write(*attempts), *undo) == Cleanup(0, [])
    assert process.still_open == {"page x": False}


def test_what_somebody_has_replaced_is_told(process: Process) -> None:
    """It is left, closed and reported."""
    assert process.undo(process.write(WROTE), THEIRS) == Cleanup(0, [], left=["page x"])
    assert process.still_open == {}


LISTED: Final[Exchange] = ("GET files", 200, [{"id": 9, "display_name": FILE.name}])
LOOKED: Final[Exchange] = ("GET 9", 200, {"id": 9, "display_name": FILE.name})
GONE: Final[Exchange] = ("GET 9", 404, NOT_FOUND)


def test_what_was_learned_since_is_used(process: Process) -> None:
    """The ID that was confirmed spares a look at what the list shows under it."""
    writing = process.write(("PUT x", 200, {"id": 9}), change=FILE, what="file x")
    writing.learn(msgspec.structs.replace(FILE, object_id="9"))

    assert process.undo(writing, LISTED, ("DELETE 9", 200, {"id": 9}), GONE) == Cleanup(1, [])
    assert process.still_open == {}


def test_a_delete_that_lands_late_does_no_harm(process: Process) -> None:
    """What is gone stays gone: that its DELETE got no answer leaves nothing open."""
    writing = process.write(("PUT x", 200, {"id": 9}), change=FILE, what="file x")
    undone = process.undo(writing, LISTED, LOOKED, *[("DELETE 9", 502, None)] * 3, GONE, GONE)

    assert undone == Cleanup(1, [])
    assert process.still_open == {}


def test_what_is_closed_is_not_undone_again(process: Process) -> None:
    """If the exercise itself has undone what it did, there is nothing to do."""
    writing = process.write(WROTE)
    process.journal.close(writing.entry)

    assert process.undo(writing) == Cleanup(0, [])


@pytest.mark.parametrize("attempts", [[WROTE], [FAULT, WROTE]])
def test_what_failed_is_told_and_kept(process: Process, attempts: list[Exchange]) -> None:
    """It stays open, and all that is needed to do it by hand is in a file below the reports."""
    for what in ("page x", "page y"):
        told = process.undo(process.write(*attempts, what=what), SEEN, ("PUT x", 422, INVALID), SEEN, SEEN, SEEN)

    assert told.restored == 0
    assert [failure.what for failure in told.failed] == ["page x", "page y"]
    assert process.still_open == {"page x": attempts == [WROTE], "page y": attempts == [WROTE]}
    for failure in told.failed:
        assert "422" in failure.message
        assert re.fullmatch(r"unrestored/[\w.-]+\.json", str(failure.saved_as))
        kept = msgspec.json.decode((process.reports / str(failure.saved_as)).read_bytes(), type=JournalEntry)
        assert (kept.what, kept.change) == (failure.what, PAGE)


def test_a_journal_that_is_lost_takes_no_count_back(process: Process) -> None:
    """The change is undone, whether or not that can be written down."""
    writing = process.write(WROTE)
    process.journal.path.unlink()

    assert process.undo(writing, SEEN, RESTORED) == Cleanup(1, [])


CHANGE: Final = JournalEntry("../scopecheck-20260101T000000-abcd-gw0/1", "page x", "2026-01-01T00:00:00+00:00", PAGE)


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
    other = keep_failure(tmp_path, msgspec.structs.replace(CHANGE, id="run/2"), "It failed.")
    keep_failure(tmp_path, CHANGE, "It failed.")
    for _ in range(2):
        forget_failure(tmp_path, CHANGE)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / str(other.saved_as)]


def test_a_folder_that_is_none_is_no_trouble(tmp_path: Path) -> None:
    """Where there is a file in its place, nothing was kept."""
    (tmp_path / "unrestored").write_text("")
    forget_failure(tmp_path, CHANGE)

    assert (tmp_path / "unrestored").is_file()
