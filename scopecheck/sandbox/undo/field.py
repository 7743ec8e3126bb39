"""One field of one object, changed and put back: the text of a page, the title of a video, the name of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scopecheck.canvas import dom
from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.course_dates import dates_at_risk
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.tag import TAG
from scopecheck.sandbox.undo.captions import find_media
from scopecheck.sandbox.undo.interface import Send, Since, UndoError


@dataclass(frozen=True)
class Field:
    """One field of one object, as a change of kind `field` describes it in the journal.

    `path` takes the PUT, `wrap` is the key its body stands under ("" for none), `name` is the field's name there and
    `shown` its name in answers, `read_path` and `read_query` give the object, `html` says whether values are
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
    """Whether the PUT's own answer carries the field."""
    course_id: str = ""
    media_id: str = ""
    """For a media object, which no request shows alone: it is looked for in this course's list."""

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
        """Whether what is seen is what was written; Canvas may have given its elements more attributes."""
        return dom.same_but_for_attributes(seen, written) if self.html else seen == written


def undo_field(data: Mapping[str, Any], send: Send, since: Since) -> bool:
    """Put the old value back; whether there was anything to undo. Raises UndoError."""
    field = Field(**data["field"])
    old, written = data["old"], data["written"]
    if since is not Since.NOTHING and not _is_there(field, old, written, send, since):
        return False
    answer = send(field.put(old))
    if read(answer) is not Reading.OK:
        raise UndoError(f"Canvas did not take the old value back ({answer.says()}).")
    back = _shown(field, answer if field.answers else send(field.get()))
    if back is not None and not field.same(back[field.shown], old):
        raise UndoError("Canvas took the old value back but shows another.")
    return True


def _is_there(field: Field, old: str | None, written: str, send: Send, since: Since) -> bool:
    """Look whether the change is still there; raises UndoError where it may not be undone."""
    try:
        seen = _object(field, send)
    except _Gone:
        return False
    if seen is None:
        if since is Since.ANYTHING:
            raise UndoError(
                f"{field.read_path} cannot be read, and without a look nothing is overwritten. "
                "Run again when it can be read, or take the part that names this suite out by hand."
            )
        return True
    current = seen[field.shown]
    if field.same(current, old) or _nothing_of_ours(current, written):
        return False
    if not field.shows(current, written):
        raise UndoError(
            f"{field.read_path} was edited by somebody since; nothing was overwritten. "
            "Take the part that names this suite out by hand."
        )
    nulled = dates_at_risk(seen) if field.wrap == "course" else None
    if nulled:
        raise UndoError(
            f"The course has dates by now, and any update would null its {nulled}; nothing was written. "
            "Take the part that names this suite out by hand."
        )
    return True


def _nothing_of_ours(current: str | None, written: str) -> bool:
    """Whether somebody has replaced what was written: the run's tag is gone."""
    tags = TAG.findall(written)
    return bool(tags) and not any(tag in (current or "") for tag in tags)


class _Gone(Exception):
    """The object was deleted since, and what was written with it."""


def _object(field: Field, send: Send) -> Mapping[str, Any] | None:
    """The object as Canvas shows it, None where its field cannot be seen; raises _Gone."""
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
