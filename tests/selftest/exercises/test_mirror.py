"""No secret is in what a run says, though what answers shows all that it was sent."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scopecheck.model.secret import MASK, Secret
from tests.selftest.exercises.between import Mirror, Stranger
from tests.selftest.exercises.sweep import Sweep, sweep

UPLOAD = "url:POST|/api/v1/courses/:course_id/files"
REFRESH: dict[str, Any] = {"access_token": None, "refresh_token": Secret("r" * 60), "client_secret": Secret("s" * 60)}


def said(found: Sweep) -> str:
    """All that the sweep would report, as one text."""
    failed = found.run.tally.failed if found.run else []
    told = msgspec.json.encode([found.setup.key, found.setup.dead, found.setup.writes_refused, found.results, failed])
    return told.decode()


@pytest.mark.parametrize("match", ["GET .*", "PUT .*", r"[A-Z]+ /api/v1/courses/\d+/.*", "[A-Z]+ /api/.*"])
@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_a_mirrored_token_is_masked(match: str, mode: str) -> None:
    """An answer that shows the token is shown without it: in messages, remedies and evidence."""
    found = sweep(mode, between=lambda canvas: Mirror(canvas, match))

    assert f"Bearer {MASK}" in said(found)
    assert found.canvas.credentials.access_token not in said(found)


def test_a_mirrored_refresh_is_masked() -> None:
    """So are the refresh token and the client secret."""
    found = sweep(between=lambda canvas: Mirror(canvas, "POST /login/oauth2/token"), settings=REFRESH)

    assert MASK in said(found)
    assert "rrr" not in said(found)
    assert "sss" not in said(found)


def test_a_storage_s_key_is_masked() -> None:
    """A message that quotes an upload ticket leaves out what would let anybody upload."""
    ticket = {"upload_url": "https://files.test/files?token=eyJhbGciOi"}
    found = sweep(between=lambda canvas: Stranger(canvas, "POST /api/v1/courses/1001/files", ticket))

    assert f"token={MASK}" in found.results[UPLOAD].message
    assert "eyJ" not in said(found)
