"""Canary calls: harmless ones outside the profile, which an enforcing key must refuse.

They go to a course or file that does not exist, so that nothing can come of them, and the refusal of a course's also
shows that Canvas checks the scope before it looks the course up. Where a key happens to carry one canary's scope, or
what answers has no such route, the next is tried. The last ones have no scope at all: with a slash at its end a path
is routed, but matches no scope, and GraphQL has none (access_token.rb, authentication_methods.rb).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, read
from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Canaries
from scopecheck.transport.client import CanvasClient

_COURSE: Final = f"/api/v1/courses/{NONEXISTENT}"

_CANARIES: Final[tuple[tuple[str, Call], ...]] = (
    ("url:GET|/api/v1/courses/:course_id/enrollments", Call("GET", f"{_COURSE}/enrollments")),
    ("url:POST|/api/v1/courses/:course_id/pages", Call("POST", f"{_COURSE}/pages")),
    ("url:GET|/api/v1/courses/:course_id/sections", Call("GET", f"{_COURSE}/sections")),
    ("url:GET|/api/v1/files/:id", Call("GET", f"/api/v1/files/{NONEXISTENT}")),
    ("", Call("GET", f"{_COURSE}/sections/")),
    ("", Call("POST", "/api/graphql", json={"query": "{ __typename }"}, has_json=True)),
)


def _let_through(answer: Answer) -> bool:
    """Whether Canvas itself answered from behind the scope gate; of what does not exist it never says a success."""
    gone = {Reading.NOT_FOUND, Reading.NOT_PERMITTED}
    return read(answer) in (PAST_THE_GATE if answer.url.endswith("/graphql") else gone)


def _no_such_route(answer: Answer) -> bool:
    """Whether this Canvas does not know the path, and so did not check its scope."""
    return answer.status == 404 and read(answer) is Reading.NOT_CANVAS


def _enforced(answers: Sequence[Answer]) -> bool | None:
    """A key may carry the scopes of some canaries: not enforced means that all that are routed were let through."""
    if any(read(answer) is Reading.SCOPE_MISSING for answer in answers):
        return True
    routed = [answer for answer in answers if not _no_such_route(answer)]
    return False if routed and all(map(_let_through, routed)) else None


def evaluate_canaries(answers: Sequence[Answer]) -> Canaries:
    """What the answers to canary calls show; pure."""
    scope_first = any(read(answer) is Reading.SCOPE_MISSING and f"{_COURSE}/" in answer.url for answer in answers)
    return Canaries(answers, _enforced(answers), scope_first)


_ENOUGH: Final = DEAD_TOKEN | {Reading.SCOPE_MISSING, Reading.NO_ANSWER, Reading.THROTTLED}


def send_canaries(client: CanvasClient, required: Collection[str]) -> Canaries:
    """Make canary calls until one is refused for its scope, or more of them would tell nothing."""
    answers: list[Answer] = []
    for scope, call in _CANARIES:
        if scope in required:
            continue
        answers.append(client.send(call))
        if read(answers[-1]) in _ENOUGH:
            break
    return evaluate_canaries(answers)
