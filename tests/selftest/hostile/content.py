"""What is in a Canvas: inside the sandbox course as users see it, outside of it to the last byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from scopecheck.embedded_canvas.known import SANDBOX
from scopecheck.embedded_canvas.tables import Tables
from scopecheck.sandbox.tag import TAG

Record: TypeAlias = dict[str, Any]

_TABLES: Final = (
    "users", "keys", "accounts", "terms", "courses", "assignments", "pages", "topics", "quizzes", "folders", "files",
    "media_objects", "media_tracks", "templates", "blueprint_migrations", "subscriptions", "blueprint_imports",
    "migrations",
)  # fmt: skip


def is_inside(tables: Tables, table: str, record: Any) -> bool:
    """Whether a record belongs to the sandbox course."""
    if table == "courses":
        return bool(record.id == SANDBOX)
    if table == "media_tracks":
        return is_inside(tables, "media_objects", tables.media_objects[record.media_object_id])
    if table == "subscriptions":
        return bool(record.child_course_id == SANDBOX)
    if table == "blueprint_imports":
        return is_inside(tables, "subscriptions", tables.subscriptions[record.subscription_id])
    return getattr(record, "course_id", None) == SANDBOX and table != "users"


def _records(tables: Tables) -> Iterator[tuple[str, str, Any]]:
    for table in _TABLES:
        for key, record in getattr(tables, table).items():
            yield f"{table}/{key}", table, record


def outside(tables: Tables) -> dict[str, str]:
    """Every record that is not of the sandbox course, deleted ones and times of the last change included."""
    return {name: repr(vars(each)) for name, table, each in _records(tables) if not is_inside(tables, table, each)}


def inside(tables: Tables) -> dict[str, Record]:
    """What users see of the sandbox course, without the traces that any write leaves (Tables.content)."""
    mine = {name for name, table, each in _records(tables) if is_inside(tables, table, each)}
    return {name: deepcopy(record) for name, record in tables.content() if name in mine}


def of_runs(tables: Tables) -> frozenset[str]:
    """Records outside the sandbox course that runs have created: their blueprint courses, and what belongs to those."""
    courses = {course.id for course in tables.courses.values() if TAG.match(course.name) and course.id > 100_000}
    templates = {each.id for each in tables.templates.values() if each.course_id in courses}
    return frozenset(
        name
        for name, table, each in _records(tables)
        if (table == "courses" and each.id in courses)
        or (table == "templates" and each.id in templates)
        or getattr(each, "course_id", None) in courses
    )


@dataclass(frozen=True)
class Difference:
    """One place where something is not as it should be."""

    where: str
    wanted: object
    found: object

    @property
    def bytes(self) -> int:
        """How much it is."""
        return max(len(repr(self.wanted)), len(repr(self.found)))

    def __str__(self) -> str:
        return f"{self.where}: {shown(self.wanted)} -> {shown(self.found)}"


def shown(value: object) -> str:
    """A value in a line."""
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:100]} … {text[-50:]}"


def changed(before: Mapping[str, str], tables: Tables) -> list[Difference]:
    """What is not as before outside the sandbox course; what runs have created there does not count."""
    now, ours = outside(tables), of_runs(tables)
    names = sorted({*before, *now} - ours)
    return [Difference(name, before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name)]


@dataclass
class Wanted:
    """What the sandbox course has to hold once a run has undone everything: what it held, and others' own edits."""

    records: dict[str, Record]
    also: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    """Other values that are as right, by record and field."""
    litter: set[str] = field(default_factory=set)
    """Records that a run may remove, or not."""
    originals: dict[tuple[str, str], object] = field(default_factory=dict)
    """What was in fields that others have edited."""

    def theirs(self, name: str, member: str, value: object) -> None:
        """Somebody else has edited a field."""
        self.originals.setdefault((name, member), self.records[name][member])
        self.records[name][member] = value

    def missed(self, tables: Tables, *, exactly: bool = False) -> Iterator[Difference]:
        """Where the sandbox course differs from that, and what runs have left in other places.

        `exactly`: what others have added to a text of the run counts, too. A run leaves that alone, and says so.
        """
        now = inside(tables)
        for name in sorted({*self.records, *now} - self.litter):
            wanted, found = self.records.get(name), now.get(name)
            if wanted is None or found is None:
                yield Difference(name, wanted, found)
                continue
            for each in sorted({*wanted, *found}):
                one, other = wanted.get(each), found.get(each)
                if one != other and (exactly or other not in self.also.get((name, each), [])):
                    yield Difference(f"{name}.{each}", one, other)
        left = {course.id for course in tables.courses.values() if course.workflow_state != "deleted"}
        for name in sorted(of_runs(tables)):
            if name.startswith("courses/") and int(name.partition("/")[2]) in left:
                yield Difference(name, None, tables.courses[int(name.partition("/")[2])].name)
