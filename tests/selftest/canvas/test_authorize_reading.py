"""What each answer of `/login/oauth2/auth` says, and which answers say nothing about the key."""

from __future__ import annotations

from typing import Final

import httpx
import pytest

from scopecheck.canvas.authorize_reading import OUT_OF_BAND, AuthorizeReading, read_authorize
from scopecheck.model.answer import Answer
from tests.selftest.embedded_canvas.driver import BASE
from tests.selftest.key.auth_answers import CALLBACK, away, refusal

UNKNOWN_CLIENT: Final = {"error": "invalid_client", "error_description": "unknown client"}
MISMATCH: Final = {"error": "invalid_request", "error_description": "redirect_uri does not match client settings"}


NOTHING, UNKNOWN_KEY, REDIRECT_URI_REFUSED, SCOPES_REFUSED, KEY_OFF, PASSED, LOG_IN = AuthorizeReading


def page(text: str, status: int = 200) -> httpx.Response:
    """A page instead of an answer."""
    return httpx.Response(status, text=text)


ANSWERS: Final[list[tuple[str, httpx.Response, str, AuthorizeReading]]] = [
    # oauth2_provider_controller.rb, in its order
    ("unknown key", httpx.Response(401, json=UNKNOWN_CLIENT), CALLBACK, UNKNOWN_KEY),
    ("redirect URI refused", httpx.Response(400, json=MISMATCH), CALLBACK, REDIRECT_URI_REFUSED),
    ("scopes refused", refusal("invalid_scope"), CALLBACK, SCOPES_REFUSED),
    ("scopes refused, before 2020", httpx.Response(400, json={"error": "invalid_scope"}), CALLBACK,
     SCOPES_REFUSED),
    ("key off", refusal("unauthorized_client"), CALLBACK, KEY_OFF),
    ("passed", refusal("login_required"), CALLBACK, PASSED),
    ("passed, without support for this prompt", refusal("unsupported_prompt_type"), CALLBACK, PASSED),
    ("passed, without support for prompt", away(f"{BASE}/login"), CALLBACK, LOG_IN),
    ("passed, to a SAML login", away("/login/saml"), CALLBACK, LOG_IN),
    ("the default port is the same host", away("http://CANVAS.test:80/login"), CALLBACK, LOG_IN),
    # redirect URIs of other shapes
    ("a redirect URI with a query", away(f"{CALLBACK}?region=eu&error=login_required"), f"{CALLBACK}?region=eu",
     PASSED),
    ("a redirect URI without a path", refusal("login_required", to="https://ally.test/"), "https://ally.test",
     PASSED),
    ("out of band, to Canvas itself", refusal("invalid_scope", to="/login/oauth2/auth"), OUT_OF_BAND,
     SCOPES_REFUSED),
    ("out of band, refused by newest Canvas", httpx.Response(400, json=MISMATCH), OUT_OF_BAND,
     REDIRECT_URI_REFUSED),
    # answers that say nothing about the key
    ("the newest Canvas to a script", page("", 403), CALLBACK, NOTHING),
    ("an unknown error", refusal("server_error"), CALLBACK, NOTHING),
    ("an error to another host", refusal("invalid_scope", to="https://elsewhere.test/callback"), CALLBACK,
     NOTHING),
    ("an error to another path", refusal("invalid_scope", to="https://prod.ally.test/"), CALLBACK, NOTHING),
    ("an error to a page of Canvas", refusal("invalid_scope", to=f"{BASE}/login"), CALLBACK, NOTHING),
    ("a portal", away("https://sso.school.test/login"), CALLBACK, NOTHING),
    ("a portal with a look-alike name", away("http://canvas.test.evil.test/login"), CALLBACK, NOTHING),
    ("a redirect to a path like login", away(f"{BASE}/login-help"), CALLBACK, NOTHING),
    ("a redirect without an address", httpx.Response(302), CALLBACK, NOTHING),
    ("a redirect to a broken address", away("https://[broken"), CALLBACK, NOTHING),
    ("a redirect to a broken port", away("https://canvas.test:port/login"), CALLBACK, NOTHING),
    ("a broken redirect URI", refusal("invalid_scope"), "https://[broken", NOTHING),
    ("a page", page("<html>Welcome</html>"), CALLBACK, NOTHING),
    ("maintenance", page("<html>Down</html>", 503), CALLBACK, NOTHING),
    ("a crash that quotes the refusal", httpx.Response(500, json=UNKNOWN_CLIENT), CALLBACK, NOTHING),
    ("other software's refusal", httpx.Response(401, json={"error": "invalid_client"}), CALLBACK, NOTHING),
    ("other software's 400", httpx.Response(400, json={"error": "bad_request"}), CALLBACK, NOTHING),
    ("a list", httpx.Response(400, json=["invalid_scope"]), CALLBACK, NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("response", "redirect_uri", "said"), [row[1:] for row in ANSWERS], ids=[r[0] for r in ANSWERS]
)
def test_answer(response: httpx.Response, redirect_uri: str, said: AuthorizeReading) -> None:
    """Each answer in the table says exactly this."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    answer = Answer("GET", f"{BASE}/login/oauth2/auth?scope=x", response.status_code, headers, response.content)

    assert read_authorize(answer, BASE, redirect_uri) is said


def test_every_reading_is_in_the_table() -> None:
    """Every reading comes from at least one answer in the table."""
    assert {row[3] for row in ANSWERS} == set(AuthorizeReading)


def test_no_answer_says_nothing() -> None:
    """A timeout says nothing."""
    assert read_authorize(Answer("GET", BASE, None, fault="reset"), BASE, CALLBACK) is NOTHING
