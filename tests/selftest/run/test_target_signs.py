"""What a run learns of its target from Canvas's signs alone: its age, and which key issued the token."""

from __future__ import annotations

import pytest

from tests.selftest.exercises.sweep import sweep


@pytest.mark.parametrize(
    ("mode", "version", "signs"),
    [
        ("exercise", "new", "later than spring 2022, by its signs: courses have overridden_course_visibility"),
        ("probe", "old", "spring 2022 or earlier, by its signs: courses have no overridden_course_visibility"),
    ],
)
def test_a_token_alone_shows_age_and_key(mode: str, version: str, signs: str) -> None:
    """Without the key's settings a course shows the age, and X-Canvas-Meta the key."""
    unset = {"client_id": None, "client_secret": None, "redirect_uri": None}
    setup = sweep(mode, only=("none",), settings=unset, version=version).setup

    assert str(setup.canvas_version).startswith(signs)
    assert setup.key_id == "10000000000042"


def test_a_proxy_that_strips_headers_leaves_the_key_unknown() -> None:
    """What no header names is not said."""
    assert sweep("probe", only=("none",), proxy_strips_headers=True).setup.key_id is None
