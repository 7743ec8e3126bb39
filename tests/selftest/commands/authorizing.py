"""Run `authorize` against an embedded Canvas, and see what became of the token."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from dotenv import dotenv_values

from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.key import oauth
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient
from tests.selftest.commands.consenting import User
from tests.selftest.commands.running import Ran, run

PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
ALLY: Final = "https://prod.ally.ac/api/v2/1234/auth/canvas/callback"
GAP: Final = '[[gap]]\nscope = "{}"\nverdict = "missing"\nreason = "not here"\nuntil = 2999-01-01\n'


def authorize(root: Path, user: User, *arguments: object) -> Ran:
    """Run the command with this user at browser and keyboard; its output must show no secret."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(webbrowser, "open", user.open)
        ran = run(root, "authorize", *arguments, typed=user)
    said = ran.out + ran.err
    codes = parse_qs(urlsplit(user.ended_on).query).get("code", [])

    assert not [secret for secret in (*codes, "embedded-client-secret", stored(root)) if secret and secret in said]
    return ran


def stored(root: Path) -> str | None:
    """The refresh token in `.env`."""
    return dotenv_values(root / ".env").get("CANVAS_REFRESH_TOKEN")


def works(canvas: EmbeddedCanvas, token: str | None) -> bool:
    """Whether Canvas accepts this refresh token."""
    known = canvas.credentials
    client = CanvasClient(canvas.url)
    try:
        oauth.refresh(client, known.client_id, Secret(known.client_secret), Secret(str(token)))
    except oauth.TokenRefused:
        return False
    finally:
        client.close()
    return True


def issued(canvas: EmbeddedCanvas) -> list[str]:
    """The states of the tokens issued since the start."""
    return [token.workflow_state for token in canvas.tables.tokens.values() if token.id > 1000]
