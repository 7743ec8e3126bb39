"""How old a Canvas is, by its signs: it tells a token no version of itself.

Sources: a Canvas of spring 2022 has the older names of scopes and none of these members (measured), newer sources have
the newer names (`RENAMES`) and the members (lib/api/v1/course_json.rb).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scopecheck.canvas.scope_names import RENAMES, Names, has_part

_IN_COURSES: Final = ("overridden_course_visibility", "template")
"""Members of a course that Canvas has had only since."""

_AGES: Final[Mapping[frozenset[bool], str]] = {
    frozenset({True}): "later than spring 2022",
    frozenset({False}): "spring 2022 or earlier",
    frozenset({True, False}): "about 2022",
}


def version_signs(names: Names, course: object) -> str | None:
    """The age, and the signs for it; None without any. `names` are of this Canvas, `course` is one of its records."""
    signs = [*_of_names(names), *_of_course(course)]
    if not signs:
        return None
    age = _AGES[frozenset(newer for newer, _ in signs)]
    return f"{age}, by its signs: {', '.join(sign for _, sign in signs)}"


def _of_names(names: Names) -> Iterator[tuple[bool, str]]:
    for rename in RENAMES:
        for part, newer in ((rename.newer, True), (rename.older, False)):
            if any(name and has_part(name, part) for name in names.values()):
                yield newer, f"scopes have {part}"


def _of_course(course: object) -> Iterator[tuple[bool, str]]:
    if isinstance(course, dict) and {"id", "workflow_state"} <= course.keys():
        there = [member for member in _IN_COURSES if member in course]
        yield bool(there), f"courses have {' and '.join(there) or f'no {_IN_COURSES[0]}'}"
