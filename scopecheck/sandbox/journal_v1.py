"""Lines of version 1, the first format released: without checksums and attempts, and with paths instead of IDs.

Only paths that this version wrote itself are taken, each by the IDs in it; the request of an undo is never built from
one. Its first line names the target, the others do not. A change has the time at which its run began, so when its last
request was sent is only known from the file: not after the last line was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec

from scopecheck.sandbox.changes import AssociationChange, CaptionChange, Change, FieldChange, MadeChange
from scopecheck.sandbox.journal import Closed, Event, JournalEntry, JournalTarget, Learned, Opened, time_of
from scopecheck.sandbox.journal_lines import DAMAGED, FOREIGN, NotBelieved, is_json, require_ours
from scopecheck.sandbox.objects import KINDS, Noun, ObjectKind


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    kind: str
    what: str
    data: dict[str, Any]
    at: str


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    target: JournalTarget | None
    opened: _Entry | None
    amended: _Entry | None
    closed: str | None


class _Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    wrap: str
    name: str
    shown: str
    read_path: str
    read_query: list[list[str]]
    html: bool
    answers: bool
    course_id: str
    media_id: str


class _FieldData(msgspec.Struct, forbid_unknown_fields=True):
    field: _Field
    old: str | None
    written: str


class _Made(msgspec.Struct, forbid_unknown_fields=True):
    collection: str
    name_key: str
    name: str
    id_key: str
    delete: str
    query: str
    by_admin: bool
    id: str | None


class _Caption(msgspec.Struct, forbid_unknown_fields=True):
    course_id: str
    media_id: str
    locale: str
    path: str


class _Association(msgspec.Struct, forbid_unknown_fields=True):
    blueprint_id: str
    course_id: str


def is_v1(raw: bytes) -> bool:
    """Whether a line is of this version, or the beginning of one."""
    return raw.startswith(_BEGINS) or _BEGINS.startswith(raw)


def is_cut_off(raw: bytes) -> bool:
    """Whether a line of this version ends before its end."""
    return not is_json(raw)


_BEGINS: Final = b'{"target":'


@dataclass
class LinesOfV1:
    """The lines of one file, in order."""

    target: JournalTarget
    written_until: str
    """When the file was written last, as journals have times."""
    _named: bool = False

    def event_of(self, raw: bytes) -> Event | None:
        """What a line says; None for the one that names the target. Raises NotBelieved."""
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise NotBelieved("not understood" if is_json(raw) else DAMAGED) from None
        set_members = [each for each in (line.target, line.opened, line.amended, line.closed) if each is not None]
        if len(set_members) != 1:
            raise NotBelieved("not understood")
        if line.target is not None:
            self._named = line.target == self.target
        if not self._named:
            raise NotBelieved(FOREIGN if line.target else "not preceded by one that names the course")
        if line.opened:
            return Opened(self._entry(line.opened))
        if line.amended:
            return _learned(self._entry(line.amended))
        return Closed(line.closed) if line.closed else None

    def _entry(self, given: _Entry) -> JournalEntry:
        try:
            at = max(given.at, self.written_until, key=time_of)
            entry = JournalEntry(given.id, given.what, at, _change(given))
        except (msgspec.MsgspecError, ValueError, OverflowError):
            raise NotBelieved("not understood") from None
        require_ours(entry, self.target)
        return entry


def _learned(entry: JournalEntry) -> Learned:
    if not isinstance(entry.change, MadeChange) or entry.change.object_id is None:
        raise NotBelieved("not understood")
    return Learned(entry.id, entry.change.object_id, None)


def _change(entry: _Entry) -> Change:
    """The change that an entry describes. Raises ValueError."""
    match entry.kind:
        case "field":
            given = msgspec.convert(entry.data, _FieldData)
            noun, course_id, object_id = _written_object(given.field)
            return FieldChange(noun, course_id, object_id, given.old, given.written)
        case "made":
            return _made(msgspec.convert(entry.data, _Made))
        case "caption":
            caption = msgspec.convert(entry.data, _Caption)
            _require(caption.path == f"/api/v1/media_objects/{_segment(caption.media_id)}/media_tracks")
            return CaptionChange(caption.course_id, caption.media_id, caption.locale)
        case "association":
            association = msgspec.convert(entry.data, _Association)
            return AssociationChange(association.blueprint_id, association.course_id)
    raise ValueError(entry.kind)


def _written_object(given: _Field) -> tuple[Noun, str, str]:
    """The kind of object, its course and its ID, if everything about the field is what this version wrote for them."""
    for noun in Noun:
        found = re.fullmatch(_template(KINDS[noun]), given.read_path)
        if not found:
            continue
        object_id = unquote(found["id"])
        course_id = given.course_id if noun is Noun.MEDIA else found.groupdict().get("home", object_id)
        _require(given == _field(KINDS[noun], course_id, object_id))
        return noun, course_id, object_id
    raise ValueError(given.read_path)


def _template(kind: ObjectKind) -> str:
    """A pattern for the path by which this version read an object of this kind."""
    path = re.escape(kind.read or kind.written).replace(r"\{", "{").replace(r"\}", "}")
    return path.format(home="(?P<home>[^/]+)", id="(?P<id>[^/]+)")


def _field(kind: ObjectKind, course_id: str, object_id: str) -> _Field:
    """How this version described the field of an object that is written."""
    assert kind.writable
    segments = {"home": _segment(course_id), "id": _segment(object_id)}
    media = kind.noun is Noun.MEDIA
    return _Field(
        kind.written.format(**segments),
        kind.writable.wrap,
        kind.writable.name,
        kind.writable.shown,
        (kind.read or kind.written).format(**segments),
        [list(pair) for pair in kind.read_query],
        kind.writable.html,
        kind.writable.answers,
        course_id if media else "",
        object_id if media else "",
    )


def _made(given: _Made) -> MadeChange:
    for noun in Noun:
        kind = KINDS[noun]
        found = re.fullmatch(re.escape(kind.listed).replace(r"\{home\}", "([^/]+)"), given.collection)
        if not found:
            continue
        home, delete = unquote(found[1]), kind.written.format(home=found[1], id="").rstrip("/")
        query = "&".join(f"{key}={value}" for key, value in kind.delete_query)
        expected = _Made(
            kind.listed.format(home=_segment(home)), kind.name_key, given.name, kind.id_key, delete, query,
            given.by_admin, given.id,
        )  # fmt: skip
        _require(given == expected and (given.by_admin or noun is Noun.FILE))
        return MadeChange(noun, home, given.name, given.by_admin, given.id)
    raise ValueError(given.collection)


def _segment(record_id: str) -> str:
    return quote(record_id, safe="")


def _require(fits: bool) -> None:
    if not fits:
        raise ValueError("not as this version wrote it")
