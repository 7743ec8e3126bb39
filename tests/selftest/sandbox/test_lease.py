"""The lease of a sandbox course: one run at a time holds it, whatever machine it is on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from scopecheck.sandbox.lease_list import Listed
from scopecheck.sandbox.lease_name import LeaseName, this_machine
from tests.selftest.sandbox.machines import Course, Machine, Send, put, two_machines


def test_a_run_takes_it_and_leaves_nothing(at: Course, tmp_path: Path) -> None:
    """It is journaled while it is held; at the end file, journal and lock are gone."""
    machine = Machine(at, tmp_path, 0)
    before = at.canvas.tables.digest()
    run = machine.run()
    assert run.acquire() == "held"
    (name,) = at.leases
    assert machine.open == [f"file {name}"]
    run.end()

    assert at.leases == []
    assert at.canvas.tables.digest() == before
    assert machine.open == []
    assert list((tmp_path / "locks").iterdir()) == []
    assert list((tmp_path / "reports").iterdir()) == []


def test_it_takes_ten_requests(at: Course, tmp_path: Path) -> None:
    """Seven to take it, and three to give it back: it is looked at before it is deleted, and afterwards."""
    run = Machine(at, tmp_path, 0).run()
    run.acquire()
    assert at.canvas.requests == 7
    run.end()

    assert at.canvas.requests == 10


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("build-7", "build-7"),
        ("build-7.dept.school.edu", "build-7"),
        ("Zoë's laptop", "Zo-s-laptop"),
        ("x" * 99, "x" * 30),
        ("..", "unknown"),
        ("a\n::error::b", "a-error-b"),
    ],
)
def test_a_machine_is_called_by_harmless_letters(monkeypatch: pytest.MonkeyPatch, host: str, shown: str) -> None:
    """Whatever its host is called."""
    monkeypatch.setattr("socket.gethostname", lambda: host)

    assert this_machine() == shown


def test_another_machine_waits(at: Course, tmp_path: Path) -> None:
    """It says what it waits for, and takes the course once it is free; its own time is not used up by waiting."""
    first, second = two_machines(at, tmp_path)
    run = first.run()
    run.acquire()

    def passing(seconds: float) -> None:
        at.sleep(seconds)
        if at.passed >= 30:
            run.end()

    second.sleep = passing
    waits = second.run()
    before = waits.client.budget.left
    assert waits.acquire() == "held"

    assert waits.client.budget.left > before + 25
    assert second.said == [
        "A run on machine-0 is using course 1001 on http://canvas.test. Waiting for it to end, for 60 seconds at most "
        "(CANVAS_LEASE_WAIT_SECONDS)."
    ]


@pytest.mark.parametrize("wait_s", [0.0, 60.0])
def test_another_machine_gives_up(at: Course, tmp_path: Path, wait_s: float) -> None:
    """After the time of the setting it ends, names machine and time, and has written nothing."""
    first, second = two_machines(at, tmp_path)
    first.run().acquire()
    (name,) = at.leases
    before = at.canvas.tables.digest()
    assert second.run(wait_s=wait_s).acquire() == "busy"

    assert wait_s <= at.passed <= wait_s + 3
    assert second.said[-1] == (
        "A run on machine-0 is using course 1001 on http://canvas.test; nothing was changed. It has ended by "
        f"{name.expires:%Y-%m-%d %H:%M:%S} UTC at the latest. Wait until then, or set CANVAS_SANDBOX_COURSE_ID to "
        "another course."
    )
    assert at.canvas.tables.digest() == before
    assert list((second.folder / "locks").iterdir()) == []
    assert list((second.folder / "reports").iterdir()) == []


@pytest.mark.parametrize("reports", ["reports", "others"])
def test_a_killed_run_does_not_block_its_machine(at: Course, tmp_path: Path, reports: str) -> None:
    """Its lease is known by the journal, and with another report folder by the lock that it held."""
    machine = Machine(at, tmp_path, 0)
    killed = machine.run()
    killed.acquire()
    killed.die()
    following = machine.run(reports=reports)
    assert following.acquire() == "held"
    assert at.passed == 0
    # With its own report folder, recovery removes it, which is no part of this test.
    assert (killed.lease.tag in {name.tag for name in at.leases}) == (reports == "reports")
    following.end()

    if reports == "others":
        assert at.leases == []
        assert list((tmp_path / "locks").iterdir()) == []


def test_one_killed_while_it_takes_it_does_not_either(at: Course, tmp_path: Path) -> None:
    """Its lease lies in the course before it knows that it holds it."""

    class Killed(BaseException):
        pass

    def kills(request: httpx.Request, send: Send) -> httpx.Response:
        if request.url.params.get("search_term") and at.leases:
            raise Killed
        return send()

    machine = Machine(at, tmp_path, 0, kills)
    killed = machine.run()
    with pytest.raises(Killed):
        killed.acquire()
    killed.die()
    machine.between = None

    assert machine.run(reports="others").acquire() == "held"


def test_a_machine_without_its_locks_knows_by_the_journal(at: Course, tmp_path: Path) -> None:
    """As after a power cut, where the folder of the locks is emptied at the next start."""
    machine = Machine(at, tmp_path, 0)
    killed = machine.run()
    killed.acquire()
    killed.die()
    for path in (tmp_path / "locks").iterdir():
        path.unlink()
    following = machine.run()
    assert following.acquire() == "held"
    following.end()

    assert at.leases == []


def test_machines_may_share_a_report_folder(at: Course, tmp_path: Path) -> None:
    """As homes on a file server are: a lease that one machine journaled there is not for another to take or remove."""
    first, second = two_machines(at, tmp_path)
    (tmp_path / "1" / "reports").rmdir()
    (tmp_path / "1" / "reports").symlink_to(tmp_path / "0" / "reports")
    holder = first.run()
    holder.acquire()
    assert second.run(wait_s=0.0).acquire() == "busy"
    assert [name.tag for name in at.leases] == [holder.lease.tag]
    assert first.open == [f"file {at.leases[0]}"]
    holder.end()

    assert second.run().acquire() == "held"


def test_a_live_lease_is_nobody_else_s_by_the_same_name(at: Course, tmp_path: Path) -> None:
    """As in containers that share a home and a name, but no folder for locks: its run shows that it is at work."""
    first, second = (Machine(at, tmp_path / number, 0) for number in "01")
    (tmp_path / "1" / "reports").rmdir()
    (tmp_path / "1" / "reports").symlink_to(tmp_path / "0" / "reports")
    holder = first.run()
    holder.acquire()
    refused = second.run(wait_s=0.0)
    refused.lease.tag = refused.lease.tag.replace("-00", "-f0")
    assert refused.acquire() == "busy"
    assert [name.tag for name in at.leases] == [holder.lease.tag]
    assert first.open == [f"file {at.leases[0]}"]
    holder.die()

    following = second.run(wait_s=0.0)
    assert following.acquire() == "held"
    following.end()
    assert at.leases == []
    assert list((tmp_path / "0" / "reports").iterdir()) == []


def test_a_lease_that_is_long_over_is_removed_for_another_machine(at: Course, tmp_path: Path) -> None:
    """As those of containers, which never come back under their names: its journal would stay for ever."""
    first, second = two_machines(at, tmp_path)
    (tmp_path / "1" / "reports").rmdir()
    (tmp_path / "1" / "reports").symlink_to(tmp_path / "0" / "reports")
    at.began -= timedelta(days=3)
    killed = first.run()
    killed.acquire()
    killed.die()
    at.began += timedelta(days=3)
    following = second.run()
    assert following.acquire() == "held"
    following.end()

    assert at.leases == []
    assert first.open == []


def test_it_is_found_among_many_files(at: Course, tmp_path: Path) -> None:
    """Also behind a page of other files of ours."""
    first, second = two_machines(at, tmp_path)
    first.run().acquire()
    for number in range(150):
        put(at, f"scopecheck-20260101T000000-{number:04x}.png", age=timedelta(seconds=-1))

    assert second.run(wait_s=0.0).acquire() == "busy"


def test_it_is_found_on_the_first_page(at: Course, tmp_path: Path) -> None:
    """Where something on the way drops the link to the next page, and older files of ours come first by name."""

    def first_page(_request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        answer.headers.pop("link", None)
        return answer

    first, second = two_machines(at, tmp_path, between=first_page)
    first.run().acquire()
    for number in range(150):
        put(at, f"scopecheck-20260101T000000-{number:04x}.png", age=timedelta(hours=1))

    assert second.run(wait_s=0.0).acquire() == "busy"


@pytest.mark.parametrize("row_id", [None, "", "../courses/1003?event=delete", True, {}, -1])
def test_a_lease_with_a_false_id_counts_and_is_never_deleted(row_id: object) -> None:
    """It has the lowest number, so that nobody else believes to have it."""
    name = "scopecheck-20260101T000000-abcd-lease-x-until-20260101T001000Z.png"
    listed = Listed.of({"display_name": name, "id": row_id})

    assert listed
    assert (listed.id, listed.number) == (None, -1)


@pytest.mark.parametrize(
    "name",
    [
        "scopecheck-20260101T000000-abcd.png",
        "scopecheck-20260101T000000-abcd-lease-x.png",
        "scopecheck-20260101T000000-abcd-lease-x-until-20260101T001000Z.pdf",
        "scopecheck-20260101T000000-abcd-lease-x-until-20261301T001000Z.png",
        "Copy of scopecheck-20260101T000000-abcd-lease-x-until-20260101T001000Z.png",
        "scopecheck-20260101T000000-abcd-lease-x y-until-20260101T001000Z.png",
        None,
        7,
    ],
)
def test_what_is_no_lease(name: object) -> None:
    """Only exact names count, so that nobody's file is taken for a lease and removed."""
    assert LeaseName.parse(name) is None
