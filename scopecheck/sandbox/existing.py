"""Sandboxes that stand below an account: found, looked into, and removed.

A sandbox is a sub-account with a course and a blueprint that the course is tied to. It is known by its names alone: the
sub-account's is exactly one that `create` gives, and so are those of its courses. `remove` touches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scopecheck.canvas.classify import DEAD_TOKEN, Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.blueprint import association
from scopecheck.sandbox.provisioning import RECIPES, made_course
from scopecheck.sandbox.sweep import OURS
from scopecheck.sandbox.tag import TAG, made_at
from scopecheck.transport.client import CanvasClient

ACCOUNT: Final = "Scope check {tag}"
COURSE: Final = "Scope check sandbox {tag}"
BLUEPRINT: Final = "Scope check blueprint {tag}"

_OUR_ACCOUNT: Final = re.compile(ACCOUNT.format(tag=f"({TAG.pattern})"))
_KINDS: Final = (
    *(recipe.collection for recipe in RECIPES), "files", "media_objects", "blueprint_subscriptions",
    "content_migrations",
)  # fmt: skip


class SandboxError(Exception):
    """Canvas did not do what finding, making or removing a sandbox needs."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class ExistingSandbox:
    """One sandbox as it stands."""

    account_id: str
    parent_id: str
    tag: str
    courses: tuple[dict[str, Any], ...]
    """All live courses below the sub-account."""
    below: tuple[str, ...] = ()
    """Names of the sub-accounts below it: a sandbox has none."""

    @property
    def course(self) -> dict[str, Any] | None:
        """The course to write to."""
        return self._named(COURSE)

    @property
    def blueprint(self) -> dict[str, Any] | None:
        """The blueprint that it is tied to."""
        return self._named(BLUEPRINT)

    @property
    def made_at(self) -> datetime:
        """When it was made, as its tag says."""
        found = made_at(self.tag)
        assert found
        return found

    @property
    def strangers(self) -> list[str]:
        """Names of what is in it and none of ours; a blueprint that a run made there and left is ours too."""
        ours = {COURSE.format(tag=self.tag), BLUEPRINT.format(tag=self.tag)}
        names = [str(course.get("name")) for course in self.courses]
        return [name for name in names if name not in ours and not OURS.fullmatch(name)] + list(self.below)

    def _named(self, template: str) -> dict[str, Any] | None:
        name = template.format(tag=self.tag)
        return next((course for course in self.courses if course.get("name") == name), None)


def find(admin: CanvasClient, account_id: str) -> list[ExistingSandbox]:
    """Every sandbox below an account, oldest first. Raises SandboxError."""
    accounts = list(_rows(admin, f"/api/v1/accounts/{account_id}/sub_accounts", "recursive", "true"))
    found = []
    for row in accounts:
        ours = _OUR_ACCOUNT.fullmatch(str(row.get("name")))
        if ours:
            courses = _rows(admin, f"/api/v1/accounts/{row['id']}/courses", "state[]", "all")
            live = tuple(course for course in courses if course.get("workflow_state") != "deleted")
            below = tuple(str(each.get("name")) for each in accounts if each.get("parent_account_id") == row["id"])
            found.append(ExistingSandbox(str(row["id"]), str(row["parent_account_id"]), ours.group(1), live, below))
    return sorted(found, key=lambda sandbox: sandbox.tag)


def contents(admin: CanvasClient, course_id: str) -> dict[str, int | None]:
    """How much of each kind a course holds (a hundred at most); None where Canvas does not say."""
    counted: dict[str, int | None] = {}
    for kind in _KINDS:
        query = [("per_page", "100"), ("exclude[]", "sources")]
        rows = admin.send(Call("GET", f"/api/v1/courses/{course_id}/{kind}", query=query)).json
        counted[kind.replace("_", " ")] = len(rows) if isinstance(rows, list) else None
    return counted


def remove(admin: CanvasClient, sandbox: ExistingSandbox) -> None:
    """Remove a sandbox with all that is in it, which is only ours by now. Raises SandboxError."""
    if sandbox.course and sandbox.blueprint:
        # A course that is parted already, or a blueprint that never became one, is what we want.
        admin.send(association(str(sandbox.blueprint["id"]), "remove", str(sandbox.course["id"])))
    for course in sandbox.courses:
        removal = made_course(sandbox.account_id, "").removal(str(course["id"]))
        require(admin, removal, f"delete course {course['id']}")
    path = f"/api/v1/accounts/{sandbox.parent_id}/sub_accounts/{sandbox.account_id}"
    require(admin, Call("DELETE", path), f"delete sub-account {sandbox.account_id}")


def require(admin: CanvasClient, call: Call, what: str, *keys: str) -> dict[str, Any]:
    """Send a request that has to succeed, and give its JSON object with these keys. Raises SandboxError."""
    return checked(admin.send(call), what, *keys)


def checked(answer: Answer, what: str, *keys: str) -> dict[str, Any]:
    """The JSON object of an answer that has to be a success, with these keys. Raises SandboxError."""
    body = answer.json
    if read(answer) is not Reading.OK or not isinstance(body, dict) or not all(key in body for key in keys):
        raise SandboxError(f"Canvas did not {what} ({answer.says()}).", _remedy(answer))
    return body


def _rows(admin: CanvasClient, path: str, key: str, value: str) -> Iterator[dict[str, Any]]:
    """All rows of a list, page by page."""
    call: Call | None = Call("GET", path, query=[(key, value), ("per_page", "100")])
    while call:
        answer = admin.send(call)
        if read(answer) is not Reading.OK or not isinstance(answer.json, list):
            raise SandboxError(f"Canvas did not list {path} ({answer.says()}).", _remedy(answer))
        yield from (row for row in answer.json if isinstance(row, dict))
        further = answer.next_page
        call = Call("GET", further) if further and admin.owns(further) else None


def _remedy(answer: Answer) -> str:
    reading = read(answer)
    if reading in DEAD_TOKEN:
        return "Set CANVAS_ADMIN_TOKEN to a token of an account administrator that is alive."
    if reading in {Reading.NOT_PERMITTED, Reading.SCOPE_MISSING}:
        return "Set CANVAS_ADMIN_TOKEN to an unscoped token of an account administrator who may do that."
    if reading is Reading.NOT_FOUND:
        return "Correct CANVAS_ACCOUNT_ID, the account that the sandbox lies below."
    return "Try again; where it stays so, what Canvas says is the reason."
