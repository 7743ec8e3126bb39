"""`sandbox create` and `sandbox remove` under answers that go astray: nothing is done to what is not their own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from scopecheck.embedded_canvas.known import ADMINISTRATOR
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.sandbox.creation import Created, create
from scopecheck.sandbox.existing import ExistingSandbox, SandboxError, find, remove
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.exercises.sweep import BASE, HASTY
from tests.selftest.sandbox.astray import Astray, Strike, done, edited, says, to
from tests.selftest.sandbox.institution import Institution, institution

TAG: Final = "scopecheck-20260101T000000-abcd"
SUB_ACCOUNT: Final = r"POST /api/v1/accounts/1/sub_accounts\?.*"
COURSE: Final = r"POST /api/v1/accounts/\d+/courses\?.*"
ARTS, BIOLOGY = "/api/v1/accounts/12", "/api/v1/courses/1003"
to_admin: Final = partial(says, user=ADMINISTRATOR)
NO_IDS: Final[tuple[Any, ...]] = (None, "None", True, 13.0, -1, 0, "../courses/1003?event=delete", "self")


def admin(at: Institution, *strikes: Strike) -> CanvasClient:
    """An administrator's client; its answers may go astray."""
    token = Secret(at.canvas.credentials.admin_token)
    return CanvasClient(BASE, token, Pace(1), HASTY, Astray(at.canvas, [*strikes], at.asked))


CREATING: list[tuple[str, Strike, bool]] = [
    # name, what goes astray, and whether the sandbox is created all the same, but for a blueprint
    ("the account is another one", Strike("GET /api/v1/accounts/1", to(ARTS)), False),
    *((f"the account's ID is {what!r}", Strike("GET /api/v1/accounts/1", to_admin({"id": what})), False)
      for what in NO_IDS),
    ("the sub-account is another one", Strike(SUB_ACCOUNT, done(to(ARTS))), False),
    ("the sub-account is another one, and none is created", Strike(SUB_ACCOUNT, to(ARTS)), False),
    *((f"the sub-account's ID is {what!r}",
       Strike(SUB_ACCOUNT, done(to_admin({"id": what, "parent_account_id": 1}))), False) for what in NO_IDS),
    ("the course is another one", Strike(COURSE, done(to(BIOLOGY)), 1), False),
    ("the course is another one, and none is created", Strike(COURSE, to(BIOLOGY), 1), False),
    *((f"the course's ID is {what!r}", Strike(COURSE, done(to_admin({"id": what})), 1), False) for what in NO_IDS),
    ("the blueprint is another one", Strike(COURSE, done(to(BIOLOGY)), 1, skip=1), True),
    ("the blueprint is another one, and none is created", Strike(COURSE, to(BIOLOGY), 1, skip=1), True),
    ("the blueprint is the course", Strike(COURSE, lambda request, deliver: _first_course(request, deliver), 1, skip=1),
     True),
]  # fmt: skip


def _first_course(request: Any, deliver: Callable[[Any], Any]) -> Any:
    """Canvas's record of the course that was created before."""
    path = request.url.path
    rows = to(f"{path}?per_page=100")(request, deliver).json()
    return to(f"/api/v1/courses/{rows[0]['id']}")(request, deliver)


@pytest.mark.parametrize(("strike", "created"), [row[1:] for row in CREATING], ids=[row[0] for row in CREATING])
def test_create_touches_only_what_it_created(reports: Path, strike: Strike, *, created: bool) -> None:
    """Whatever Canvas names as created is looked at before anything is done in it or to it."""
    with institution(reports) as at:
        made: list[Created] = []
        with contextlib.nullcontext() if created else pytest.raises(SandboxError):
            made.append(create(admin(at, strike), "1", TAG))

        assert at.harmed == []
        assert all(each.lacking for each in made)
        for sandbox in find(admin(at), "1"):
            assert sandbox.strangers == []
            remove(admin(at), sandbox)
        assert at.harmed == []


def made_in(at: Institution) -> ExistingSandbox:
    """A sandbox, as `find` finds it."""
    create(admin(at), "1", TAG)
    (sandbox,) = find(admin(at), "1")
    at.asked.clear()
    return sandbox


REMOVING: list[tuple[str, Strike]] = [
    ("the courses are another account's", Strike(r"GET /api/v1/courses/\d+", to(BIOLOGY))),
    ("a course has another name by now", Strike(r"GET /api/v1/courses/\d+", edited(
        lambda row: {**row, "name": "Introduction to Physics"}))),
    ("a course lies in another account by now", Strike(r"GET /api/v1/courses/\d+", edited(
        lambda row: {**row, "account_id": 12}))),
    ("the sub-account is another one", Strike(r"GET /api/v1/accounts/\d+", to(ARTS))),
    ("the sub-account has another name by now", Strike(r"GET /api/v1/accounts/\d+", edited(
        lambda row: {**row, "name": "School of Law"}))),
    ("a course is deleted, it says", Strike(r"DELETE /api/v1/courses/.*", to_admin({"delete": True}), 1)),
    ("a course is deleted, it says, with an error", Strike(r"DELETE /api/v1/courses/.*", to_admin({"errors": []}), 1)),
    ("a course is deleted, it says, with an empty list", Strike(r"DELETE /api/v1/courses/.*", to_admin([]), 1)),
    ("a course is deleted, it says, with nothing", Strike(r"DELETE /api/v1/courses/.*", to_admin(None, 204), 1)),
    ("the sub-account is deleted, it says", Strike(r"DELETE /api/v1/accounts/.*", to_admin({"id": 5}), 1)),
    ("the sub-account is deleted, it says, with nothing",
     Strike(r"DELETE /api/v1/accounts/.*", to_admin(None, 204), 1)),
]  # fmt: skip


@pytest.mark.parametrize("strike", [row[1] for row in REMOVING], ids=[row[0] for row in REMOVING])
def test_remove_is_not_done_before_canvas_shows_it(reports: Path, strike: Strike) -> None:
    """It ends with what went wrong, having deleted nothing else; again, without the fault, everything is gone."""
    with institution(reports) as at:
        sandbox = made_in(at)
        with pytest.raises(SandboxError):
            remove(admin(at, strike), sandbox)
        assert at.harmed == []

        (left,) = find(admin(at), "1")
        remove(admin(at), left)
        assert at.untouched
        assert at.harmed == []


def test_remove_takes_the_list_of_another_account_for_what_it_is(reports: Path) -> None:
    """A list of another account's courses is none; if only its rows are another's, they are strangers to be kept."""
    with institution(reports) as at:
        made_in(at)
        listed, arts = r"GET /api/v1/accounts/1\d{5}/courses\?.*", f"{ARTS}/courses"
        with pytest.raises(SandboxError, match="did not list"):
            find(admin(at, Strike(listed, to(arts))), "1")

        rows = admin(at).send(Call("GET", arts)).json
        (sandbox,) = find(admin(at, Strike(listed, edited(lambda _: rows))), "1")

        assert sandbox.strangers
        with pytest.raises(SandboxError, match="was left alone"):
            remove(admin(at), sandbox)
        assert at.harmed == []
