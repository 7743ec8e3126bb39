"""What other people do in the sandbox course while a run is at work, and what has to stay of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scopecheck.embedded_canvas.known import BEGAN, COLLEAGUE, SANDBOX
from scopecheck.embedded_canvas.records import File, MediaTrack, Page
from scopecheck.embedded_canvas.tables import Tables
from scopecheck.sandbox.tag import TAG
from tests.selftest.hostile.content import Wanted, inside

THEIRS: Final = "<p>Written by a colleague meanwhile.</p>"
"""What they write."""


@dataclass(frozen=True)
class Edit:
    """One edit by somebody else."""

    name: str
    after: int
    """After which of the run's changes."""

    def make(self, tables: Tables, wanted: Wanted) -> bool:
        """Make it, and note what has to stay; gives whether there was anything to edit."""
        with tables.lock:
            return EDITS[self.name](tables, wanted)


Make = Callable[[Tables, Wanted], bool]


def _field(table: str, key: int, *names: str, added: bool = False) -> Make:
    """Replace a text, or add to it whatever is in it by then; all of `names` hold the same."""

    def make(tables: Tables, wanted: Wanted) -> bool:
        record, where = getattr(tables, table).get(key), f"{table}/{key}"
        if record is None or where not in wanted.records or getattr(record, "workflow_state", "") == "deleted":
            return False
        for name in names:
            had, has = (wanted.records[where][name], getattr(record, name)) if added else ("", "")
            wanted.theirs(where, name, f"{had or ''}{THEIRS}")
            setattr(record, name, f"{has or ''}{THEIRS}")
            if TAG.search(has or ""):
                wanted.also.setdefault((where, name), []).append(getattr(record, name))
        return True

    return make


def _new(table: str, key: int, make_record: Callable[[], object]) -> Make:
    def make(tables: Tables, wanted: Wanted) -> bool:
        record = make_record()
        if key in getattr(tables, table) or getattr(record, "media_object_id", 0) not in {0, *tables.media_objects}:
            return False
        getattr(tables, table)[key] = record
        wanted.records[f"{table}/{key}"] = inside(tables)[f"{table}/{key}"]
        return True

    return make


def _deleted(table: str, key: int) -> Make:
    def make(tables: Tables, wanted: Wanted) -> bool:
        record = getattr(tables, table).get(key)
        if record is None or f"{table}/{key}" not in wanted.records:
            return False
        if hasattr(record, "workflow_state"):
            record.workflow_state = "deleted"
        else:
            del getattr(tables, table)[key]
        wanted.records.pop(f"{table}/{key}")
        return True

    return make


EDITS: Final[dict[str, Make]] = {
    "rewrites the page": _field("pages", 3002, "body"),
    "adds to the page": _field("pages", 3002, "body", added=True),
    "rewrites the assignment": _field("assignments", 2001, "description"),
    "rewrites the topic": _field("topics", 4001, "message"),
    "rewrites the quiz": _field("quizzes", 4501, "description"),
    "rewrites the syllabus": _field("courses", SANDBOX, "syllabus_body"),
    "retitles the video": _field("media_objects", 6001, "title", "user_entered_title"),
    "renames a file": _field("files", 5001, "display_name"),
    "writes a page": _new("pages", 3090, lambda: Page(3090, SANDBOX, "theirs", "Theirs", THEIRS, BEGAN, BEGAN)),
    "uploads a file": _new("files", 5090, lambda: File(
        5090, "uuid5090", SANDBOX, 4900, "theirs.png", "theirs.png", "image/png", b"theirs", BEGAN, BEGAN,
        user_id=COLLEAGUE)),
    "adds captions": _new("media_tracks", 6190, lambda: MediaTrack(
        6190, 6001, COLLEAGUE, "nl", "subtitles", "theirs", BEGAN, BEGAN)),
    "deletes the page": _deleted("pages", 3002),
    "deletes the assignment": _deleted("assignments", 2001),
    "deletes a file": _deleted("files", 5001),
    "deletes captions": _deleted("media_tracks", 6102),
}  # fmt: skip
"""Edits, by what somebody does."""
