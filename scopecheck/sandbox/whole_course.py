"""A sandbox of one's own: a sub-account with a course full of content, and a blueprint that the course is tied to.

It is known by its names alone: the sub-account's is exactly one that `create` gives, and every course in it carries the
same tag. `remove` touches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scopecheck.answer import Answer
from scopecheck.classify import Reading, read
from scopecheck.client import Call, CanvasClient
from scopecheck.sandbox.blueprint import as_blueprint, association
from scopecheck.sandbox.provision import RECIPES, made_course
from scopecheck.sandbox.tag import TAG
from scopecheck.upload import TICKET, NotConfirmed, StorageFault, upload

_ACCOUNT: Final = "Scope check {tag}"
_COURSE: Final = "Scope check sandbox {tag}"
_BLUEPRINT: Final = "Scope check blueprint {tag}"
_OUR_ACCOUNT: Final = re.compile(rf"Scope check ({TAG.pattern})")
_SYLLABUS: Final = "<p>The syllabus of the scope check's sandbox.</p>"


class SandboxError(Exception):
    """Canvas did not do what making or removing a sandbox needs; the message says what, and what to do."""


@dataclass(frozen=True)
class Found:
    """One sandbox as it stands."""

    account_id: str
    tag: str
    courses: tuple[dict[str, Any], ...]

    @property
    def course(self) -> dict[str, Any] | None:
        """The course to write to."""
        return self._named(_COURSE)

    @property
    def blueprint(self) -> dict[str, Any] | None:
        """The blueprint that it is tied to."""
        return self._named(_BLUEPRINT)

    @property
    def strangers(self) -> list[str]:
        """Names of courses in the sub-account that are none of ours."""
        return [str(course.get("name")) for course in self.courses if self.tag not in str(course.get("name"))]

    def _named(self, template: str) -> dict[str, Any] | None:
        name = template.format(tag=self.tag)
        return next((course for course in self.courses if course.get("name") == name), None)


def create(admin: CanvasClient, account_id: str, tag: str) -> Found:
    """Make a sandbox below an account. Raises SandboxError; `remove` takes away what was made by then."""
    body = {"account": {"name": _ACCOUNT.format(tag=tag)}}
    account = _post(admin, f"/api/v1/accounts/{account_id}/sub_accounts", body, "make a sub-account")
    ours = str(account["id"])
    course = _make_course(admin, ours, _COURSE.format(tag=tag))
    course_id = str(course["id"])
    for recipe in RECIPES:
        made = recipe.made(course_id, "Scope check")
        _post(admin, made.collection, recipe.body(made.name), f"make a {recipe.noun}")
    _make_file(admin, course_id)
    blueprint = _make_course(admin, ours, _BLUEPRINT.format(tag=tag))
    _associate(admin, str(blueprint["id"]), course_id)
    _make_migration(admin, str(blueprint["id"]), course_id)
    return Found(ours, tag, (course, blueprint))


def find(admin: CanvasClient, account_id: str) -> list[Found]:
    """Every sandbox below an account. Raises SandboxError."""
    path: str | None = f"/api/v1/accounts/{account_id}/sub_accounts?recursive=true&per_page=100"
    found = []
    for row in _all_rows(admin, path):
        ours = _OUR_ACCOUNT.fullmatch(str(row.get("name")))
        if ours:
            courses = tuple(_all_rows(admin, f"/api/v1/accounts/{row['id']}/courses?state[]=all&per_page=100"))
            live = tuple(course for course in courses if course.get("workflow_state") != "deleted")
            found.append(Found(str(row["id"]), ours.group(1), live))
    return found


def contents(admin: CanvasClient, course_id: str) -> list[tuple[str, int | None]]:
    """How much of each kind the course holds (the first page of each list); None where Canvas does not say."""
    kinds = [recipe.collection for recipe in RECIPES]
    kinds += ["files", "media_objects?exclude[]=sources", "blueprint_subscriptions", "content_migrations"]
    counted = []
    for kind in kinds:
        rows = admin.send(Call("GET", f"/api/v1/courses/{course_id}/{kind}")).json
        counted.append((kind.partition("?")[0].replace("_", " "), len(rows) if isinstance(rows, list) else None))
    return counted


def remove(admin: CanvasClient, parent_id: str, sandbox: Found) -> None:
    """Remove a sandbox with all that is in it.

    Raises SandboxError, before anything is removed where a course that is not ours lies in the sub-account.
    """
    if sandbox.strangers:
        raise SandboxError(
            f"Sub-account {sandbox.account_id} holds courses that are not the scope check's "
            f"({', '.join(sandbox.strangers)}); nothing was removed. Move them to another account first."
        )
    if sandbox.course and sandbox.blueprint:
        # A course that is parted already, or a blueprint that never became one, is what we want.
        admin.send(association(str(sandbox.blueprint["id"]), "remove", str(sandbox.course["id"])))
    for course in sandbox.courses:
        removal = made_course(sandbox.account_id, "").removal(str(course["id"]))
        _must(admin, removal, f"delete course {course['id']}")
    path = f"/api/v1/accounts/{parent_id}/sub_accounts/{sandbox.account_id}"
    _must(admin, Call("DELETE", path), f"delete sub-account {sandbox.account_id}")


def _make_course(admin: CanvasClient, account_id: str, name: str) -> dict[str, Any]:
    """A course that nobody is told of: it stays unpublished."""
    body = {"course": {"name": name, "course_code": "scope-check", "syllabus_body": _SYLLABUS}}
    return _post(admin, f"/api/v1/accounts/{account_id}/courses", body, "make a course")


def _make_file(admin: CanvasClient, course_id: str) -> None:
    def ticket(answer: Answer) -> dict[str, Any]:
        return _checked(answer, "announce a file", TICKET)

    try:
        upload(admin.send, course_id, "scope-check.png", ticket)
    except (StorageFault, NotConfirmed) as fault:
        raise SandboxError(f"Canvas did not take a file: {fault}. Run `sandbox remove` and try again.") from fault


def _associate(admin: CanvasClient, blueprint_id: str, course_id: str) -> None:
    """Association is immediate; only a sync would need a background job (master_templates_controller.rb)."""
    _must(admin, as_blueprint(blueprint_id), "make a course a blueprint")
    _must(admin, association(blueprint_id, "add", course_id), "associate the course with the blueprint")


def _make_migration(admin: CanvasClient, source_id: str, course_id: str) -> None:
    """A selective import waits for its selection: nothing is copied, by no job (content_migrations_controller.rb)."""
    body = {
        "migration_type": "course_copy_importer",
        "settings": {"source_course_id": source_id},
        "selective_import": True,
    }
    _post(admin, f"/api/v1/courses/{course_id}/content_migrations", body, "make a content migration")


def _post(admin: CanvasClient, path: str, body: dict[str, Any], what: str) -> dict[str, Any]:
    return _must(admin, Call("POST", path, json=body, has_json=True), what)


def _must(admin: CanvasClient, call: Call, what: str) -> dict[str, Any]:
    return _checked(admin.send(call), what)


def _checked(answer: Answer, what: str, keys: tuple[str, ...] = ()) -> dict[str, Any]:
    body = answer.json
    if read(answer) is not Reading.OK or not isinstance(body, dict) or not all(key in body for key in keys):
        raise SandboxError(
            f"Canvas did not {what} ({answer.says()}); CANVAS_ADMIN_TOKEN has to be of an account administrator. "
            "What was made so far is taken away by `python -m scopecheck sandbox remove`."
        )
    return body


def _all_rows(admin: CanvasClient, path: str | None) -> Iterator[dict[str, Any]]:
    while path:
        answer = admin.send(Call("GET", path))
        if read(answer) is not Reading.OK or not isinstance(answer.json, list):
            raise SandboxError(f"{path} cannot be listed ({answer.says()}); check CANVAS_ADMIN_TOKEN.")
        yield from (row for row in answer.json if isinstance(row, dict))
        path = answer.next_page if answer.next_page and admin.owns(answer.next_page) else None
