"""One field of one object, changed and restored: the text of a page, the title of a video, the name of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scopecheck.canvas import dom
from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.course_dates import dates_at_risk
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.tag import PREFIX, TAG
from scopecheck.sandbox.undo.captions import find_media
from scopecheck.sandbox.undo.interface import Send, Since, UndoError


@dataclass(frozen=True)
class Field:
    """One field of one object, as a journal entry of kind `field` describes it.

    `path` takes the PUT, `wrap` is the key that wraps its body ("" for none), `name` is the field's name in the body
    and `shown` its name in answers, `read_path` and `read_query` read the object, `html` says whether values are
    compared as documents.
    """

    path: str
    wrap: str
    name: str
    shown: str
    read_path: str
    read_query: list[list[str]]
    html: bool
    answers: bool
    """Whether the answer to the PUT includes the field."""
    course_id: str = ""
    media_id: str = ""
    """For a media object, which has no endpoint of its own to read: it is looked up in this course's list."""

    def put(self, value: str | None) -> Call:
        """The request that writes a value."""
        body: dict[str, Any] = {self.name: value}
        return Call("PUT", self.path, json={self.wrap: body} if self.wrap else body, has_json=True)

    def get(self) -> Call:
        """The request that reads the object."""
        return Call("GET", self.read_path, query=[(key, value) for key, value in self.read_query])

    def same(self, one: str | None, other: str | None) -> bool:
        """Whether two values are equal, as documents or as text."""
        return dom.same(one, other) if self.html else one == other

    def shows(self, seen: str | None, written: str) -> bool:
        """Whether the value seen is the one written; Canvas may have added attributes to elements."""
        return dom.same_but_for_attributes(seen, written) if self.html else seen == written


def undo_field(data: Mapping[str, Any], send: Send, since: Since) -> bool:
    """Restore the old value and return whether there was anything to undo. Raises UndoError."""
    field = Field(**data["field"])
    old, written = data["old"], data["written"]
    if since is not Since.NOTHING and not _is_there(field, old, written, send, since):
        return False
    answer = send(field.put(old))
    if read(answer) is not Reading.OK:
        if read(answer) is Reading.NOT_CANVAS and _is_unchanged(field, old, send):
            return False
        raise UndoError(f"Canvas did not accept the old value ({answer.says()}).")
    back = _shown(field, answer if field.answers else send(field.get()))
    if back is not None and not field.same(back[field.shown], old):
        raise UndoError("Canvas accepted the old value but shows a different one.")
    return True


def _is_unchanged(field: Field, old: str | None, send: Send) -> bool:
    """Whether nothing is to be restored although the old value was not written: neither write got to Canvas."""
    try:
        seen = _object(field, send)
    except _Gone:
        return True
    return seen is not None and field.same(seen[field.shown], old)


def _is_there(field: Field, old: str | None, written: str, send: Send, since: Since) -> bool:
    """Whether the change is still there; raises UndoError if it must not be undone."""
    try:
        seen = _object(field, send)
    except _Gone:
        return False
    if seen is None:
        if since is Since.ANYTHING:
            raise UndoError(
                f"{field.read_path} cannot be read, so it was not overwritten: somebody may have edited it. "
                f"Run again once it can be read, or: {_BY_HAND}"
            )
        return True
    current = seen[field.shown]
    if field.same(current, old) or _is_replaced(current, written):
        return False
    if not field.shows(current, written):
        raise UndoError(
            f"{field.read_path} was edited after this suite changed it, so it was not overwritten. {_BY_HAND}"
        )
    nulled = dates_at_risk(seen) if field.wrap == "course" else None
    if nulled:
        raise UndoError(
            f"The course now has dates, and any update would clear its {nulled}, so nothing was written. {_BY_HAND}"
        )
    return True


_BY_HAND: Final = f"Remove the part that contains '{PREFIX}-' by hand."


def _is_replaced(current: str | None, written: str) -> bool:
    """Whether somebody has replaced what was written: the run's tag is gone."""
    tags = TAG.findall(written)
    return bool(tags) and not any(tag in (current or "") for tag in tags)


class _Gone(Exception):
    """The object has been deleted since, along with what was written."""


def _object(field: Field, send: Send) -> Mapping[str, Any] | None:
    """The object as Canvas shows it, or None if its field is not visible; raises _Gone."""
    if not field.media_id:
        answer = send(field.get())
        if read(answer) is Reading.NOT_FOUND:
            raise _Gone
        return _shown(field, answer)
    media = find_media(send, field.course_id, field.media_id)
    return media if media and isinstance(media.get(field.shown), str) else None


def _shown(field: Field, answer: Answer) -> Mapping[str, Any] | None:
    body = answer.json
    if read(answer) is not Reading.OK or not isinstance(body, dict) or field.shown not in body:
        return None
    return body if isinstance(body[field.shown], str | None) else None
