"""The objects that the cases need, created in the sandbox course with the administrator's token, removed at the end.

Nothing here needs one of Canvas's background jobs. No content migration is created: Canvas can only remove one together
with its course (content_migrations_controller.rb), and an empty list proves the scope just as well. No media either,
because a job would have to transcode it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from scopecheck.canvas.classify import DEAD_TOKEN, Reading, read
from scopecheck.canvas.ids import IdForm
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.blueprint import as_blueprint, association
from scopecheck.sandbox.changes import AssociationChange, Change, MadeChange
from scopecheck.sandbox.confirming import confirm, require_confirmable
from scopecheck.sandbox.journal import Journal, JournalError
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.interface import Eyes
from scopecheck.sandbox.undo.look import Row, Unreadable
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.upload import NotConfirmed, NoTicket, StorageFault, require_ticket, upload

_SEED: Final = "<p>Created by the scope check, which deletes it when it ends.</p>"


@dataclass(frozen=True)
class Recipe:
    """How one kind of object is created; nothing is published, so nobody is notified."""

    noun: Noun
    body: Callable[[str], dict[str, Any]]

    def made(self, course_id: str, tag: str) -> MadeChange:
        """The object of a run, before it is created."""
        return MadeChange(self.noun, course_id, f"{tag} {self.noun}", by_admin=True)


RECIPES: Final = (
    Recipe(Noun.PAGE, lambda name: {"wiki_page": {"title": name, "body": _SEED, "published": False}}),
    Recipe(Noun.ASSIGNMENT, lambda name: {"assignment": {"name": name, "description": _SEED,
                                                         "submission_types": ["none"], "published": False}}),
    Recipe(Noun.TOPIC, lambda name: {"title": name, "message": _SEED, "published": False}),
    Recipe(Noun.QUIZ, lambda name: {"quiz": {"title": name, "description": _SEED, "quiz_type": "practice_quiz",
                                             "published": False}}),
)  # fmt: skip


def create_call(made: MadeChange, body: Mapping[str, Any]) -> Call:
    """The call that creates it."""
    return creating(made.of.list_call(made.home).path, body)


def creating(path: str, body: Mapping[str, Any]) -> Call:
    """A call that creates something; what tells it from others' is in its address, too.

    A proxy may lose the body, or its type. What Canvas then creates would be named, and published, by its defaults, and
    could not be known as a run's again. Where both arrive, the body counts (Rails merges it over the address).
    """
    return Call("POST", path, query=list(_in_address(body)), json=body, has_json=True)


def _in_address(body: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """The body's names and switches as parameters of an address, without its texts in HTML."""
    for name, value in body.items():
        key = f"{within}[{name}]" if within else name
        if isinstance(value, Mapping):
            yield from _in_address(value, key)
        elif isinstance(value, bool):
            yield key, str(value).lower()
        elif isinstance(value, str) and not value.startswith("<"):
            yield key, value


