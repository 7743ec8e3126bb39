"""Which function exercises which scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from scopecheck.exercises.case import Case
from scopecheck.model.verdict import ScopeResult

Exercise: TypeAlias = Callable[[Case], ScopeResult]

EXERCISES: Final[dict[str, Exercise]] = {}
"""Scope string to exercise; filled when the section modules are imported."""

READS_ONLY: Final[set[str]] = set()
"""Scopes whose exercise changes nothing and needs no sandbox course: probe mode does it too."""


def exercises(scope: str, *, reads_only: bool = False) -> Callable[[Exercise], Exercise]:
    """Register the decorated function as the exercise of a scope."""

    def register(function: Exercise) -> Exercise:
        EXERCISES[scope] = function
        if reads_only:
            READS_ONLY.add(scope)
        return function

    return register
