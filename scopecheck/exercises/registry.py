"""Which function exercises which scope, whatever the scope's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from scopecheck.exercises.case import Case
from scopecheck.model.scope import Scope, route_shape
from scopecheck.model.verdict import ScopeResult

Exercise: TypeAlias = Callable[[Case], ScopeResult]

EXERCISES: Final[dict[str, Exercise]] = {}
"""Route to exercise; filled when the section modules are imported."""


def exercise_of(scope: Scope) -> Exercise | None:
    """The exercise of the scope's route, which may be registered under another of its names."""
    return EXERCISES.get(route_shape(str(scope)))


@dataclass(frozen=True)
class Reads:
    """How an exercise that only reads is done in probe mode, on what exists."""

    where: Literal["account", "each course", "one course"]
    """Without a course; in each course that is read; or until one of them has what is needed."""
    leaves: str = ""
    """What Canvas does beside answering, which production should be spared: with that it is not done unasked."""
    unless_files: bool = False
    """Whether Canvas does that only in courses without files."""


READS: Final[dict[str, Reads]] = {}
"""By route: the exercises that change nothing, which probe mode does too."""


def reads_of(scope: Scope) -> Reads | None:
    """How the scope's exercise is done in probe mode; None if it is not."""
    return READS.get(route_shape(str(scope)))


def exercises(scope: str, reads: Reads | None = None) -> Callable[[Exercise], Exercise]:
    """Register the decorated function as the exercise of a scope; `reads` if it changes nothing."""

    def register(function: Exercise) -> Exercise:
        EXERCISES[route_shape(scope)] = function
        if reads is not None:
            READS[route_shape(scope)] = reads
        return function

    return register


ACCOUNT: Final = Reads("account")
EACH: Final = Reads("each course")
ONE: Final = Reads("one course")
_FILES: Final = (
    "Canvas creates the folder of a course's files when they are first listed, and no course is known to have any"
)
"""What listing files or media leaves behind in a course without files (app/models/folder.rb, root_folders)."""
EACH_WITH_FILES: Final = Reads("each course", _FILES, unless_files=True)
ONE_WITH_FILES: Final = Reads("one course", _FILES, unless_files=True)
