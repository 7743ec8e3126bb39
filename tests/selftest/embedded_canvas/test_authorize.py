"""What `/login/oauth2/auth` checks, and what it says about scopes (oauth2_provider_controller.rb)."""

from __future__ import annotations

import re

import pytest

from scopecheck.embedded_canvas.known import KEY, REDIRECT_URI
from tests.selftest.embedded_canvas.asking import (
    BOGUS,
    INVALID,
    LATER,
    LISTED,
    OTHER_BOGUS,
    UNKNOWN_CLIENT,
    WRONG_URI,
    ask,
    browser,
    sent_back,
)
from tests.selftest.embedded_canvas.driver import BASE, SCOPES, canvas


class TestLoggedOut:
    """The order of checks before anybody logs in."""

    @pytest.mark.parametrize("client_id", ["999", "abc", "", None, "1.5", str(2**70)])
    def test_unknown_clients_are_answered_first(self, client_id: str | None) -> None:
        """A client ID without an active key is a JSON 401 with Canvas's OAuth realm, whatever else is wrong."""
        answer = ask(browser(canvas(key_state="off")), client_id=client_id, redirect_uri="https://x.test", **LATER)

        assert (answer.status_code, answer.json()) == (401, UNKNOWN_CLIENT)
        assert answer.headers["www-authenticate"] == "Canvas OAuth 2.0"

    @pytest.mark.parametrize("workflow", ["inactive", "deleted"])
    def test_inactive_keys_are_unknown(self, workflow: str) -> None:
        """An inactive or deleted key counts as unknown."""
        assert ask(browser(canvas(key_workflow=workflow))).json() == UNKNOWN_CLIENT

    def test_a_local_client_id_is_known(self) -> None:
        """A key is also found by its local ID."""
        assert (
            sent_back(ask(browser(canvas()), client_id=str(KEY % 10**13), prompt="none"))["error"] == "login_required"
        )

    @pytest.mark.parametrize("uri", ["https://x.test", f"{REDIRECT_URI}/more", "", None, f"{REDIRECT_URI}?a=b"])
    def test_foreign_redirect_uris_are_answered_second(self, uri: str | None) -> None:
        """A redirect URI that is not exactly on the key is a JSON 400, and nothing is sent to it."""
        answer = ask(browser(canvas(key_state="off")), redirect_uri=uri, **LATER)

        assert (answer.status_code, answer.json()) == (400, WRONG_URI)

    def test_scopes_come_before_the_account(self) -> None:
        """A missing scope is reported even if the key is off."""
        said = sent_back(ask(browser(canvas(key_state="off")), **LATER))

        assert said == {"error": "invalid_scope", "error_description": LISTED + BOGUS, "state": "s 1"}

    @pytest.mark.parametrize("state", ["off", "allow"])
    def test_the_account_comes_before_the_response_type(self, state: str) -> None:
        """A key that is off, or only set to `allow`, has no access to the account."""
        said = sent_back(ask(browser(canvas(key_state=state)), response_type="token", prompt="odd"))

        assert said["error"] == "unauthorized_client"
        assert said["error_description"] == "Client does not have access to the specified Canvas account."

    def test_the_response_type_comes_before_the_prompt(self) -> None:
        """Only `response_type=code` is supported."""
        assert (
            sent_back(ask(browser(canvas()), response_type=None, prompt="odd"))["error"] == "unsupported_response_type"
        )

    def test_prompts(self) -> None:
        """`none` needs a session; only `none` and `login` are supported."""
        assert sent_back(ask(browser(canvas()), prompt="none"))["error"] == "login_required"
        assert sent_back(ask(browser(canvas()), prompt="odd"))["error"] == "unsupported_prompt_type"

    def test_who_is_not_logged_in_goes_to_the_log_in(self) -> None:
        """If everything is right, the user is sent to Canvas's own login."""
        answer = ask(browser(canvas()))

        assert (answer.status_code, answer.headers["location"]) == (302, f"{BASE}/login")

    def test_resources_are_refused_after_the_scopes(self) -> None:
        """New Canvas supports resource indicators, and refuses unknown ones."""
        assert sent_back(ask(browser(canvas(key_state="off")), resource="https://x.test"))["error"] == "invalid_target"
        assert sent_back(ask(browser(canvas(version="old", key_state="off")), scope="", resource="x"))["error"] == (
            "invalid_scope"
        )


