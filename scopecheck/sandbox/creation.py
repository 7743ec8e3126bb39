"""Creating a sandbox: a sub-account with a course full of content, and a blueprint associated with the course.

Nothing in it is published, so nobody is notified. It has no media: a Canvas background job would have to transcode
it, and it would have to belong to the user being tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from scopecheck.canvas.classify import UNCHANGED, read
from scopecheck.canvas.ids import IdForm, in_path, is_another
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.blueprint import as_blueprint, association
from scopecheck.sandbox.existing import (
    ACCOUNT,
    BLUEPRINT,
    COURSE,
    ExistingSandbox,
    SandboxError,
    checked,
    require,
    require_record,
)
from scopecheck.sandbox.provisioning import RECIPES, Recipe, create_call, creating
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.upload import TICKET, NotConfirmed, StorageFault, upload

_SYLLABUS: Final = "<p>The syllabus of the scope check's sandbox.</p>"


@dataclass(frozen=True)
class Created:
    """A new sandbox."""

    sandbox: ExistingSandbox
    course: dict[str, Any]
    """The course to write to."""
    lacking: tuple[SandboxError, ...]
    """What could not be created in it; scopes that need it can only be probed."""


class NothingCreated(SandboxError):
    """Canvas refused the first step, so there is nothing to remove."""


def create(admin: CanvasClient, account_id: str, tag: str) -> Created:
    """Create a sandbox below an account.

    Raises SandboxError if not even the course could be created; `find` and `remove` handle what exists by then.
    Raises NothingCreated if nothing does.
    """
    account = _make_account(admin, account_id, tag)
    filling = _Filling(admin, str(account["id"]), tag)
    course = filling.make_course(COURSE)
    lacking = tuple(filling.fill(str(course["id"])))
    courses = (course, *filling.blueprints)
    sandbox = ExistingSandbox(filling.account_id, str(account["parent_account_id"]), tag, courses)
    return Created(sandbox, course, lacking)


def _make_account(admin: CanvasClient, account_id: str, tag: str) -> dict[str, Any]:
    try:
        # The next route takes the number, not `self` (sub_accounts_controller.rb converts the ID to an integer).
        parent = require(
            admin, Call("GET", f"/api/v1/accounts/{in_path(account_id)}"), f"show account {account_id}", "id"
        )
        if not IdForm.NUMBER.fits(parent["id"]) or is_another(parent["id"], account_id):
            raise SandboxError(f"Canvas showed something else for account {account_id}.", "Try again.")
    except SandboxError as refused:
        raise NothingCreated(refused.message, refused.remedy) from None
    body = {"account": {"name": ACCOUNT.format(tag=tag)}}
    answer = admin.send(creating(f"/api/v1/accounts/{parent['id']}/sub_accounts", body))
    try:
        made = checked(answer, "create a sub-account", "id", "parent_account_id")
        return _shown(admin, "accounts", made, name=body["account"]["name"], parent_account_id=parent["id"])
    except SandboxError as refused:
        raise (NothingCreated if read(answer) in UNCHANGED else SandboxError)(refused.message, refused.remedy) from None


def _shown(admin: CanvasClient, collection: str, made: dict[str, Any], **expected: object) -> dict[str, Any]:
    """What was just created, as Canvas shows it: nothing is done to anything else. Raises SandboxError."""
    if not IdForm.NUMBER.fits(made["id"]):
        raise SandboxError(f"Canvas created something in {collection} without an ID.", "Try again.")
    return require_record(admin, f"/api/v1/{collection}/{made['id']}", id=made["id"], **expected)


class _Filling:
    """Creates the courses of one new sandbox and their content."""

    def __init__(self, admin: CanvasClient, account_id: str, tag: str) -> None:
        self.admin, self.account_id, self.tag = admin, account_id, tag
        self.blueprints: list[dict[str, Any]] = []

    def make_course(self, name: str) -> dict[str, Any]:
        """A course that nobody is notified of: it stays unpublished."""
        body = {"course": {"name": name.format(tag=self.tag), "course_code": "scope-check", "syllabus_body": _SYLLABUS}}
        path = f"/api/v1/accounts/{self.account_id}/courses"
        made = require(self.admin, creating(path, body), "create a course", "id")
        return _shown(self.admin, "courses", made, name=body["course"]["name"], account_id=self.account_id)

    def fill(self, course_id: str) -> Iterator[SandboxError]:
        """Create everything else; yields an error for whatever cannot be created and goes on with the rest.

        Some hosts refuse new classic quizzes, and blueprints need a separate permission.
        """
        objects = [partial(self._make_object, recipe) for recipe in RECIPES]
        steps: list[Callable[[str], None]] = [*objects, self._make_file, self._make_blueprint, self._make_migration]
        for step in steps:
            try:
                step(course_id)
            except SandboxError as error:
                yield error

    def _make_object(self, recipe: Recipe, course_id: str) -> None:
        made = recipe.made(course_id, "Scope check")
        require(self.admin, create_call(made, recipe.body(made.name)), f"create the {recipe.noun}")

    def _make_file(self, course_id: str) -> None:
        def ticket(answer: Answer) -> dict[str, Any]:
            return checked(answer, "accept a file", *TICKET)

        try:
            upload(self.admin.send, course_id, "scope-check.png", ticket)
        except (StorageFault, NotConfirmed) as fault:
            raise SandboxError(
                f"Canvas did not accept a file: {fault}.", "Upload any file to the course by hand."
            ) from None

    def _make_blueprint(self, course_id: str) -> None:
        blueprint = self.make_course(BLUEPRINT)
        self.blueprints.append(blueprint)
        require(self.admin, as_blueprint(str(blueprint["id"])), "turn a course into a blueprint")
        call = association(str(blueprint["id"]), "add", course_id)
        require(self.admin, call, "associate the course with a blueprint")

    def _make_migration(self, course_id: str) -> None:
        """A selective import waits for a selection, so no job copies anything (content_migrations_controller.rb)."""
        source = self.blueprints[0]["id"] if self.blueprints else course_id
        body = {
            "migration_type": "course_copy_importer",
            "settings": {"source_course_id": source},
            "selective_import": True,
        }
        path = f"/api/v1/courses/{course_id}/content_migrations"
        require(self.admin, creating(path, body), "create a content migration")
