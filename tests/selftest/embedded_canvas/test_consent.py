"""Login, consent and the user's answer (oauth2_provider_controller.rb)."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.known import CREDENTIALS, INTEGRATION_USER, KEY
from tests.selftest.embedded_canvas.asking import ask, browser, csrf_of, log_in, sent_back
from tests.selftest.embedded_canvas.driver import BASE, SCOPES, canvas


class TestLogIn:
    """Canvas's own login page."""

    def test_the_page_says_how_to_log_in(self) -> None:
        """The page shows the demonstration's user and password, and labels its fields."""
        page = browser(canvas()).get("/login").text

        assert f"<code>{CREDENTIALS.login}</code>" in page
        for field in ("unique_id", "password"):
            assert f'<label for="pseudonym_session_{field}">' in page
            assert f'id="pseudonym_session_{field}"' in page

    @pytest.mark.parametrize(("name", "password"), [("ally", "wrong"), ("nobody", "ally"), ("", "")])
    def test_others_are_not_let_in(self, name: str, password: str) -> None:
        """A wrong name or password shows the page again, with a 400, the reason, and the name escaped."""
        by = browser(canvas())
        answer = log_in(by, f"{name}<", password)

        assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
        assert f'value="{name}&lt;"' in answer.text
        assert by.get("/").headers["location"] == f"{BASE}/login"

    def test_suspended_users_are_not_let_in(self) -> None:
        """A suspended login cannot log in."""
        state = canvas()
        state.tables.users[INTEGRATION_USER].pseudonym = "suspended"

        assert log_in(browser(state)).status_code == 400

    def test_a_log_in_that_nobody_asked_for_ends_at_home(self) -> None:
        """Without a pending request the user is just logged in, with a new session."""
        state = canvas()
        by = browser(state)
        ask(by)
        before = by.cookies["canvas_session"]
        by.get("/login/oauth2/deny")

        assert log_in(by).headers["location"] == f"{BASE}/"
        assert "Ally Integration" in by.get("/").text
        assert by.get("/login").headers["location"] == f"{BASE}/"
        assert by.cookies["canvas_session"] != before
        assert before not in state.tables.sessions


class TestConsent:
    """What the user is asked, and where each answer leads."""

    def test_the_whole_way(self) -> None:
        """After login and consent the integration gets a code and its state."""
        state = canvas()
        by = browser(state)
        ask(by)
        onward = log_in(by).headers["location"]
        page = by.get(onward)

        assert onward == f"{BASE}/login/oauth2/confirm"
        assert all(f"<code>{scope}</code>" in page.text for scope in SCOPES)
        said = sent_back(by.post("/login/oauth2/accept", data={"custom_csrf_token": csrf_of(page)}))
        assert said == {"code": next(iter(state.tables.codes)), "state": "s 1"}
        assert state.tables.codes[said["code"]].scopes == list(SCOPES)

    def test_who_is_logged_in_goes_straight_to_consent(self) -> None:
        """With a session there is no login, unless it is forced."""
        by = browser(canvas())
        log_in(by)

        assert ask(by).headers["location"] == f"{BASE}/login/oauth2/confirm"
        assert ask(by, prompt="login").headers["location"] == f"{BASE}/login?force_login=true"
        assert by.get("/login?force_login=true").status_code == 200
        assert sent_back(ask(by, prompt="none"))["error"] == "interaction_required"

    def test_a_trusted_key_asks_nobody(self) -> None:
        """With a trusted key the user goes straight back with a code, also with `prompt=none`."""
        state = canvas()
        state.tables.keys[KEY].trusted = True
        by = browser(state)
        log_in(by)

        assert "code" in sent_back(ask(by))
        assert "code" in sent_back(ask(by, prompt="none"))

    def test_cancel_is_access_denied(self) -> None:
        """Canceling sends the integration an error and ends the request."""
        by = browser(canvas())
        ask(by)
        log_in(by)

        assert sent_back(by.get("/login/oauth2/deny")) == {"error": "access_denied", "state": "s 1"}
        assert by.get("/login/oauth2/deny").status_code == 400

    def test_an_answer_needs_the_pages_own_token(self) -> None:
        """A forged answer is refused, however the token is wrong."""
        by = browser(canvas())

        assert by.post("/login/oauth2/accept").text == "no authorization is under way in this session"
        ask(by)
        log_in(by)
        assert by.post("/login/oauth2/accept").text == "the form's own token is missing"
        by.get("/login/oauth2/confirm")
        refused = by.post("/login/oauth2/accept", data={"custom_csrf_token": "forged"})
        assert (refused.status_code, refused.text) == (400, "the form's own token is wrong")

    def test_an_answer_needs_a_log_in(self) -> None:
        """Only a user who is logged in is asked for consent and can give it."""
        state = canvas()
        by = browser(state)
        ask(by)

        assert by.get("/login/oauth2/confirm").headers["location"] == f"{BASE}/login"
        next(iter(state.tables.sessions.values())).request.csrf = "known"  # type: ignore[union-attr]  # the line above asked for it
        answer = by.post("/login/oauth2/accept", data={"custom_csrf_token": "known"})
        assert answer.headers["location"] == f"{BASE}/login"
        assert state.tables.codes == {}

    def test_users_who_may_make_no_tokens_are_sent_back(self) -> None:
        """New Canvas sends back users who may not create tokens; old Canvas asks them anyway."""
        said: dict[str, Any] = {}
        for version in ("new", "old"):
            by = browser(canvas(version=version, enforce_scopes=False, denied=frozenset({"create_access_tokens"})))
            ask(by)
            log_in(by)
            said[version] = by.get("/login/oauth2/confirm")

        assert sent_back(said["new"])["error"] == "client_not_allowed_for_user"
        assert said["old"].status_code == 200

    def test_a_key_without_scopes_asks_for_everything(self) -> None:
        """If no scope is requested, the page says what that means."""
        by = browser(canvas(enforce_scopes=False))
        log_in(by)
        ask(by, scope=None)

        assert "Everything that you may do in Canvas" in by.get("/login/oauth2/confirm").text
