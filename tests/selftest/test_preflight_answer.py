"""What each answer of `/login/oauth2/auth` says, and what is no answer about the key."""

from __future__ import annotations

from typing import Final

import httpx
import pytest

from scopecheck.answer import Answer
from scopecheck.preflight_answer import OUT_OF_BAND, Said, what_it_says
from tests.selftest.auth_answers import CALLBACK, away, refusal
from tests.selftest.embedded_canvas.driver import BASE

UNKNOWN: Final = {"error": "invalid_client", "error_description": "unknown client"}
MISMATCH: Final = {"error": "invalid_request", "error_description": "redirect_uri does not match client settings"}


def page(text: str, status: int = 200) -> httpx.Response:
    """A page in place of an answer."""
    return httpx.Response(status, text=text)


ANSWERS: Final[list[tuple[str, httpx.Response, str, Said]]] = [
    # oauth2_provider_controller.rb, in its order
    ("unknown key", httpx.Response(401, json=UNKNOWN), CALLBACK, Said.UNKNOWN_KEY),
    ("redirect URI refused", httpx.Response(400, json=MISMATCH), CALLBACK, Said.REDIRECT_URI_REFUSED),
    ("scopes refused", refusal("invalid_scope"), CALLBACK, Said.SCOPES_REFUSED),
    ("scopes refused, before 2020", httpx.Response(400, json={"error": "invalid_scope"}), CALLBACK,
     Said.SCOPES_REFUSED),
    ("key off", refusal("unauthorized_client"), CALLBACK, Said.KEY_OFF),
    ("passed", refusal("login_required"), CALLBACK, Said.PASSED),
    ("passed, not knowing this prompt", refusal("unsupported_prompt_type"), CALLBACK, Said.PASSED),
    ("passed, knowing no prompt", away(f"{BASE}/login"), CALLBACK, Said.LOG_IN),
    ("passed, to a log-in by SAML", away("/login/saml"), CALLBACK, Said.LOG_IN),
    ("the default port is no other host", away("http://CANVAS.test:80/login"), CALLBACK, Said.LOG_IN),
    # redirect URIs of other shapes
    ("a redirect URI with a query", away(f"{CALLBACK}?region=eu&error=login_required"), f"{CALLBACK}?region=eu",
     Said.PASSED),
    ("a redirect URI without a path", refusal("login_required", to="https://ally.test/"), "https://ally.test",
     Said.PASSED),
    ("out of band, to Canvas itself", refusal("invalid_scope", to="/login/oauth2/auth"), OUT_OF_BAND,
     Said.SCOPES_REFUSED),
    ("out of band, refused by newest Canvas", httpx.Response(400, json=MISMATCH), OUT_OF_BAND,
     Said.REDIRECT_URI_REFUSED),
    # what is no answer about the key
    ("newest Canvas to a script", page("", 403), CALLBACK, Said.NOTHING),
    ("an error that is not known", refusal("server_error"), CALLBACK, Said.NOTHING),
    ("an error to another host", refusal("invalid_scope", to="https://elsewhere.test/callback"), CALLBACK,
     Said.NOTHING),
    ("an error to another path", refusal("invalid_scope", to="https://prod.ally.test/"), CALLBACK, Said.NOTHING),
    ("an error to a page of Canvas", refusal("invalid_scope", to=f"{BASE}/login"), CALLBACK, Said.NOTHING),
    ("a portal", away("https://sso.school.test/login"), CALLBACK, Said.NOTHING),
    ("a portal with a look-alike name", away("http://canvas.test.evil.test/login"), CALLBACK, Said.NOTHING),
    ("a move to another path", away(f"{BASE}/login-help"), CALLBACK, Said.NOTHING),
    ("a redirect to nowhere", httpx.Response(302), CALLBACK, Said.NOTHING),
    ("a redirect to no address", away("https://[broken"), CALLBACK, Said.NOTHING),
    ("a redirect to no port", away("https://canvas.test:port/login"), CALLBACK, Said.NOTHING),
    ("a redirect URI that is no address", refusal("invalid_scope"), "https://[broken", Said.NOTHING),
    ("a page", page("<html>Welcome</html>"), CALLBACK, Said.NOTHING),
    ("maintenance", page("<html>Down</html>", 503), CALLBACK, Said.NOTHING),
    ("a crash that quotes the refusal", httpx.Response(500, json=UNKNOWN), CALLBACK, Said.NOTHING),
    ("other software's refusal", httpx.Response(401, json={"error": "invalid_client"}), CALLBACK, Said.NOTHING),
    ("other software's 400", httpx.Response(400, json={"error": "bad_request"}), CALLBACK, Said.NOTHING),
    ("a list", httpx.Response(400, json=["invalid_scope"]), CALLBACK, Said.NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("response", "redirect_uri", "said"), [row[1:] for row in ANSWERS], ids=[r[0] for r in ANSWERS]
)
def test_answer(response: httpx.Response, redirect_uri: str, said: Said) -> None:
    """Each answer in the table says exactly this."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    answer = Answer("GET", f"{BASE}/login/oauth2/auth?scope=x", response.status_code, headers, response.content)

    assert what_it_says(answer, BASE, redirect_uri) is said


def test_every_meaning_is_in_the_table() -> None:
    """Nothing can be said that no answer of the table says."""
    assert {row[3] for row in ANSWERS} == set(Said)


def test_no_answer_says_nothing() -> None:
    """A time-out is no answer."""
    assert what_it_says(Answer("GET", BASE, None, fault="reset"), BASE, CALLBACK) is Said.NOTHING
