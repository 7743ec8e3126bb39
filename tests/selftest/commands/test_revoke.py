"""`python -m scopecheck authorize --revoke`: the current token is revoked."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.authorizing import works
from tests.selftest.commands.running import Ran, run


def revoke(root: Path) -> Ran:
    """Run it."""
    return run(root, "authorize", "--revoke")


def test_a_refresh_token(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is revoked together with its access token; the second time it was already revoked."""
    monkeypatch.setenv("CANVAS_REFRESH_TOKEN", canvas.credentials.refresh_token)
    first, second = revoke(tmp_path), revoke(tmp_path)

    assert (first.code, second.code) == (0, 0)
    assert "The token and its refresh token are revoked. Remove CANVAS_REFRESH_TOKEN from .env." in first.words
    assert "it was already revoked" in second.words
    assert canvas.tables.tokens[201].workflow_state == "deleted"


def test_an_access_token(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pasted access token is revoked the same way."""
    monkeypatch.setenv("CANVAS_ACCESS_TOKEN", canvas.credentials.access_token)
    first, second = revoke(tmp_path), revoke(tmp_path)

    assert (first.code, second.code) == (0, 0)
    assert "The token was already revoked. Remove CANVAS_ACCESS_TOKEN from .env." in second.words
    assert not works(canvas, canvas.credentials.refresh_token)


@pytest.mark.parametrize(
    ("state", "given", "said"),
    [
        ({}, {"CANVAS_ACCESS_TOKEN": "1~other"}, "it has expired but its refresh token still works"),
        ({}, {"CANVAS_REFRESH_TOKEN": "r", "CANVAS_CLIENT_SECRET": "wrong"}, "is not this key's secret"),
        ({"faults": (Fault("sso-redirect", "DELETE"),)}, {"CANVAS_ACCESS_TOKEN": "1~embedded-access-token"},
         "could not be revoked: HTTP 302"),
    ],
)  # fmt: skip
def test_not_revoked(
    given: dict[str, str], said: str, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token is called revoked only if Canvas confirms it: otherwise exit code 1, and what to do by hand."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ran = revoke(tmp_path)

    assert ran.code == 1
    assert said in ran.words
    assert "What to do:" in ran.words


def test_no_token_is_set(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """There is nothing to revoke."""
    ran = revoke(tmp_path)

    assert ran.code == 4
    assert "Neither CANVAS_ACCESS_TOKEN nor CANVAS_REFRESH_TOKEN is set" in ran.err
