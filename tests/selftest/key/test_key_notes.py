"""What a run says once about the key beside its checks."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from tests.selftest.exercises.between import OtherSoftware
from tests.selftest.exercises.sweep import Sweep, sweep

REFRESH: Final = {"access_token": None, "refresh_token": Secret(CREDENTIALS.refresh_token)}
NOTE: Final = "The integration was authorized by {0} acting as its user. That works only as long as {0} may act"


def asked(given: dict[str, Any], **state: Any) -> Sweep:
    """A run that judges no scope."""
    return sweep("probe", only=("none",), settings=given, **state)


@pytest.mark.parametrize(
    ("given", "strips", "who"),
    [
        ({}, False, "user 10000000000103"),
        (REFRESH, False, "Alex Administrator"),
        (REFRESH, True, "Alex Administrator"),
    ],
    ids=["pasted", "refreshed", "refreshed, headers stripped"],
)
def test_somebody_acted_as_the_user(given: dict[str, Any], who: str, *, strips: bool) -> None:
    """It works, so it is no fault, but the note says who did and what to do."""
    found = asked(given, masquerading=True, proxy_strips_headers=strips)

    assert found.check(KeyCheck.TOKEN_ALIVE) == (CheckVerdict.OK, None)
    assert found.setup.notes[-1].startswith(NOTE.format(who))
    assert found.setup.notes[-1].endswith("and this suite with python -m scopecheck authorize.")


@pytest.mark.parametrize("given", [{}, REFRESH], ids=["pasted", "refreshed"])
def test_a_user_who_acts_alone_is_not_noted(given: dict[str, Any]) -> None:
    """A right set-up has no notes."""
    assert asked(given).setup.notes == []


@pytest.mark.parametrize(
    ("real", "noted"),
    [
        ({"id": 7, "name": "Pat"}, "Pat"),
        ({"id": 7}, "another user"),
        ({"name": "P\x1b[31mat"}, "P[31mat"),
        ({"id": 1, "name": "Ally"}, None),
        (None, None),
        ("Pat", None),
    ],
)
def test_what_the_token_s_answer_says(real: Any, noted: str | None) -> None:
    """The member `real_user` names somebody else; anything else in its place does not."""
    body = {"access_token": CREDENTIALS.access_token, "user": {"id": 1, "name": "Ally"}, "real_user": real}

    def issuing(canvas: httpx.BaseTransport) -> httpx.BaseTransport:
        return OtherSoftware(canvas, "POST /login/oauth2/token", body, signed=True)

    notes = asked(REFRESH, between=issuing).setup.notes

    assert len(notes) == (noted is not None)
    assert noted is None or notes[0].replace("\N{REPLACEMENT CHARACTER}", "").startswith(NOTE.format(noted))
