"""How each kind of change is undone: by the case that made it, or later from the journal.

An undo first looks whether the change is still there: what somebody has edited since is left alone and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from scopecheck import dom
from scopecheck.answer import Answer
from scopecheck.classify import Reading, read
from scopecheck.client import Call, CanvasClient
from scopecheck.sandbox.blueprint import association
from scopecheck.sandbox.journal import Change

Send: TypeAlias = Callable[[Call], Answer]


class UndoError(Exception):
    """A change could not be undone; the message says why, and what to do by hand."""


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


def undo(change: Change, send: Send, *, fresh: bool) -> str:
    """Undo the change and say what was done.

    `fresh`: the case itself undoes what it just did and knows that nobody came between. Raises UndoError.
    """
    return _UNDO[change.kind](change.data, send, fresh)


def _undo_field(data: Mapping[str, Any], send: Send, fresh: bool) -> str:
    field = Field(**data["field"])
    old, written = data["old"], data["written"]
    if not fresh and (current := _value(field, send(field.get()))) is not _UNREADABLE:
        if field.same(current, old):
            return "was already as before"
        if not field.same(current, written):
            raise UndoError(
                f"{field.read_path} was edited by somebody since; nothing was overwritten. "
                "Take the part that names this suite out by hand."
            )
    answer = send(field.put(old))
    if read(answer) is not Reading.OK:
        raise UndoError(f"Canvas did not take the old value back ({answer.says()}).")
    back = _value(field, answer if field.answers else send(field.get()))
    if back is not _UNREADABLE and not field.same(back, old):
        raise UndoError("Canvas took the old value back but shows another.")
    return "put back"


_UNREADABLE: Final = "\0unreadable"


def _value(field: Field, answer: Answer) -> str | None:
    body = answer.json
    if read(answer) is not Reading.OK or not isinstance(body, dict) or field.shown not in body:
        return _UNREADABLE
    value = body[field.shown]
    return value if value is None or isinstance(value, str) else _UNREADABLE


def _undo_caption(data: Mapping[str, Any], send: Send, _fresh: bool) -> str:
    """Take our locale off, naming every other one: PUT deletes whatever locale is not listed."""
    listed = find_media(send, data["course_id"], data["media_id"])
    if listed is None:
        raise UndoError("the media object's captions cannot be listed; remove our caption by hand")
    locales = track_locales(listed)
    if data["locale"] not in locales:
        return "was already gone"
    keep = [{"locale": locale} for locale in locales if locale != data["locale"]]
    answer = send(Call("PUT", data["path"], json=keep, has_json=True))
    if read(answer) is not Reading.OK:
        raise UndoError(f"Canvas did not remove the caption ({answer.says()})")
    return "removed"


def find_media(send: Send, course_id: str, media_id: str) -> dict[str, Any] | None:
    """One media object of the course with its tracks, looked for page by page; None if it cannot be had.

    Pages are counted, since Canvas's Link header points to another endpoint with another scope
    (media_objects_controller.rb).
    """
    for page in range(1, 11):
        rows = send(media_list(course_id, page)).json
        if not isinstance(rows, list) or not rows:
            return None
        for row in rows:
            if isinstance(row, dict) and row.get("media_id") == media_id:
                return row
    return None


def media_list(course_id: str, page: int = 1) -> Call:
    """The list of media objects, without sources: with them Canvas asks Kaltura for each row."""
    query = [("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"), ("page", str(page))]
    return Call("GET", f"/api/v1/courses/{course_id}/media_objects", query=query)


def track_locales(media: Mapping[str, Any]) -> list[str]:
    """The locales of a media object's tracks, all users', in order and once each."""
    tracks = media.get("media_tracks") or []
    return list(dict.fromkeys(track["locale"] for track in tracks if isinstance(track, dict) and "locale" in track))


@dataclass(frozen=True)
class Made:
    """One thing that a run made, as a change of kind `made` describes it in the journal.

    It stands in the list `collection`, under `name` in the member `name_key`, with its id in the member `id_key`;
    `delete` is the path to which the id is added to delete it. `by_admin` says whose token made it and deletes it.
    """

    collection: str
    name_key: str
    name: str
    id_key: str
    delete: str
    query: str = ""
    """What the DELETE wants in its query, as `key=value`."""
    by_admin: bool = False
    id: str | None = None
    """None until Canvas has told it."""

    def removal(self, made_id: str) -> Call:
        """The request that deletes it."""
        key, _, value = self.query.partition("=")
        return Call("DELETE", f"{self.delete}/{quote(made_id, safe='')}", query=[(key, value)] if key else ())


def _undo_made(data: Mapping[str, Any], send: Send, _fresh: bool) -> str:
    made = Made(**data)
    made_id = made.id or _id_of(made, send)
    if made_id is None:
        return "was never made"
    answer = send(made.removal(made_id))
    if read(answer) not in {Reading.OK, Reading.NOT_FOUND, Reading.EMPTY}:
        raise UndoError(f"Canvas did not delete {made.name} ({answer.says()}); delete it by hand")
    return "deleted"


def _id_of(made: Made, send: Send) -> str | None:
    answer = send(Call("GET", made.collection, query=[("search_term", made.name), ("per_page", "100")]))
    if read(answer) is not Reading.OK or not isinstance(answer.json, list):
        raise UndoError(f"{made.collection} cannot be listed ({answer.says()}); look for {made.name} by hand")
    return next((str(row[made.id_key]) for row in answer.json if row.get(made.name_key) == made.name), None)


def _undo_association(data: Mapping[str, Any], send: Send, _fresh: bool) -> str:
    """Part a course from a blueprint of this run; the blueprint course itself is a change of its own."""
    answer = send(association(data["blueprint_id"], "remove", data["course_id"]))
    if read(answer) not in {Reading.OK, Reading.NOT_FOUND}:
        raise UndoError(
            f"Canvas did not part course {data['course_id']} from blueprint {data['blueprint_id']} ({answer.says()}); "
            "remove it under the blueprint's Associations"
        )
    return "parted"


_UNDO: Final[Mapping[str, Callable[[Mapping[str, Any], Send, bool], str]]] = {
    "field": _undo_field,
    "caption": _undo_caption,
    "made": _undo_made,
    "association": _undo_association,
}


def needs_admin(change: Change) -> bool:
    """Whether undoing the change takes the administrator's token."""
    return change.kind == "association" or bool(change.data.get("by_admin"))


def sender(client: CanvasClient) -> Send:
    """Plain sending through a client, for undoing without a case."""
    return lambda call: client.send(call)
