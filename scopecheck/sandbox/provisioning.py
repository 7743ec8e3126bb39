"""The objects that the cases need, created in the sandbox course with the administrator's token, removed at the end.

Nothing here needs one of Canvas's background jobs. No content migration is created: Canvas can only remove one together
with its course (content_migrations_controller.rb), and an empty list proves the scope just as well. No media either,
because a job would have to transcode it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from scopecheck.canvas.classify import DEAD_TOKEN, UNCHANGED, Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.blueprint import as_blueprint, association
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalError
from scopecheck.sandbox.undo.made import Made
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.upload import NotConfirmed, StorageFault, is_ticket, upload

_SEED: Final = "<p>Created by the scope check, which deletes it when it ends.</p>"


@dataclass(frozen=True)
class Recipe:
    """How one kind of object is created; nothing is published, so nobody is notified."""

    noun: str
    collection: str
    name_key: str
    id_key: str
    body: Callable[[str], dict[str, Any]]

    def made(self, course_id: str, tag: str) -> Made:
        """The object of a run, before it is created."""
        path = f"/api/v1/courses/{course_id}/{self.collection}"
        return Made(path, self.name_key, f"{tag} {self.noun}", self.id_key, path, by_admin=True)


RECIPES: Final = (
    Recipe("page", "pages", "title", "url",
           lambda name: {"wiki_page": {"title": name, "body": _SEED, "published": False}}),
    Recipe("assignment", "assignments", "name", "id",
           lambda name: {"assignment": {"name": name, "description": _SEED, "submission_types": ["none"],
                                        "published": False}}),
    Recipe("topic", "discussion_topics", "title", "id",
           lambda name: {"title": name, "message": _SEED, "published": False}),
    Recipe("quiz", "quizzes", "title", "id",
           lambda name: {"quiz": {"title": name, "description": _SEED, "quiz_type": "practice_quiz",
                                  "published": False}}),
)  # fmt: skip


def made_file(course_id: str, name: str, *, by_admin: bool = False) -> Made:
    """A file of a run, before it is uploaded."""
    collection = f"/api/v1/courses/{course_id}/files"
    return Made(collection, "display_name", name, "id", "/api/v1/files", by_admin=by_admin)


def made_course(account_id: str, name: str) -> Made:
    """A course of a run, before it is created."""
    collection = f"/api/v1/accounts/{account_id}/courses"
    return Made(collection, "name", name, "id", "/api/v1/courses", "event=delete", by_admin=True)


@dataclass
class Provisioning:
    """Creates the objects of one run; for what cannot be created, the cases use existing content or probe."""

    admin: CanvasClient
    journal: Journal
    course_id: str
    tag: str
    at: str
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The objects created, by noun, as Canvas shows them."""
    notes: list[str] = field(default_factory=list)

    def make_all(self) -> None:
        """Create everything, but stop if the token turns out to be dead; never raises."""
        try:
            for recipe in RECIPES:
                self._make_object(recipe)
            self._make_file()
            self._make_blueprint()
        except (JournalError, _DeadToken) as error:
            self.notes.append(str(error))

    def _make_object(self, recipe: Recipe) -> None:
        made = recipe.made(self.course_id, self.tag)
        body = self._make(made, f"{recipe.noun} {made.name}", recipe.body(made.name))
        if body:
            self.objects[recipe.noun] = body

    def _make(self, made: Made, what: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Journal the change, create the object, and journal its id; None if Canvas did not create it."""
        change = self.journal.open("made", what, msgspec.to_builtins(made), self.at)
        answer = self.admin.send(Call("POST", made.collection, json=body, has_json=True))
        shown = answer.json
        if read(answer) is Reading.OK and isinstance(shown, dict) and made.id_key in shown:
            self.journal.amend(change, {"id": str(shown[made.id_key])})
            return shown
        self._refused(change, answer)
        return None

    def _refused(self, change: JournalEntry, answer: Answer) -> None:
        if read(answer) in UNCHANGED:
            self.journal.close(change)
        if read(answer) in DEAD_TOKEN:
            raise _DeadToken(answer)
        self.notes.append(f"CANVAS_ADMIN_TOKEN could not create {change.what} ({answer.says()}).")

    def _make_file(self) -> None:
        made = made_file(self.course_id, f"{self.tag}-kept.png", by_admin=True)
        change = self.journal.open("made", f"file {made.name}", msgspec.to_builtins(made), self.at)
        try:
            file_id = upload(self.admin.send, self.course_id, made.name, _ticket)
        except _NoTicket as refused:
            self._refused(change, refused.answer)
        except (StorageFault, NotConfirmed) as fault:
            self.notes.append(f"CANVAS_ADMIN_TOKEN could not create {change.what} ({fault}).")
        else:
            self.journal.amend(change, {"id": file_id})

    def _make_blueprint(self) -> None:
        """Associate the course with a blueprint of this run, unless it already has one; association needs no job."""
        subscriptions = self.admin.send(Call("GET", f"/api/v1/courses/{self.course_id}/blueprint_subscriptions"))
        course = self.admin.send(Call("GET", f"/api/v1/courses/{self.course_id}"))
        if subscriptions.json != [] or not isinstance(course.json, dict) or "account_id" not in course.json:
            return
        made = made_course(str(course.json["account_id"]), f"{self.tag} blueprint")
        body = {"course": {"name": made.name, "course_code": "scope-check"}}
        blueprint = self._make(made, f"course {made.name}", body)
        if blueprint:
            self._associate(str(blueprint["id"]))

    def _associate(self, blueprint_id: str) -> None:
        answer = self.admin.send(as_blueprint(blueprint_id))
        if read(answer) is not Reading.OK:
            self.notes.append(f"CANVAS_ADMIN_TOKEN could not create a blueprint ({answer.says()}).")
            return
        data = {"blueprint_id": blueprint_id, "course_id": self.course_id}
        what = f"association of course {self.course_id} with blueprint {blueprint_id}"
        change = self.journal.open("association", what, data, self.at)
        answer = self.admin.send(association(blueprint_id, "add", self.course_id))
        if read(answer) is not Reading.OK:
            self._refused(change, answer)


class _DeadToken(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(
            f"Canvas rejected CANVAS_ADMIN_TOKEN ({answer.says()}), so no objects were created for this run. "
            "Set it to a valid token, or unset it."
        )


class _NoTicket(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.says())
        self.answer = answer


def _ticket(answer: Answer) -> Mapping[str, Any]:
    body = answer.json
    if read(answer) is not Reading.OK or not is_ticket(body):
        raise _NoTicket(answer)
    return dict(body)
