"""Without its scopes, and under faults, a lease is never believed to be held, and keeps no run waiting forever."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.model.call import Call
from scopecheck.sandbox.lease_name import LeaseName
from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.sandbox.machines import Course, Machine, Send, course, listing, two_machines

LIST: Final = "url:GET|/api/v1/courses/:course_id/files"
UPLOAD: Final = "url:POST|/api/v1/courses/:course_id/files"
DELETE: Final = "url:DELETE|/api/v1/files/:id"

FILES: Final = Call("GET", "/api/v1/courses/1001/files", query=[("per_page", "100")])


@pytest.mark.parametrize("missing", [LIST, UPLOAD, DELETE])
def test_without_a_scope_the_run_goes_on(tmp_path: Path, missing: str) -> None:
    """It says which scope it lacks, and leaves nothing in course, journal or lock."""
    at = course(scopes=[scope for scope in SCOPES if scope != missing])
    before = at.canvas.tables.digest()
    machine = Machine(at, tmp_path, 0)
    run = machine.run()

    assert run.acquire() == "without"
    assert run.lease.may_write
    assert run.lease.notes == [
        f"No lease keeps a run on another machine from using course 1001 at the same time: the token lacks {missing}."
    ]
    assert at.passed == 0
    run.end()
    assert at.canvas.tables.digest() == before
    assert list((tmp_path / "locks").iterdir()) == []


@pytest.mark.parametrize("missing", [UPLOAD, DELETE])
def test_without_a_scope_others_are_respected(tmp_path: Path, missing: str) -> None:
    """Whoever cannot place a lease still sees those of others."""
    at = course()
    first, second = two_machines(at, tmp_path)
    first.run().acquire()
    at.canvas.tables.tokens[201].scopes = [scope for scope in SCOPES if scope != missing]

    assert second.run().acquire() == "busy"


def test_a_full_course_is_noted(tmp_path: Path) -> None:
    """With the file quota used up there is no room for a lease, and the run goes on."""
    at = course(storage_quota_mb=0)
    run = Machine(at, tmp_path, 0).run()

    assert run.acquire() == "without"
    assert "file size exceeds quota" in run.lease.notes[0]


def test_a_role_that_may_not_upload_is_noted(tmp_path: Path) -> None:
    """A right that the user lacks is no fault either."""
    at = course(denied=frozenset({"manage_files_add"}))
    run = Machine(at, tmp_path, 0).run()

    assert run.acquire() == "without"
    assert f"POST {UPLOAD.partition('|')[2]} got HTTP 403" in run.lease.notes[0]
    run.end()
    assert at.leases == []


@pytest.mark.parametrize("kind", ["502", "hang", "html-200", "reset", "not-json"])
def test_a_list_that_fails_is_no_free_course(tmp_path: Path, kind: Any) -> None:
    """Then nobody knows, so nothing may be written; the run tries for as long as it would wait, and no longer."""
    at = course(faults=(Fault(kind, "GET /api/v1/courses/1001/files$"),))
    machine = Machine(at, tmp_path, 0)

    assert machine.run().acquire() == "unknown"
    assert machine.said[-1].startswith("whether a run on another machine is using the course could not be found out: ")
    assert at.passed <= 62


@pytest.mark.parametrize("kind", ["502", "hang", "html-200", "reset", "not-json"])
def test_a_list_that_fails_at_first(tmp_path: Path, kind: Any) -> None:
    """A fault that passes costs nothing but time, and the run says why it waits."""
    at = course(faults=(Fault(kind, "GET /api/v1/courses/1001/files$", times=3),))
    machine = Machine(at, tmp_path, 0)

    assert machine.run().acquire() == "held"
    assert len(machine.said) == 1
    assert machine.said[0].startswith("Whether a run on another machine is using the course could not be found out: ")
    assert machine.said[0].endswith("Asking again, for 60 seconds at most (CANVAS_LEASE_WAIT_SECONDS).")


@pytest.mark.parametrize("kind", ["502", "hang", "html-200", "reset"])
@pytest.mark.parametrize("where", ["DELETE /api/v1/files/", "POST /api/v1/courses/1001/files", "POST /files_api",
                                   "GET .*/create_success"])  # fmt: skip
def test_an_upload_that_fails_is_no_lease(tmp_path: Path, kind: Any, where: str) -> None:
    """The run goes on and says that it has none; whatever arrived all the same is removed at the end."""
    at = course(faults=(Fault(kind, where, times=1),))
    run = Machine(at, tmp_path, 0).run()

    assert run.acquire() == "without"
    assert len(run.lease.notes) == 1
    assert not run.lease.held
    run.end()
    assert at.leases == []


def test_an_answer_that_was_lost_is_no_lease(at: Course, tmp_path: Path) -> None:
    """Nor a file that arrived although nobody said so: it keeps others away, and is removed at the end."""

    def lost(request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        if request.url.path.endswith("/create_success"):
            raise httpx.ReadError("cut", request=request)
        return answer

    run = Machine(at, tmp_path, 0, lost).run()
    assert run.acquire() == "without"
    assert len(at.leases) == 1
    run.end()

    assert at.leases == []


def test_a_lease_that_cannot_be_removed_is_reported(tmp_path: Path) -> None:
    """It stays in the journal for the next run, whose own machine it does not block."""
    at = course(denied=frozenset({"manage_files_delete"}))
    machine = Machine(at, tmp_path, 0)
    run = machine.run()
    assert run.acquire() == "held"
    ended = run.lease.release(run.client, None)
    run.lock.release()

    assert [failure.what for failure in ended.failed] == [f"file {at.leases[0]}"]
    assert machine.open == [f"file {at.leases[0]}"]
    assert machine.run().acquire() == "held"


def test_a_list_that_lags_is_waited_for(at: Course, tmp_path: Path) -> None:
    """Only a list that shows the run's own lease shows also those that were there before."""
    other, shown = Machine(at, tmp_path / "other", 0), list[httpx.Response]()

    def lags(request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        if not request.url.params.get("search_term"):
            return answer
        shown.append(answer)
        if len(shown) == 1:
            # Right after the first look another machine takes the course.
            assert other.run().acquire() == "held"
        return listing(shown[0], shown[0].json()) if at.passed < 5 else answer

    assert Machine(at, tmp_path / "lagging", 1, lags).run().acquire() == "busy"


def test_a_list_that_never_shows_it_proves_nothing(at: Course, tmp_path: Path) -> None:
    """An empty list forever, as of a cache or of a stranger: nothing may be written, and the lease is removed."""

    def empty(request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        if not request.url.params.get("search_term"):
            return answer
        return listing(answer, [])

    machine = Machine(at, tmp_path, 0, empty)

    assert machine.run().acquire() == "unknown"
    assert "does not show the lease that this run has placed" in machine.said[-1]
    assert at.leases == []


def test_a_lease_that_is_listed_although_deleted_is_waited_for(at: Course, tmp_path: Path) -> None:
    """As from a list that lags behind the end of another run: it costs time, and no longer than its lease."""
    shown: list[dict[str, Any]] = []

    def stale(request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        stands = request.url.params.get("search_term") and at.passed < 20
        return listing(answer, [*answer.json(), *shown]) if stands else answer

    first, second = two_machines(at, tmp_path, between=stale)
    run = first.run()
    run.acquire()
    shown += [row for row in first.client().send(FILES).json if LeaseName.parse(row["display_name"])]
    run.end()

    assert second.run().acquire() == "held"
    assert at.passed >= 20


def test_a_list_that_goes_on_elsewhere_proves_nothing(at: Course, tmp_path: Path) -> None:
    """The next page is asked from Canvas or from nobody."""
    asked: list[str] = []

    def elsewhere(request: httpx.Request, send: Send) -> httpx.Response:
        asked.append(request.url.host)
        answer = send()
        answer.headers["link"] = '<https://elsewhere.test/api/v1/courses/1001/files>; rel="next"'
        return answer

    assert Machine(at, tmp_path, 0, elsewhere).run().acquire() == "unknown"
    assert set(asked) == {"canvas.test"}


def test_an_endless_list_ends(at: Course, tmp_path: Path) -> None:
    """A list whose next page is always there tells nothing."""

    def endless(request: httpx.Request, send: Send) -> httpx.Response:
        answer = send()
        if request.method == "GET" and request.url.path.endswith("/files"):
            answer.headers["link"] = f'<{request.url}>; rel="next"'
        return answer

    machine = Machine(at, tmp_path, 0, endless)

    assert machine.run().acquire() == "unknown"
    assert at.canvas.requests == 10