@dataclass
class Provisioning:
    """Creates the objects of one run; for what cannot be created, the cases use existing content or probe."""

    admin: CanvasClient
    journal: Journal
    course_id: str
    tag: str
    account_id: str | None = None
    """The course's account, for a blueprint; None if it is not known."""
    listed: Collection[tuple[Noun, str]] = ()
    """Kinds, each with its course or account, whose list is known to be readable."""
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The objects created, by noun, as Canvas shows them."""
    notes: list[str] = field(default_factory=list)

    def make_all(self) -> None:
        """Create everything, but stop if the token turns out to be dead; never raises."""
        steps: list[Callable[[], None]] = [
            *(partial(self._make_object, recipe) for recipe in RECIPES),
            self._make_file,
            self._make_blueprint,
        ]
        try:
            for step in steps:
                try:
                    step()
                except Unreadable as why:
                    if why.answer and read(why.answer) in DEAD_TOKEN:
                        raise _DeadToken(why.answer) from None
                    self.notes.append(f"Nothing more was created there with CANVAS_ADMIN_TOKEN: {why}.")
        except (JournalError, _DeadToken) as error:
            self.notes.append(str(error))

    @property
    def _eyes(self) -> Eyes:
        return Eyes(self.admin.send, self.admin.pause)

    def _make_object(self, recipe: Recipe) -> None:
        made = recipe.made(self.course_id, self.tag)
        row = self._make(made, recipe.body(made.name))
        if row is not None:
            self.objects[recipe.noun] = dict(row)

    def _make(self, made: MadeChange, body: Mapping[str, Any]) -> Row | None:
        """Journal the change, create the object and look at it; None if Canvas shows none that is certainly ours."""
        self._require_confirmable(made)
        with self._writing(f"{made.noun} {made.name}", made) as writing:
            answer = writing.send(create_call(made, body))
            object_id = made.of.identity(answer.json) if read(answer) is Reading.OK else None
            if object_id is None:
                self._refused(writing, answer)
                return None
            return self._confirmed(writing, made, object_id, answer)

    @contextmanager
    def _writing(self, what: str, change: Change) -> Iterator[Writing]:
        """A change that stays open until the end of the run. Raises JournalError."""
        writing = Writing(self.journal, self.journal.open(what, change), self.admin.send)
        try:
            yield writing
        finally:
            writing.ended()

    def _require_confirmable(self, made: MadeChange) -> None:
        if (made.noun, made.home) not in self.listed:
            require_confirmable(made, self._eyes)

    def _confirmed(self, writing: Writing, made: MadeChange, object_id: str, answer: Answer) -> Row | None:
        row = confirm(writing, made, object_id, answer, self._eyes)
        if row is None:
            self.notes.append(
                f"Canvas gave {made.noun} {object_id} as created with CANVAS_ADMIN_TOKEN, but shows something else "
                "there, which was left alone."
            )
        return row

    def _refused(self, writing: Writing, answer: Answer) -> None:
        if read(answer) in DEAD_TOKEN:
            raise _DeadToken(answer)
        self.notes.append(f"CANVAS_ADMIN_TOKEN could not create {writing.entry.what} ({answer.says()}).")

    def _make_file(self) -> None:
        made = MadeChange(Noun.FILE, self.course_id, f"{self.tag}-kept.png", by_admin=True)
        accepted: list[Answer] = []

        def ticket(answer: Answer) -> Mapping[str, Any]:
            accepted.append(answer)
            # This step creates nothing that anybody sees (files_controller.rb: it is pending).
            writing.acknowledged = False
            return require_ticket(answer)

        self._require_confirmable(made)
        with self._writing(f"file {made.name}", made) as writing:
            try:
                file_id = upload(writing.send, self.course_id, made.name, ticket)
            except NoTicket as refused:
                self._refused(writing, refused.answer)
            except (StorageFault, NotConfirmed) as fault:
                writing.unknown |= isinstance(fault, NotConfirmed)
                self.notes.append(f"CANVAS_ADMIN_TOKEN could not create {writing.entry.what} ({fault}).")
            else:
                self._confirmed(writing, made, file_id, accepted[-1])

    def _make_blueprint(self) -> None:
        """Associate the course with a blueprint of this run, unless it already has one; association needs no job."""
        if not IdForm.NUMBER.fits(self.account_id):
            return
        subscriptions = self.admin.send(Call("GET", f"/api/v1/courses/{self.course_id}/blueprint_subscriptions"))
        if read(subscriptions) is not Reading.OK or subscriptions.json != []:
            return
        made = MadeChange(Noun.COURSE, str(self.account_id), f"{self.tag} blueprint", by_admin=True)
        blueprint = self._make(made, {"course": {"name": made.name, "course_code": "scope-check"}})
        if blueprint:
            self._associate(str(blueprint["id"]))

    def _associate(self, blueprint_id: str) -> None:
        answer = self.admin.send(as_blueprint(blueprint_id))
        if read(answer) is not Reading.OK:
            self.notes.append(f"CANVAS_ADMIN_TOKEN could not create a blueprint ({answer.says()}).")
            return
        change = AssociationChange(blueprint_id, self.course_id)
        what = f"association of course {self.course_id} with blueprint {blueprint_id}"
        with self._writing(what, change) as writing:
            answer = writing.send(association(blueprint_id, "add", self.course_id))
            if read(answer) is not Reading.OK:
                self._refused(writing, answer)


class _DeadToken(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(
            f"Canvas rejected CANVAS_ADMIN_TOKEN ({answer.says()}), so no objects were created for this run. "
            "Set it to a valid token, or unset it."
        )
