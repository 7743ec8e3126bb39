"""When a change whose request was not answered counts as settled: two minutes after its last attempt, not before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Self

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.sandbox import recovery
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal_reading import read_journal
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.recovery import LANDS_WITHIN
from tests.selftest.exercises.sweep import HASTY
from tests.selftest.sandbox.aging import set_back
from tests.selftest.sandbox.leaving import OLD, TAG, TARGET, WRITTEN, Left, leaving

GOOD = "page reading-list: body"
PUT = "PUT .*/pages/reading-list"


def ago(time: timedelta) -> str:
    """So long ago, as journals have times."""
    return (datetime.now(UTC) - time).isoformat()


def last_attempt(left: Left) -> tuple[datetime, bool]:
    """When the one change was attempted last, by its journal, and whether all its requests were answered."""
    [entry] = read_journal(left.journal.path, TARGET).entries
    return datetime.fromisoformat(entry.at), entry.answered


@pytest.mark.parametrize("shown", [OLD, WRITTEN])
@pytest.mark.parametrize(
    ("at", "settles"),
    [
        pytest.param(lambda: ago(timedelta()), False, id="now"),
        pytest.param(lambda: ago(LANDS_WITHIN - timedelta(seconds=20)), False, id="almost two minutes ago"),
        pytest.param(lambda: ago(LANDS_WITHIN + timedelta(seconds=1)), True, id="two minutes ago"),
        pytest.param(lambda: ago(LANDS_WITHIN)[:19], True, id="without a zone"),
        pytest.param(lambda: datetime.now(timezone(timedelta(hours=-9))).isoformat(), False, id="in another zone"),
        pytest.param(lambda: ago(-timedelta(days=1)), False, id="by a clock that was set back since"),
    ],
)
def test_how_long_a_request_may_still_land(reports: Path, at: Callable[[], str], shown: str, *, settles: bool) -> None:
    """Until then it is undone, if it shows, and stays open all the same; then it is over."""
    with leaving(reports) as left:
        left.written_page(shown, at=at())
        told = left.recover()

        assert left.body == OLD
        assert told.failed == []
        assert told.unsettled == [GOOD] * (not settles)
        assert told.restored == [GOOD] * (settles and shown == WRITTEN)
        assert told.absent == [GOOD] * (settles and shown == OLD)
        assert left.open == [GOOD] * (not settles)


def test_a_clock_that_was_set_back_lets_the_time_begin_anew(reports: Path) -> None:
    """Else a change of tomorrow would stay open for a day; two minutes later it is over."""
    with leaving(reports) as left:
        left.written_page(OLD, at=ago(-timedelta(days=1)))
        left.recover()
        at, answered = last_attempt(left)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
        assert not answered

        set_back(left.journal.path, ago(LANDS_WITHIN))
        assert left.recover().absent == [GOOD]


def test_what_was_answered_is_settled_at_once(reports: Path) -> None:
    """No request of it can still be on its way."""
    with leaving(reports) as left:
        left.written_page(at=ago(timedelta()), answered=True)

        assert left.recover().restored == [GOOD]
        assert left.open == []


def test_an_undo_that_is_not_answered_is_an_attempt_too(reports: Path) -> None:
    """It is journaled before it is sent; the change stays open until two minutes after it, although all looks well."""
    with leaving(reports, faults=(Fault("reset", PUT, times=HASTY.attempts, skip=1),)) as left:
        left.written_page(answered=True)
        told = left.recover()
        at, answered = last_attempt(left)

        assert [*told.unsettled, *(failure.what for failure in told.failed)] == [GOOD]
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
        assert not answered
        assert left.recover().unsettled == [GOOD]
        set_back(left.journal.path, ago(LANDS_WITHIN))
        settled = left.recover()

        assert [*settled.restored, *settled.absent] == [GOOD]
        assert left.body == OLD


def test_an_undo_that_was_refused_is_no_open_attempt(reports: Path) -> None:
    """Canvas has answered, so nothing is on its way: the change is settled once the old value has shown long enough."""
    with leaving(reports, missing_on_token=frozenset({"url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"})) as left:
        left.written_page()
        page = next(page for page in left.canvas.tables.pages.values() if page.url == "reading-list")
        page.body = WRITTEN
        assert [failure.what for failure in left.recover().failed] == [GOOD]
        assert last_attempt(left)[1]

        page.body = OLD
        assert left.recover().unsettled == [GOOD]
        set_back(left.journal.path, ago(LANDS_WITHIN))
        assert left.recover().absent == [GOOD]


def test_a_deletion_that_is_not_answered_is_no_open_attempt(reports: Path) -> None:
    """Whenever it still takes effect, it deletes nothing but what was to be deleted: the administrator does so then."""
    with leaving(reports, faults=(Fault("reset", "DELETE /api/v1/files/", times=HASTY.attempts),)) as left:
        tables = left.canvas.tables
        tables.files[9001] = replace(tables.files[5002], id=9001, uuid="uuid9001", display_name=f"{TAG}.png")
        left.change("file", MadeChange(Noun.FILE, "1001", f"{TAG}.png"), answered=True)
        told = left.recover(admin=left.as_admin())

        assert tables.files[9001].workflow_state == "deleted"
        assert told.restored == ["file"]
        assert left.open == []


def test_the_time_is_that_before_the_look(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen a moment too early does not count for having been slow to see."""
    with leaving(reports) as left:
        left.written_page(OLD, at=ago(LANDS_WITHIN - timedelta(seconds=30)))

        class Later(datetime):
            """A clock by which a minute passes with the first request."""

            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return super().now(tz) + timedelta(minutes=left.canvas.requests > asked)

        asked = left.canvas.requests
        monkeypatch.setattr(recovery, "datetime", Later)

        assert left.recover().unsettled == [GOOD]
