"""When a lease expires: by Canvas's clock, and by nobody else's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scopecheck.transport.budget import CLEAN_UP_S
from tests.selftest.sandbox.machines import RUN_S, Course, Machine, Send, put, two_machines


def test_its_name_tells_what_others_need(at: Course, tmp_path: Path) -> None:
    """The run, the machine, and a time by which the run has ended, whatever happens: on Canvas's clock."""
    at.skew = timedelta(days=3)
    run = Machine(at, tmp_path, 0).run(wait_s=60.0)
    run.acquire()
    (name,) = at.leases

    assert (name.tag, name.holder) == (run.lease.tag, "machine-0")
    assert name.expires - at.now >= timedelta(seconds=RUN_S + 60 + 2 * CLEAN_UP_S)
    assert name.expires - at.now <= timedelta(seconds=RUN_S + 60 + 2 * CLEAN_UP_S + 61)


def test_a_killed_run_blocks_other_machines_until_its_lease_expires(at: Course, tmp_path: Path) -> None:
    """Then it is ignored and removed."""
    first, second = two_machines(at, tmp_path)
    killed = first.run()
    killed.acquire()
    killed.die()
    (name,) = at.leases
    assert second.run().acquire() == "busy"
    at.passed = (name.expires - at.began).total_seconds() - 1
    assert second.run(wait_s=0.0).acquire() == "busy"
    at.passed += 2
    following = second.run(wait_s=0.0)
    assert following.acquire() == "held"

    assert [each.holder for each in at.leases] == ["machine-1"]
    assert following.lease.notes == [f"Removed leases of runs that have ended: {name}."]


@pytest.mark.parametrize("skew", [timedelta(days=-400), timedelta(hours=-2), timedelta(hours=2), timedelta(days=400)])
def test_only_canvass_clock_counts(at: Course, tmp_path: Path, skew: timedelta) -> None:
    """However far this machine's clock is from Canvas's, a lease is neither too short nor too long."""
    at.skew = skew
    for file in at.canvas.tables.files.values():
        file.created_at += skew
    first, second = two_machines(at, tmp_path)
    first.run().acquire()
    (name,) = at.leases
    lease = next(file for file in at.canvas.tables.files.values() if file.display_name == str(name))
    lease.created_at = at.now
    assert second.run().acquire() == "busy"
    at.passed = (name.expires - at.now).total_seconds() + at.passed + 1

    assert second.run().acquire() == "held"


def test_one_wrong_date_frees_no_course(at: Course, tmp_path: Path) -> None:
    """A single answer with a date in the future, as of a server with a wrong clock, is not enough."""

    def wrong(request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        if request.url.params.get("search_term") and at.passed < 1:
            answer.headers["date"] = "Fri, 01 Jan 2100 00:00:00 GMT"
        return answer

    first, second = two_machines(at, tmp_path, between=wrong, wait_s=10.0)
    first.run().acquire()
    at.passed = 0.0
    ended = second.run().acquire()

    # The first look alone has only that date; it is the look after placing that decides.
    assert ended == "busy"


def test_only_canvass_own_date_counts(at: Course, tmp_path: Path) -> None:
    """A page from something on the way tells nothing of the time, however wrong its date is."""
    asked: list[str] = []

    def page(request: httpx.Request, send: Send) -> httpx.Response:
        asked.append(request.url.path)
        past = {"date": "Sat, 01 Jan 2000 00:00:00 GMT"}
        return httpx.Response(502, headers=past, html="<h1>Bad gateway</h1>") if len(asked) == 1 else send()

    first, second = two_machines(at, tmp_path, between=page)
    first.run().acquire()
    (name,) = at.leases
    at.passed = (name.expires - at.began).total_seconds() + 1

    assert second.run().acquire() == "held"


def test_a_lease_that_never_ends_is_over_all_the_same(at: Course, tmp_path: Path) -> None:
    """A name with a time that no settings allow blocks nobody for longer than a run can take."""
    machine = Machine(at, tmp_path, 0)
    put(at, "scopecheck-20260101T000000-abcd-lease-x-until-99991231T235959Z.png")
    assert machine.run().acquire() == "busy"
    at.passed = timedelta(hours=37).total_seconds()

    assert machine.run().acquire() == "held"


def test_without_a_date_there_is_no_lease(at: Course, tmp_path: Path) -> None:
    """Nobody could tell when it expires."""

    def undated(_request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        del answer.headers["date"]
        return answer

    run = Machine(at, tmp_path, 0, undated).run()

    assert run.acquire() == "without"
    assert "do not say what time it is (Date)" in run.lease.notes[0]
    assert at.leases == []
