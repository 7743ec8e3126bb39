"""The kinds of objects that a run creates, changes or deletes, and their paths, which are built from IDs alone.

`home` is the ID of the course that an object lies in; of a course itself, that of its account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from scopecheck.canvas.ids import IdForm, same_id
from scopecheck.canvas.misdirected import courses_named
from scopecheck.model.call import Call, Query


class Noun(StrEnum):
    """What an object is called, in journals and in texts."""

    PAGE = "page"
    ASSIGNMENT = "assignment"
    TOPIC = "topic"
    QUIZ = "quiz"
    FILE = "file"
    COURSE = "course"
    MEDIA = "media object"


@dataclass(frozen=True)
class Writable:
    """The one field of a kind of object that is changed and restored."""

    wrap: str
    """The member that wraps the fields in a PUT; empty if they are at the top level."""
    name: str
    """The field's name in a PUT."""
    shown: str
    """Its name in answers."""
    html: bool = True
    """Whether values are compared as documents."""
    answers: bool = True
    """Whether the answer to the PUT includes the field."""


@dataclass(frozen=True)
class ObjectKind:
    """One kind of object: how it is listed, read, written and deleted."""

    noun: Noun
    ids: IdForm
    listed: str
    """The path of the list that it appears in."""
    read: str | None
    """The path that it is read by; None if it is only listed."""
    written: str
    """The path that takes its PUT and its DELETE."""
    id_key: str = "id"
    name_key: str = "title"
    writable: Writable | None = None
    read_query: Query = ()
    list_query: Query = (("per_page", "100"),)
    delete_query: Query = ()
    list_tells: bool = True
    """Whether the list tells what an object holds, where it may not be read by itself.

    Of pages it does not: one that lags shows deleted ones, which a PUT creates anew (wiki_pages_api_controller.rb).
    """

    shows_deleted: bool = False
    """Whether it can still be read by itself once it is deleted; then only its list tells that it is."""

    def list_call(self, home: str, search: str = "") -> Call:
        """The list that the object appears in, or those rows of it whose name contains a text."""
        query = [("search_term", search), *self.list_query] if search else self.list_query
        return Call("GET", self.listed.format(home=_segment(home)), query=query)

    def read_call(self, home: str, object_id: str) -> Call | None:
        """The call that reads the object itself; None if there is none."""
        return Call("GET", self._path(self.read, home, object_id), query=self.read_query) if self.read else None

    def put_call(self, home: str, object_id: str, value: str | None) -> Call:
        """The call that writes a value to its field."""
        assert self.writable, f"no field of a {self.noun} is written"
        body = {self.writable.name: value}
        path = self._path(self.written, home, object_id)
        return Call("PUT", path, json={self.writable.wrap: body} if self.writable.wrap else body, has_json=True)

    def delete_call(self, home: str, object_id: str) -> Call:
        """The call that deletes it."""
        return Call("DELETE", self._path(self.written, home, object_id), query=self.delete_query)

    def identity(self, row: object) -> str | None:
        """The ID of a row or record; None if it has none of this kind's form."""
        found = row.get(self.id_key) if isinstance(row, Mapping) else None
        return str(found) if self.ids.fits(found) else None

    def lies_in(self, home: str, row: Mapping[str, object]) -> bool:
        """Whether a row or record lies in this course, or a course in this account, as far as it says where.

        The ID of a page is its name, which another course may have as well.
        """
        if self.noun is Noun.COURSE:
            return not home or same_id(row.get("account_id"), home)
        return all(same_id(each, home) for each in courses_named(row))

    def _path(self, template: str, home: str, object_id: str) -> str:
        return template.format(home=_segment(home), id=_segment(object_id))


def _segment(record_id: str) -> str:
    return quote(record_id, safe="~:")


_MEDIA_QUERY: Final = (("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"))
"""Without sources: with them Canvas asks Kaltura for each row (media_objects_controller.rb)."""

_C: Final = "/api/v1/courses/{home}"
_NUMBER: Final = IdForm.NUMBER

KINDS: Final[Mapping[Noun, ObjectKind]] = {kind.noun: kind for kind in (
    ObjectKind(Noun.PAGE, IdForm.SLUG, f"{_C}/pages", f"{_C}/pages/{{id}}", f"{_C}/pages/{{id}}", "url",
               writable=Writable("wiki_page", "body", "body"),
               list_query=(("include[]", "body"), ("per_page", "100")), list_tells=False),
    ObjectKind(Noun.ASSIGNMENT, _NUMBER, f"{_C}/assignments", f"{_C}/assignments/{{id}}", f"{_C}/assignments/{{id}}",
               name_key="name", writable=Writable("assignment", "description", "description")),
    ObjectKind(Noun.TOPIC, _NUMBER, f"{_C}/discussion_topics", f"{_C}/discussion_topics/{{id}}",
               f"{_C}/discussion_topics/{{id}}", writable=Writable("", "message", "message")),
    ObjectKind(Noun.QUIZ, _NUMBER, f"{_C}/quizzes", f"{_C}/quizzes/{{id}}", f"{_C}/quizzes/{{id}}",
               writable=Writable("quiz", "description", "description"), shows_deleted=True),
    ObjectKind(Noun.FILE, _NUMBER, f"{_C}/files", f"{_C}/files/{{id}}", "/api/v1/files/{id}",
               name_key="display_name", writable=Writable("", "name", "display_name", html=False)),
    ObjectKind(Noun.COURSE, _NUMBER, "/api/v1/accounts/{home}/courses", "/api/v1/courses/{id}", "/api/v1/courses/{id}",
               name_key="name", writable=Writable("course", "syllabus_body", "syllabus_body", answers=False),
               read_query=(("include[]", "syllabus_body"), ("include[]", "term")), delete_query=(("event", "delete"),),
               list_tells=False),
    ObjectKind(Noun.MEDIA, IdForm.MEDIA, f"{_C}/media_objects", None, "/api/v1/media_objects/{id}", "media_id",
               writable=Writable("", "user_entered_title", "title", html=False), list_query=_MEDIA_QUERY),
)}  # fmt: skip
