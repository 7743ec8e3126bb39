"""What a run changes, in the form that the journal keeps: IDs and values, no paths.

Whatever reads one back from a file checks it: a value of the wrong type, a missing or a surplus member, and an ID that
is none raise msgspec.ValidationError.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from scopecheck.canvas.ids import IdForm
from scopecheck.sandbox.objects import KINDS, Noun, ObjectKind

OUR_LOCALES: Final = ("eo", "ia", "vo", "la")
"""Rarely captioned languages: our track takes the first one that the media object does not have."""


class FieldChange(msgspec.Struct, frozen=True, tag="field", forbid_unknown_fields=True):
    """One field of one object, such as the text of a page, the title of a video or the name of a file."""

    noun: Noun
    course_id: str
    object_id: str
    old: str | None
    written: str

    def __post_init__(self) -> None:
        _require_ids(IdForm.NUMBER, self.course_id)
        _require_ids(self.of.ids, self.object_id)
        if self.of.writable is None:
            raise ValueError(f"no field of a {self.noun} is ever changed")

    @property
    def of(self) -> ObjectKind:
        """The kind of object."""
        return KINDS[self.noun]

    @property
    def home(self) -> str:
        """The course that the object lies in; empty for a course itself, whose account does not matter."""
        return "" if self.noun is Noun.COURSE else self.course_id


class CaptionChange(msgspec.Struct, frozen=True, tag="caption", forbid_unknown_fields=True):
    """A caption track in one more locale of a media object."""

    course_id: str
    media_id: str
    locale: str
    others: tuple[str, ...] = ()
    """The locales that the media object had before."""

    def __post_init__(self) -> None:
        _require_ids(IdForm.NUMBER, self.course_id)
        _require_ids(IdForm.MEDIA, self.media_id)


class MadeChange(msgspec.Struct, frozen=True, tag="made", forbid_unknown_fields=True):
    """An object that is created; its name contains the run's tag."""

    noun: Noun
    home: str
    """The course that it is created in; for a course, the account."""
    name: str
    by_admin: bool = False
    """Whether the administrator's token creates and deletes it."""
    object_id: str | None = None
    """None until Canvas has assigned it."""
    since: str | None = None
    """The date of Canvas's answer to the request that created it, as ISO 8601; None until there is one."""

    def __post_init__(self) -> None:
        _require_ids(IdForm.NUMBER, self.home)
        _require_ids(self.of.ids, *([] if self.object_id is None else [self.object_id]))
        if self.noun is Noun.MEDIA:
            raise ValueError("no media object is ever created")

    @property
    def of(self) -> ObjectKind:
        """The kind of object."""
        return KINDS[self.noun]


class AssociationChange(msgspec.Struct, frozen=True, tag="association", forbid_unknown_fields=True):
    """A course that is associated with a blueprint of the run."""

    blueprint_id: str
    course_id: str

    def __post_init__(self) -> None:
        _require_ids(IdForm.NUMBER, self.blueprint_id, self.course_id)


Change: TypeAlias = FieldChange | CaptionChange | MadeChange | AssociationChange


def needs_admin(change: Change) -> bool:
    """Whether undoing it needs the administrator's token."""
    return isinstance(change, AssociationChange) or (isinstance(change, MadeChange) and change.by_admin)


def _require_ids(form: IdForm, *ids: str) -> None:
    for each in ids:
        if not form.fits(each):
            raise ValueError(f"{each!r} is not the ID of a record")
