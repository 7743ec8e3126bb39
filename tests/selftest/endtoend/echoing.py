"""An embedded Canvas full of secrets, behind something that repeats all of them, in every form, in its answers."""

from __future__ import annotations

import itertools
import json
import random
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from unittest.mock import patch

from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.known import ADMIN_KEY, KEY
from tests.selftest.encodings import FORMS
from tests.selftest.endtoend.runs import leading_to
from tests.selftest.sandbox.watching import Watched, watching

Manner = Literal["beside", "instead", "within"]


@dataclass(frozen=True)
class Secrets:
    """What must not leave; each as long as Canvas's own are."""

    access: str
    refresh: str
    client: str
    admin: str
    other_key: str
    """The secret of another key, which the administrator's list of keys shows."""
    proxy: str
    """The password of a proxy, in its address."""
    stranger: str
    """Somebody else's token, of which this suite knows nothing."""

    @classmethod
    def new(cls) -> Secrets:
        """Made up, the same each time."""
        chosen = random.Random(8)  # noqa: S311  # no secret

        def one(prefix: str) -> str:
            return prefix + "".join(chosen.choices(string.ascii_letters + string.digits, k=64))

        return cls(one("10000~"), one("10000~"), one(""), one("10000~"), one(""), one(""), one("10000~"))

    def __iter__(self) -> Iterator[str]:
        return (getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class Echoing:
    """Such a Canvas, and the settings that lead to it."""

    watched: Watched
    secrets: Secrets

    @property
    def settings(self) -> dict[str, str]:
        """With a refresh token and the administrator's token, in an environment that has a proxy for other hosts."""
        leading = {name: value for name, value in leading_to(self.watched.canvas).items() if "ACCESS" not in name}
        return {
            **leading,
            "CANVAS_REFRESH_TOKEN": self.secrets.refresh,
            "CANVAS_CLIENT_SECRET": self.secrets.client,
            "CANVAS_ADMIN_TOKEN": self.secrets.admin,
            "HTTPS_PROXY": f"http://somebody:{self.secrets.proxy}@127.0.0.1:9",
        }

    def known(self) -> list[str]:
        """All secrets, with the tokens that were issued meanwhile."""
        return [*self.secrets, *(token.token for token in self.watched.canvas.canvas.tables.tokens.values())]


@contextmanager
def echoing(manner: Manner, **state: object) -> Iterator[Echoing]:
    """A Canvas whose secrets are repeated `beside` what it says; for content `instead` of it, or `within` pages."""
    secrets = Secrets.new()
    with watching(**state) as watched:
        tables, handle = watched.canvas.canvas.tables, watched.canvas.canvas.handle
        tables.keys[KEY].secret, tables.keys[ADMIN_KEY].secret = secrets.client, secrets.other_key
        tables.tokens[201].token, tables.tokens[201].refresh_token = secrets.access, secrets.refresh
        tables.tokens[202].token = secrets.admin
        found = Echoing(watched, secrets)
        words = itertools.cycle(FORMS.values())

        def repeating(request: Request) -> Response | Broken:
            answer = handle(request)
            if isinstance(answer, Broken) or request.path == "/login/oauth2/token":
                return answer
            said = [form(secret) for secret in found.known() for form in (next(words), next(words))]
            answer = _with_headers(answer, said)
            content = request.path.startswith("/api/v1/courses/") and request.path.count("/") > 4
            if manner == "instead" and content:
                return _instead(answer, said, found.known(), len(request.path) % 4)
            return _beside(answer, said, within=manner == "within")

        with patch.object(watched.canvas.canvas, "handle", repeating):
            yield found


def _with_headers(answer: Response, said: list[str]) -> Response:
    text = " ".join(each for each in said if each.isprintable())[:2000]
    kept = tuple(each for each in answer.headers if each[0] not in {"Content-Length", "Server"})
    return replace(answer, headers=(*kept, ("Server", text), ("X-Echo", text)))


def _beside(answer: Response, said: list[str], *, within: bool) -> Response:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer
    if isinstance(body, dict):
        body = {**body, "body": f"{body['body']}<p>{' '.join(said)}</p>"} if within and body.get("body") else body
        return replace(answer, body=json.dumps({**body, **_members(said)}).encode())
    if isinstance(body, list) and all(isinstance(row, dict) for row in body):
        return replace(answer, body=json.dumps([{**row, **_members(said)} for row in body]).encode())
    return answer


def _members(said: list[str]) -> dict[str, Any]:
    halves = {f"echoed_{number}": each[: len(each) // 2] for number, each in enumerate(said[:9])}
    more = {
        "access_token": said[0],
        "lock_info": {"message": said[1]},
        "rest": [each[len(each) // 2 :] for each in said],
    }
    return {**halves, **more, said[2]: said[3]}


def _instead(answer: Response, said: list[str], secrets: list[str], number: int) -> Response:
    text = " ".join(said)
    refusal = {"errors": [{"message": each} for each in said], "message": text, "error_description": text, text: text}
    bodies = (
        (403, json.dumps(refusal).encode()),
        (502, f"<html><title>{text}</title><body>Blocked: Bearer {text}</body></html>".encode()),
        (403, f"Blocked: {' '.join(secrets)}".encode("utf-16")),
        # The escapes of JSON itself: nothing of it is as it was sent.
        (400, b'{"errors": [{"message": "%s"}]}' % "".join(FORMS["JSON"](each) for each in secrets).encode()),
    )
    status, body = bodies[number]
    kept = tuple(each for each in answer.headers if each[0] != "Location")
    return replace(
        answer, status=status, body=body, headers=(*kept, ("Location", f"https://{said[0][:9]}.test/{text[:200]}"))
    )
