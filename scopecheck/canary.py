"""Canary calls: harmless ones outside the profile, which an enforcing key must refuse.

They go to a course that does not exist, so that the refusal also shows that Canvas checks the scope before it looks
the course up; where a key happens to carry one canary's scope, the next is tried. The last has no scope at all:
every enforcing key is refused there (authentication_methods.rb).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from scopecheck.answer import Answer
from scopecheck.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, read
from scopecheck.client import Call, CanvasClient

_CANARIES: Final[tuple[tuple[str, Call], ...]] = (
    ("url:GET|/api/v1/courses/:course_id/enrollments", Call("GET", "/api/v1/courses/0/enrollments")),
    ("url:GET|/api/v1/courses/:course_id/sections", Call("GET", "/api/v1/courses/0/sections")),
    ("url:GET|/api/v1/courses/:course_id/modules", Call("GET", "/api/v1/courses/0/modules")),
    ("url:GET|/api/v1/conversations/unread_count", Call("GET", "/api/v1/conversations/unread_count")),
    ("", Call("POST", "/api/graphql", json={"query": "{ __typename }"}, has_json=True)),
)


@dataclass(frozen=True)
class Canaries:
    """What the canary calls showed."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def readings(self) -> list[Reading]:
        """The reading of each call made."""
        return [read(answer) for answer in self.answers]

    @property
    def enforced(self) -> bool | None:
        """Whether scopes are enforced for this token; None where no call told."""
        if Reading.SCOPE_MISSING in self.readings:
            return True
        return False if PAST_THE_GATE.intersection(self.readings) else None

    @property
    def scope_first(self) -> bool:
        """Whether Canvas was seen to check the scope before it looked up a course."""
        return any(read(answer) is Reading.SCOPE_MISSING and "/courses/0/" in answer.url for answer in self.answers)


_ENOUGH: Final = DEAD_TOKEN | {Reading.SCOPE_MISSING, Reading.NO_ANSWER, Reading.THROTTLED}


def release(client: CanvasClient, required: Collection[str]) -> Canaries:
    """Make canary calls until one is refused for its scope, or nothing can be learned by more."""
    canaries = Canaries()
    for scope, call in _CANARIES:
        if scope in required:
            continue
        answer = client.send(call)
        canaries.answers.append(answer)
        if read(answer) in _ENOUGH:
            break
    return canaries
