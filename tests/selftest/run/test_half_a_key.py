"""A client ID without a redirect URI, or the reverse, is no mistake; what it leaves out is said."""

from __future__ import annotations

import pytest

from tests.selftest.exercises.sweep import sweep

CHECKS = "key-known, redirect-uri, key-on, scopes-on-key"


@pytest.mark.parametrize(
    ("unset", "said"),
    [
        ("redirect_uri", f"CANVAS_CLIENT_ID is set without CANVAS_REDIRECT_URI, so these checks are left out: {CHECKS}."
         " Set CANVAS_REDIRECT_URI too."),
        ("client_id", f"CANVAS_REDIRECT_URI is set without CANVAS_CLIENT_ID, so these checks are left out: {CHECKS}."
         " Set CANVAS_CLIENT_ID too."),
    ],
)  # fmt: skip
def test_half_a_key_is_said(unset: str, said: str) -> None:
    """One note names the setting that lacks and the checks that do not happen without it."""
    assert sweep("probe", only=("none",), settings={unset: None}).setup.notes == [said]


@pytest.mark.parametrize("settings", [{}, {"redirect_uri": None, "client_id": None}])
def test_a_whole_key_and_none_are_not_talked_about(settings: dict[str, None]) -> None:
    """Both or neither is a choice."""
    assert sweep("probe", only=("none",), settings=settings).setup.notes == []
