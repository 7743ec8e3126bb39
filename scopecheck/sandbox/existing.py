"""Finding, inspecting and removing the sandboxes below an account.

A sandbox is a sub-account with a course and the blueprint that the course is associated with. It is recognized only by
its names: those of the sub-account and its courses must be exactly what `create` gives. `remove` touches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scopecheck.canvas.classify import DEAD_TOKEN, Reading, read
from scopecheck.canvas.ids import IdForm, in_path
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.with_remedy import WithRemedy
from scopecheck.sandbox.blueprint import association
from scopecheck.sandbox.objects import KINDS, Noun
from scopecheck.sandbox.sweep import NAMES
from scopecheck.sandbox.tag import TAG, made_at
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.looks import looks

ACCOUNT: Final = "Scope check {tag}"
COURSE: Final = "Scope check sandbox {tag}"
BLUEPRINT: Final = "Scope check blueprint {tag}"

MOST_PAGES: Final = 100
"""Of one list, each of a hundred rows; an answer can name a next page forever."""

_OUR_ACCOUNT: Final = re.compile(ACCOUNT.format(tag=f"({TAG.pattern})"))
_KINDS: Final = (
    "pages", "assignments", "discussion_topics", "quizzes", "files", "media_objects", "blueprint_subscriptions",
    "content_migrations",
)  # fmt: skip


class SandboxError(WithRemedy):
    """Canvas refused a step in finding, creating or removing a sandbox."""


@dataclass(frozen=True)
class ExistingSandbox:
    """One sandbox in its present state."""

    account_id: str
    parent_id: str
    tag: str
    courses: tuple[dict[str, Any], ...]
    """All courses in the sub-account that are not deleted."""
    below: tuple[str, ...] = ()
    """Names of sub-accounts below it; a sandbox should have none."""

    @property
    def course(self) -> dict[str, Any] | None:
        """The course to write to."""
        return self._named(COURSE)

    @property
    def blueprint(self) -> dict[str, Any] | None:
        """The blueprint that the course is associated with."""
        return self._named(BLUEPRINT)

    @property
    def made_at(self) -> datetime:
        """When it was created, according to its tag."""
        found = made_at(self.tag)
        assert found
        return found

    @property
    def strangers(self) -> list[str]:
        """Names of what is in it but not ours; a blueprint that a run created there and left behind is ours."""
        ours = {COURSE.format(tag=self.tag), BLUEPRINT.format(tag=self.tag)}
        names = [str(course.get("name")) for course in self.courses]
        return [name for name in names if name not in ours and not NAMES[Noun.COURSE].fullmatch(name)] + list(
            self.below
        )

    def _named(self, template: str) -> dict[str, Any] | None:
        name = template.format(tag=self.tag)
        return next((course for course in self.courses if course.get("name") == name), None)


def find(admin: CanvasClient, account_id: str) -> list[ExistingSandbox]:
    """Every sandbox below an account, oldest first. Raises SandboxError."""
    accounts = list(_rows(admin, f"/api/v1/accounts/{in_path(account_id)}/sub_accounts", "recursive", "true"))
    found = []
    for row in accounts:
        ours = _OUR_ACCOUNT.fullmatch(str(row.get("name")))
        if ours and all(IdForm.NUMBER.fits(row.get(key)) for key in ("id", "parent_account_id")):
            courses = _rows(admin, f"/api/v1/accounts/{row['id']}/courses", "state[]", "all")
            live = tuple(
                course
                for course in courses
                if course.get("workflow_state") != "deleted" and IdForm.NUMBER.fits(course.get("id"))
            )
            below = tuple(str(each.get("name")) for each in accounts if each.get("parent_account_id") == row["id"])
            found.append(ExistingSandbox(str(row["id"]), str(row["parent_account_id"]), ours.group(1), live, below))
    return sorted(found, key=lambda sandbox: sandbox.tag)


SUBSCRIPTIONS: Final = "blueprint subscriptions"


def contents(admin: CanvasClient, course_id: str) -> dict[str, int | None]:
    """How many objects of each kind a course has (a hundred at most); None where Canvas does not say."""
    numbers: dict[str, int | None] = {}
    for kind in _KINDS:
        query = [("per_page", "100"), ("exclude[]", "sources")]
        rows = admin.send(Call("GET", f"/api/v1/courses/{course_id}/{kind}", query=query)).json
        numbers[kind.replace("_", " ")] = len(rows) if isinstance(rows, list) else None
    return numbers


def remove(admin: CanvasClient, sandbox: ExistingSandbox) -> None:
    """Remove a sandbox and everything in it; the caller has checked that it is all ours. Raises SandboxError."""
    if sandbox.course and sandbox.blueprint:
        _require_same(admin, sandbox, sandbox.blueprint)
        # It does not matter if the course is already detached, or if the blueprint never became one.
        admin.send(association(str(sandbox.blueprint["id"]), "remove", str(sandbox.course["id"])))
    for course in sandbox.courses:
        _require_same(admin, sandbox, course)
        delete = KINDS[Noun.COURSE].delete_call(sandbox.account_id, str(course["id"]))
        require(admin, delete, f"delete course {course['id']}")
        _require_gone(admin, delete.path)
    path = f"/api/v1/accounts/{sandbox.account_id}"
    require_record(admin, path, id=sandbox.account_id, name=ACCOUNT.format(tag=sandbox.tag))
    path = f"/api/v1/accounts/{sandbox.parent_id}/sub_accounts/{sandbox.account_id}"
    require(admin, Call("DELETE", path), f"delete sub-account {sandbox.account_id}")
    _require_gone(admin, f"/api/v1/accounts/{sandbox.account_id}")


def _require_same(admin: CanvasClient, sandbox: ExistingSandbox, course: Mapping[str, Any]) -> None:
    path = f"/api/v1/courses/{course['id']}"
    require_record(admin, path, id=course["id"], name=course.get("name"), account_id=sandbox.account_id)


def _require_gone(admin: CanvasClient, path: str) -> None:
    """Raises SandboxError if Canvas still shows what it said it deleted."""
    for _ in looks(admin.pause):
        answer = admin.send(Call("GET", path))
        deleted = isinstance(answer.json, dict) and answer.json.get("workflow_state") == "deleted"
        if read(answer) is Reading.NOT_FOUND or (read(answer) is Reading.OK and deleted):
            return
    raise SandboxError(f"Canvas said that {path} is deleted, but does not show it ({answer.says()}).", "Try again.")


def require_record(admin: CanvasClient, path: str, **expected: object) -> dict[str, Any]:
    """A record as Canvas shows it now: it has to have these members, or nothing is done to it. Raises SandboxError."""
    record = require(admin, Call("GET", path), f"show {path}")
    strange = [key for key, value in expected.items() if str(record.get(key)) != str(value)]
    if strange:
        raise SandboxError(
            f"Canvas shows something else at {path} than the sandbox ({', '.join(strange)} differ), so it was left "
            "alone.",
            "Try again. If it fails again, remove what is left of the sandbox in Canvas.",
        )
    return record


def require(admin: CanvasClient, call: Call, what: str, *keys: str) -> dict[str, Any]:
    """Send a request that has to succeed and return its JSON object, which has these keys. Raises SandboxError."""
    return checked(admin.send(call), what, *keys)


def checked(answer: Answer, what: str, *keys: str) -> dict[str, Any]:
    """The JSON object of an answer that has to be a success and have these keys. Raises SandboxError."""
    body = answer.json
    if read(answer) is not Reading.OK or not isinstance(body, dict) or not all(key in body for key in keys):
        raise SandboxError(f"Canvas did not {what} ({answer.says()}).", _remedy(answer))
    return body


def _rows(admin: CanvasClient, path: str, key: str, value: str) -> Iterator[dict[str, Any]]:
    """All rows of a list, page by page."""
    call: Call | None = Call("GET", path, query=[(key, value), ("per_page", "100")])
    for _ in range(MOST_PAGES):
        if call is None:
            return
        answer = admin.send(call)
        if read(answer) is not Reading.OK or not isinstance(answer.json, list):
            raise SandboxError(f"Canvas did not list {path} ({answer.says()}).", _remedy(answer))
        yield from (row for row in answer.json if isinstance(row, dict))
        further = answer.next_page
        call = Call("GET", further) if further and admin.owns(further) else None
    if call:
        raise SandboxError(
            f"Canvas did not list {path} within {MOST_PAGES} pages.",
            "Set CANVAS_ACCOUNT_ID to an account with fewer sub-accounts and courses.",
        )


def _remedy(answer: Answer) -> str:
    reading = read(answer)
    if reading in DEAD_TOKEN:
        return "Set CANVAS_ADMIN_TOKEN to a valid token of an account administrator."
    if reading in {Reading.NOT_PERMITTED, Reading.SCOPE_MISSING}:
        return "Set CANVAS_ADMIN_TOKEN to an unscoped token of an account administrator with this permission."
    if reading is Reading.NOT_FOUND:
        return "Correct CANVAS_ACCOUNT_ID: it is the account that contains the sandbox."
    return "Try again. If it fails again, the answer above says why."
