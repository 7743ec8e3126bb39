"""Canary calls: harmless calls outside the profile, which a key that enforces scopes must refuse.

They go to a course or file that does not exist, so they can change nothing; a refusal for a course also shows that
Canvas checks the scope before it looks up the course. If a key happens to carry one canary's scope, or this Canvas has
no such route, the next one is tried. The last two have no scope at all: a path with a trailing slash is routed but
matches no scope, and GraphQL has none (access_token.rb, authentication_methods.rb).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, read
from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Canaries
from scopecheck.model.scope import route_shape
from scopecheck.transport.client import CanvasClient

_COURSE: Final = f"/api/v1/courses/{NONEXISTENT}"

CANARY_CALLS: Final[tuple[tuple[str, Call], ...]] = (
    ("url:GET|/api/v1/courses/:course_id/enrollments", Call("GET", f"{_COURSE}/enrollments")),
    ("url:POST|/api/v1/courses/:course_id/pages", Call("POST", f"{_COURSE}/pages")),
    ("url:GET|/api/v1/courses/:course_id/sections", Call("GET", f"{_COURSE}/sections")),
    ("url:GET|/api/v1/files/:id", Call("GET", f"/api/v1/files/{NONEXISTENT}")),
    ("", Call("GET", f"{_COURSE}/sections/")),
    ("", Call("POST", "/api/graphql", json={"query": "{ __typename }"}, has_json=True)),
)
"""Each canary's scope, empty where it has none, and its call; in the order in which they are sent."""


def _let_through(answer: Answer) -> bool:
    """Whether Canvas itself answered from behind its scope check; for what does not exist that is never a success."""
    gone = {Reading.NOT_FOUND, Reading.NOT_PERMITTED}
    return read(answer) in (PAST_THE_GATE if answer.url.endswith("/graphql") else gone)


def _no_such_route(answer: Answer) -> bool:
    """Whether this Canvas does not have the path, and so did not check its scope."""
    return answer.status == 404 and read(answer) is Reading.NOT_CANVAS


def _enforced(answers: Sequence[Answer]) -> bool | None:
    """A key may carry the scopes of some canaries, so it is not enforcing only if all routed ones were let through."""
    if any(read(answer) is Reading.SCOPE_MISSING for answer in answers):
        return True
    routed = [answer for answer in answers if not _no_such_route(answer)]
    return False if routed and all(map(_let_through, routed)) else None


def evaluate_canaries(answers: Sequence[Answer]) -> Canaries:
    """What the answers to canary calls show; pure."""
    scope_first = any(read(answer) is Reading.SCOPE_MISSING and f"{_COURSE}/" in answer.url for answer in answers)
    return Canaries(answers, _enforced(answers), scope_first)


_ENOUGH: Final = DEAD_TOKEN | {Reading.SCOPE_MISSING, Reading.NO_ANSWER, Reading.OUT_OF_TIME, Reading.THROTTLED}


def send_canaries(client: CanvasClient, required: Collection[str]) -> Canaries:
    """Make canary calls until one is refused for its scope, or more of them would show nothing new."""
    answers: list[Answer] = []
    routes = set(map(route_shape, required))
    for scope, call in CANARY_CALLS:
        if route_shape(scope) in routes:
            continue
        answers.append(client.send(call))
        if read(answers[-1]) in _ENOUGH:
            break
    return evaluate_canaries(answers)
