"""Which function exercises which scope, whatever the scope's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from scopecheck.exercises.case import Case
from scopecheck.model.scope import Scope, route_shape
from scopecheck.model.verdict import ScopeResult

Exercise: TypeAlias = Callable[[Case], ScopeResult]

EXERCISES: Final[dict[str, Exercise]] = {}
"""Route to exercise; filled when the section modules are imported."""


def exercise_of(scope: Scope) -> Exercise | None:
    """The exercise of the scope's route, which may be registered under another of its names."""
    return EXERCISES.get(route_shape(str(scope)))


READS_ONLY: Final[set[Exercise]] = set()
"""Exercises that change nothing and need no sandbox course: probe mode does them too."""


def exercises(scope: str, *, reads_only: bool = False) -> Callable[[Exercise], Exercise]:
    """Register the decorated function as the exercise of a scope."""

    def register(function: Exercise) -> Exercise:
        EXERCISES[route_shape(scope)] = function
        if reads_only:
            READS_ONLY.add(function)
        return function

    return register
