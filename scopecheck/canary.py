"""Canary calls: harmless ones outside the profile, which an enforcing key must refuse.

They go to a course or file that does not exist, so that nothing can come of them, and the refusal of a course's also
shows that Canvas checks the scope before it looks the course up. Where a key happens to carry one canary's scope, or
what answers has no such route, the next is tried. The last ones have no scope at all: with a slash at its end a path
is routed, but matches no scope, and GraphQL has none (access_token.rb, authentication_methods.rb).
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
    ("url:POST|/api/v1/courses/:course_id/pages", Call("POST", "/api/v1/courses/0/pages")),
    ("url:GET|/api/v1/courses/:course_id/sections", Call("GET", "/api/v1/courses/0/sections")),
    ("url:GET|/api/v1/files/:id", Call("GET", "/api/v1/files/0")),
    ("", Call("GET", "/api/v1/courses/0/sections/")),
    ("", Call("POST", "/api/graphql", json={"query": "{ __typename }"}, has_json=True)),
)


def _let_through(answer: Answer) -> bool:
    """Whether Canvas itself answered from behind the scope gate; of what does not exist it never says a success."""
    gone = {Reading.NOT_FOUND, Reading.NOT_PERMITTED}
    return read(answer) in (PAST_THE_GATE if answer.url.endswith("/graphql") else gone)


def _no_such_route(answer: Answer) -> bool:
    """Whether this Canvas does not know the path, and so did not check its scope."""
    return answer.status == 404 and read(answer) is Reading.NOT_CANVAS


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
        """Whether scopes are enforced for this token; None where no call told.

        A key may carry the scopes of some canaries: not enforced means that all that are routed were let through.
        """
        if Reading.SCOPE_MISSING in self.readings:
            return True
        told = [answer for answer in self.answers if not _no_such_route(answer)]
        return False if told and all(map(_let_through, told)) else None

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