class TestScopes:
    """What is said about scopes that the key lacks."""

    @pytest.mark.parametrize(
        ("missing", "sentence"),
        [
            ([BOGUS], BOGUS),
            ([BOGUS, OTHER_BOGUS], f"{BOGUS} and {OTHER_BOGUS}"),
            ([BOGUS, OTHER_BOGUS, "x"], f"{BOGUS}, {OTHER_BOGUS}, and x"),
        ],
    )
    def test_missing_scopes_are_listed_in_english(self, missing: list[str], sentence: str) -> None:
        """The description lists exactly the missing scopes, as an English list."""
        said = sent_back(ask(browser(canvas()), scope=" ".join([SCOPES[0], *missing])))

        assert said["error_description"] == LISTED + sentence

    def test_an_empty_list_is_refused(self) -> None:
        """A key that enforces scopes refuses an empty request, and then lists nothing."""
        assert sent_back(ask(browser(canvas()), scope=None))["error_description"] == LISTED

    def test_scopes_is_another_name_of_scope(self) -> None:
        """`scopes` is read if `scope` is absent; otherwise `scope` wins."""
        asked = browser(canvas())

        assert ask(asked, scope=None, scopes=SCOPES[0]).headers["location"] == f"{BASE}/login"
        assert sent_back(ask(asked, scope=BOGUS, scopes=SCOPES[0]))["error"] == "invalid_scope"

    def test_other_keys_compare_no_scopes(self) -> None:
        """A key that does not enforce scopes accepts any; only a bogus scope tells it from a correct key."""
        asked = browser(canvas(enforce_scopes=False))

        assert sent_back(ask(asked, scope=BOGUS, prompt="none"))["error"] == "login_required"

    def test_a_key_of_the_wrong_kind_lacks_all(self) -> None:
        """A public-JWK key enforces scopes and has no API scope."""
        said = sent_back(ask(browser(canvas(key_kind="lti", enforce_scopes=False))))

        assert set(re.findall(r"url:[A-Z]+\|[^\s,]+", said["error_description"])) == set(SCOPES)

    def test_ancient_canvas_lists_nothing(self) -> None:
        """Before about 2020 the refusal was a 400 for the caller, without a list."""
        answer = ask(browser(canvas(version="ancient")), scope=BOGUS)

        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope", "error_description": INVALID})

    def test_old_canvas_knows_a_page_by_its_url_only(self) -> None:
        """A key on old Canvas cannot have `:url_or_id`, so nobody can ask for it."""
        page = "url:GET|/api/v1/courses/:course_id/pages/:url"
        asked = browser(canvas(version="old"))

        assert ask(asked, scope=page).headers["location"] == f"{BASE}/login"
        assert sent_back(ask(asked, scope=f"{page}_or_id"))["error_description"] == f"{LISTED}{page}_or_id"

    def test_todays_canvas_does_not(self) -> None:
        """On today's Canvas it is the other way round, also for a profile that has the old name."""
        page = "url:GET|/api/v1/courses/:course_id/pages/:url"
        asked = browser(canvas(scopes=(*SCOPES[:1], page)))

        assert ask(asked, scope=f"{page}_or_id").headers["location"] == f"{BASE}/login"
        assert sent_back(ask(asked, scope=page))["error_description"] == f"{LISTED}{page}"

    def test_a_renamed_scope_has_its_new_name_only(self) -> None:
        """A renamed scope is on the key under its new name."""
        asked = browser(canvas(scopes_renamed={SCOPES[0]: "url:GET|/api/v1/schools"}))

        assert ask(asked, scope="url:GET|/api/v1/schools").headers["location"] == f"{BASE}/login"
        assert sent_back(ask(asked, scope=SCOPES[0]))["error_description"] == LISTED + SCOPES[0]
