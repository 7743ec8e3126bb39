"""A course's files, and the media made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Folder:
    """A folder of a course's files."""

    id: int
    course_id: int
    full_name: str
    parent_folder_id: int | None = None


@dataclass
class File:
    """A file in a course, with its content."""

    id: int
    uuid: str
    course_id: int
    folder_id: int
    display_name: str
    filename: str
    content_type: str
    content: bytes
    created_at: datetime
    updated_at: datetime
    workflow_state: str = "processed"
    """`processed`, `deleted`, or `pending` (uploaded but not yet captured: in no list)."""
    locked: bool = False
    hidden: bool = False
    lock_at: datetime | None = None
    unlock_at: datetime | None = None
    media_entry_id: str | None = None
    user_id: int | None = None
    synced: bool = False
    """Whether a blueprint sync brought it: only such files can be locked by the blueprint."""
    replaced_by: int | None = None
    """The file that overwrote this one."""


@dataclass
class UploadTicket:
    """What step 1 of an upload allows: who may store what where, and until when."""

    key: str
    """The secret for step 2: a policy (local, S3) or a token (inst-fs)."""
    storage_url: str
    """Where step 2 goes."""
    canvas: str
    """Scheme and host of the Canvas that issued it."""
    fields: dict[str, str]
    """The form fields that step 2 must send back unchanged."""
    expires_at: datetime
    course_id: int
    folder_id: int
    user_id: int
    name: str
    content_type: str
    on_duplicate: str
    includes: list[str] = field(default_factory=list)
    """What `success_include[]` asks to be included with the new file."""
    file_id: int | None = None
    """The pending file; inst-fs has none before the upload is complete."""
    stored: bool = False
    """Whether step 2 is done."""


@dataclass
class MediaObject:
    """A video or audio entry at Kaltura, identified by its `media_id`."""

    id: int
    media_id: str
    course_id: int
    file_id: int | None
    user_id: int
    media_type: str
    title: str | None
    user_entered_title: str | None
    created_at: datetime


@dataclass
class MediaTrack:
    """One user's captions of a media object, in one language."""

    id: int
    media_object_id: int
    user_id: int
    locale: str
    kind: str
    content: str
    created_at: datetime
    updated_at: datetime
