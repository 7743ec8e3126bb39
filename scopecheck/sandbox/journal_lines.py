"""One line of a journal: what it says, if it is whole, well-formed, and about what a run changes in this course."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from scopecheck.sandbox.changes import (
    OUR_LOCALES,
    AssociationChange,
    CaptionChange,
    Change,
    FieldChange,
    MadeChange,
)
from scopecheck.sandbox.journal import (
    VERSION,
    Attempted,
    Event,
    JournalEntry,
    JournalTarget,
    Learned,
    Line,
    Opened,
    checksum,
    time_of,
)
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.tag import TAG


class NotBelieved(Exception):
    """A line that is not obeyed; the message says why, in a few words."""


class OfNewerVersion(NotBelieved):
    """A line that only a newer version of this suite understands."""


DAMAGED: Final = "damaged"
FOREIGN: Final = "for another course or Canvas"

_ENTRY_ID: Final = re.compile(r"[\w.-]{1,200}/[1-9]\d{0,8}", re.ASCII)


class _Head(msgspec.Struct):
    version: int


def event_of(raw: bytes, target: JournalTarget) -> Event:
    """What a line says. Raises NotBelieved."""
    stated, _, text = raw.partition(b" ")
    if stated != checksum(text):
        raise NotBelieved(DAMAGED)
    try:
        version = msgspec.json.decode(text, type=_Head).version
        if version > VERSION:
            raise OfNewerVersion("written by a newer version of this suite")
        line = msgspec.json.decode(text, type=Line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotBelieved("not understood") from None
    if version != VERSION:
        raise NotBelieved("not understood")
    if line.target != target:
        raise NotBelieved(FOREIGN)
    return _checked(line.event, target)


def _checked(event: Event, target: JournalTarget) -> Event:
    match event:
        case Opened(entry):
            require_ours(entry, target)
        case Attempted(_, at):
            _require_time(at)
        case Learned(_, _, since):
            _require_time(since)
        case _:
            pass
    return event


def require_ours(entry: JournalEntry, target: JournalTarget) -> None:
    """Raises NotBelieved unless a run against this target could have made the change."""
    if not _ENTRY_ID.fullmatch(entry.id):
        raise NotBelieved("not understood")
    _require_time(entry.at)
    change = entry.change
    if isinstance(change, MadeChange):
        _require_time(change.since)
    if not _is_in(change, target.course_id):
        raise NotBelieved("about another course")
    if not _bears_mark(change):
        raise NotBelieved("about what no run changes")


def _is_in(change: Change, course_id: str) -> bool:
    """Whether a change lies in the course; a course that was created lies in an account, and its name decides."""
    match change:
        case FieldChange(Noun.COURSE, within, object_id):
            return within == object_id == course_id
        case MadeChange(noun, home):
            return noun is Noun.COURSE or home == course_id
        case FieldChange() | CaptionChange() | AssociationChange():
            return change.course_id == course_id


def _bears_mark(change: Change) -> bool:
    """Whether a change bears what a run gives all its changes: its tag, or one of its locales."""
    match change:
        case FieldChange():
            return TAG.search(change.written) is not None
        case MadeChange():
            return TAG.match(change.name) is not None
        case CaptionChange():
            return change.locale in OUR_LOCALES
        case AssociationChange():
            return True


def _require_time(text: str | None) -> None:
    try:
        if text is not None:
            time_of(text)
    except (ValueError, OverflowError):
        raise NotBelieved("not understood") from None


def is_cut_off(raw: bytes, target: JournalTarget) -> bool:
    """Whether these bytes are the beginning of a line for this target, and end within it."""
    stated, _, text = raw.partition(b" ")
    if not re.fullmatch(rb"[0-9a-f]{0,16}", stated):
        return False
    begins = b'{"version":%d,"target":%b,"event":' % (VERSION, msgspec.json.encode(target))
    return (text.startswith(begins) or begins.startswith(text)) and not is_json(text)


def is_json(text: bytes) -> bool:
    """Whether these bytes are a whole JSON document."""
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True
