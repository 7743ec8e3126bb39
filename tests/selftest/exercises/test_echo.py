"""A run's output contains no secret, even if an answer echoes everything that was sent."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.secret import MASK, KnownSecrets, Secret
from tests.selftest.exercises.between import Echo, OtherSoftware
from tests.selftest.exercises.sweep import Sweep, sweep

UPLOAD = "url:POST|/api/v1/courses/:course_id/files"
REFRESH: dict[str, Any] = {"access_token": None, "refresh_token": Secret("r" * 60), "client_secret": Secret("s" * 60)}


def said(found: Sweep) -> str:
    """Everything that the sweep would report, as one text."""
    failed = found.run.tally.failed if found.run else []
    report = [found.setup.key, found.setup.dead, found.setup.writes_refused, found.results, failed]
    return msgspec.json.encode(report).decode()


@pytest.mark.parametrize("match", ["GET .*", "PUT .*", r"[A-Z]+ /api/v1/courses/\d+/.*", "[A-Z]+ /api/.*"])
@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_an_echoed_token_is_masked(match: str, mode: str) -> None:
    """A token in an answer is in no message, remedy or evidence, which still tell that something blocked the call."""
    found = sweep(mode, between=lambda canvas: Echo(canvas, match))

    assert "Blocked: …" in said(found)
    assert found.canvas.credentials.access_token not in said(found)


def test_an_echoed_refresh_is_masked() -> None:
    """So are the refresh token and the client secret."""
    found = sweep(between=lambda canvas: Echo(canvas, "POST /login/oauth2/token"), settings=REFRESH)

    assert "Blocked: …" in said(found)
    assert "rrr" not in said(found)
    assert "sss" not in said(found)


WORDS = {"client_secret": "quiet-harbor", "refresh_token": "winter-garden", "admin_token": "summer-meadow"}
"""Secrets that look like none."""


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_a_client_masks_the_secrets_of_all(mode: str) -> None:
    """Whoever made the call, an answer's sentence is shown without any secret of the run, and else as it is."""
    sentence = {"message": f"Go to {', '.join(WORDS.values())}."}

    def saying(canvas: httpx.BaseTransport) -> httpx.BaseTransport:
        return OtherSoftware(canvas, "GET /api/v1/(courses/[0-9]+/|accounts/self/scopes).*", sentence, 403)

    settings = {name: Secret(word) for name, word in WORDS.items() if name != "refresh_token"}
    found = sweep(mode, between=saying, settings={**settings, "known": KnownSecrets([Secret(WORDS["refresh_token"])])})

    assert f"Go to {MASK}, {MASK}, {MASK}." in said(found)
    assert [word for word in WORDS.values() if word in said(found)] == []


def test_a_key_s_secret_is_known_by_its_record() -> None:
    """Once an administrator's token has read it, answers to all others show it no longer."""
    known = CREDENTIALS.client_secret
    message = {"message": f"Who said {known}?"}
    found = sweep(
        between=lambda canvas: OtherSoftware(canvas, "PUT .*", message, 403),
        settings={"client_secret": None, "admin_token": Secret(CREDENTIALS.admin_token), "known": KnownSecrets()},
    )

    assert f"Who said {MASK}?" in said(found)
    assert known not in said(found)


def test_an_upload_token_is_masked() -> None:
    """A message that tells of an upload ticket leaves out the token that would let anybody upload."""
    ticket = {"upload_url": "https://files.test/files?token=eyJhbGciOi"}
    found = sweep(between=lambda canvas: OtherSoftware(canvas, "POST /api/v1/courses/1001/files", ticket))

    assert '{"upload_url": text (41)}' in found.results[UPLOAD].message
    assert "eyJ" not in said(found)
