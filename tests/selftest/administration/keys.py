"""An administrator who plans, makes and mends keys of an embedded Canvas in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx

from scopecheck.administration.key_changes import Outcome, repair
from scopecheck.administration.key_found import find_key, read_scopes
from scopecheck.administration.key_plan import CONSENT, KeyPlan, Kind, ScopesHere, Wish, plan_key
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import ADMINISTRATOR, CREDENTIALS, KEY, REDIRECT_URI
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES

WISH: Final = Wish(ALLY, REDIRECT_URI)
EVERY_KIND: Final = frozenset(CONSENT)


def canvas(**state: Any) -> Canvas:
    """A Canvas in this state, with Ally's scopes."""
    return Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))


def ally(of: Canvas) -> DeveloperKey:
    """The integration's key."""
    return of.tables.keys[KEY]


@contextmanager
def administrator(of: Canvas, way: httpx.BaseTransport | None = None) -> Iterator[CanvasClient]:
    """The engine's client with the administrator's token."""
    client = CanvasClient(BASE, Secret(CREDENTIALS.admin_token), patience=HASTY, transport=way or transport(of))
    with closing(client):
        yield client


@cache
def scopes_here(version: str) -> ScopesHere:
    """What each version of Canvas lists: read once, since that takes as long as all else."""
    of = canvas(version=version)
    with administrator(of) as admin:
        return read_scopes(admin)


def planned(of: Canvas, wish: Wish = WISH, key_id: object = KEY) -> KeyPlan:
    """The plan for the key."""
    with administrator(of) as admin:
        return plan_key(wish, scopes_here(of.config.version), find_key(admin, str(key_id)).record)


def mended(
    of: Canvas,
    reports: Path,
    wish: Wish = WISH,
    *,
    consent: frozenset[Kind] = EVERY_KIND,
    way: httpx.BaseTransport | None = None,
) -> Outcome:
    """What became of the key after everything that its plan shows was agreed on."""
    with administrator(of, way) as admin:
        key, here = find_key(admin, str(KEY)), scopes_here(of.config.version)
        agreed = plan_key(wish, here, key.record).changes
        return repair(admin, key, wish, here, reports, agreed=agreed, consent=consent)


def active_tokens(of: Canvas, key: int = KEY) -> int:
    """How many tokens of the key are active."""
    return sum(token.key_id == key and token.workflow_state == "active" for token in of.tables.tokens.values())


def status_of(of: Canvas, path: str = "/api/v1/accounts") -> int:
    """What the integration's token gets."""
    headers = {"Authorization": f"Bearer {CREDENTIALS.access_token}", "User-Agent": "the integration"}
    with httpx.Client(base_url=BASE, transport=transport(of), headers=headers) as client:
        return client.get(path).status_code


def writes(of: Canvas) -> list[tuple[str, str]]:
    """Verb and last part of the path of all requests that were to change something."""
    return [(write.verb, write.path.rsplit("/", 1)[-1]) for write in of.tables.writes]


def without_right(of: Canvas) -> Canvas:
    """The same Canvas, whose administrator may not manage keys."""
    of.tables.users[ADMINISTRATOR].denied = frozenset({"manage_developer_keys"})
    return of


class Between(httpx.BaseTransport):
    """Something between the engine and a Canvas: does `before` and `after` each request that matches, so many times."""

    def __init__(
        self,
        of: Canvas,
        verb: str,
        part: str = "developer_keys",
        *,
        before: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
        times: int = 1,
    ) -> None:
        self._way, self._verb, self._part = transport(of), verb, part
        self._before, self._after, self._left = before, after, times

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on."""
        struck = request.method == self._verb and self._part in str(request.url) and self._left > 0
        self._left -= struck
        if struck:
            self._before()
        answer = self._way.handle_request(request)
        if struck:
            self._after()
        return answer


def nobody_answers() -> None:
    """The connection breaks off."""
    raise httpx.ReadError("the connection was reset")
