"""What the browser comes back with: a code, a refusal, an answer to another attempt, or garbage."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scopecheck.key.authorization import Authorization, Garbage, NotAuthorized
from tests.selftest.embedded_canvas.driver import SCOPES

CALLBACK: Final = "https://prod.ally.test/callback?region=eu"
CODE: Final = "0123456789abcdef" * 8


def attempt(scopes: tuple[str, ...] = SCOPES) -> Authorization:
    """One attempt."""
    return Authorization("https://canvas.test", "42", CALLBACK, scopes, "Anthology Ally")


def back(asked: Authorization, **answer: str) -> str:
    """The address that the browser ends up on."""
    return f"{CALLBACK}&{urlencode({**answer, 'state': asked.state})}"


def test_the_address_asks_for_a_code() -> None:
    """It has everything that Canvas needs, and not the secret."""
    asked = attempt()
    query = parse_qs(urlsplit(asked.url).query)

    assert asked.url.startswith("https://canvas.test/login/oauth2/auth?")
    assert query == {
        "client_id": ["42"],
        "response_type": ["code"],
        "redirect_uri": [CALLBACK],
        "state": [asked.state],
        "scope": [" ".join(SCOPES)],
    }


PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
OLDER: Final = PAGE.replace("url_or_id", "url")


@pytest.mark.parametrize(
    ("names", "asked", "box"),
    [
        ({PAGE: OLDER}, OLDER, OLDER),
        ({PAGE: PAGE}, PAGE, PAGE),
        ({}, PAGE, f"{PAGE} (on older Canvas {OLDER})"),
    ],
)
def test_a_scope_goes_by_this_canvas_s_name(names: dict[str, str | None], asked: str, box: str) -> None:
    """It is asked for under that name, and a refusal names the box that is there, or both if that is not known."""
    attempt = Authorization("https://canvas.test", "42", CALLBACK, [SCOPES[0], PAGE], "Anthology Ally", names)

    assert parse_qs(urlsplit(attempt.url).query)["scope"] == [f"{SCOPES[0]} {asked}"]
    with pytest.raises(NotAuthorized) as caught:
        attempt.code_in(back(attempt, error="invalid_scope", error_description=f"not granted: {asked}"))
    assert f"The key does not carry {box}:" in caught.value.message
    assert f"select {box} and save" in caught.value.remedy


def test_a_state_is_never_used_twice() -> None:
    """Two attempts have different states, and a repr does not show them."""
    one, other = attempt(), attempt()

    assert one.state != other.state
    assert one.state not in repr(one)


def test_a_profile_that_is_too_long_is_refused() -> None:
    """Canvas's servers limit the length of an address."""
    scopes = tuple(f"url:GET|/api/v1/resource_number_{n}/:id/something/long" for n in range(150))

    with pytest.raises(NotAuthorized, match="150 scopes make an address of") as caught:
        _ = attempt(scopes).url
    assert "CANVAS_PROFILE" in caught.value.remedy


def test_a_code() -> None:
    """It is read from the whole address, or by itself."""
    asked = attempt()

    assert asked.code_in(back(asked, code=CODE)).reveal() == CODE
    assert asked.code_in(f" {CODE}\n").reveal() == CODE


REFUSALS: Final = [
    ("access_denied", "", "clicked Cancel", "click Authorize"),
    ("invalid_scope", f"not granted: {SCOPES[3]} and {SCOPES[5]}", f"The key does not carry {SCOPES[3]}, {SCOPES[5]}:",
     f"Edit, select {SCOPES[3]}, {SCOPES[5]} and save"),
    # Before about 2020 Canvas lists nothing.
    ("invalid_scope", "", "The key does not carry the integration's scopes", "select the integration's scopes"),
    ("unauthorized_client", "Client does not have access", "turned off", "State of Anthology Ally to ON"),
    ("client_not_allowed_for_user", "", "is not allowed to authorize integrations", "Log in as another user"),
    ("server_error", "odd\x1b[2J", "integration (server_error: odd\ufffd[2J).", "Start again"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "description", "message", "remedy"), REFUSALS)
def test_a_refusal(error: str, description: str, message: str, remedy: str) -> None:
    """Each error has its message, and text from Canvas cannot control the terminal."""
    asked = attempt()

    with pytest.raises(NotAuthorized) as caught:
        asked.code_in(back(asked, error=error, error_description=description))
    assert message in caught.value.message
    assert remedy in caught.value.remedy
    assert not isinstance(caught.value, Garbage)


@pytest.mark.parametrize("answer", [f"code={CODE}", "error=access_denied"])
@pytest.mark.parametrize("state", ["", "&state=", "&state=another", f"&state={quote_plus('ü')}"])
def test_another_state_is_refused(answer: str, state: str) -> None:
    """Neither a code nor a refusal from another attempt is accepted."""
    with pytest.raises(NotAuthorized, match="another state"):
        attempt().code_in(f"{CALLBACK}&{answer}{state}")


@pytest.mark.parametrize(
    "pasted",
    ["", " ", "hello", "https://canvas.test/", "https://[broken?code=", CODE[:10], "two words of text", "?code"],
)
def test_garbage(pasted: str) -> None:
    """If the text is neither an address nor a code, the user can try again."""
    with pytest.raises(Garbage):
        attempt().code_in(pasted)


@pytest.mark.parametrize("code", ["", "short", f"{CODE}\n", "with blank in the middle"])
def test_an_incomplete_code(code: str) -> None:
    """Copying may cut an address off."""
    asked = attempt()

    with pytest.raises(Garbage):
        asked.code_in(back(asked, code=code))


@settings(deadline=None, max_examples=200)
@given(pasted=st.text() | st.text().map(lambda text: f"{CALLBACK}&{text}"))
def test_any_text_gives_a_code_or_a_message(pasted: str) -> None:
    """Only NotAuthorized is raised, whatever is pasted."""
    with suppress(NotAuthorized):
        assert attempt().code_in(pasted).reveal() in pasted
