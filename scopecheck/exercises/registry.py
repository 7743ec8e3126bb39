"""Which function exercises which scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from scopecheck.exercises.case import Case
from scopecheck.model.verdict import ScopeResult

Exercise: TypeAlias = Callable[[Case], ScopeResult]

EXERCISES: Final[dict[str, Exercise]] = {}
"""Scope string to exercise; filled when the section modules are imported."""


def exercises(scope: str) -> Callable[[Exercise], Exercise]:
    """Register the decorated function as the exercise of a scope."""

    def register(function: Exercise) -> Exercise:
        EXERCISES[scope] = function
        return function

    return register
