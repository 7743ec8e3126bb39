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


def exercises(scope: str) -> Callable[[Exercise], Exercise]:
    """Register the decorated function as the exercise of a scope."""

    def register(function: Exercise) -> Exercise:
        EXERCISES[route_shape(scope)] = function
        return function

    return register
