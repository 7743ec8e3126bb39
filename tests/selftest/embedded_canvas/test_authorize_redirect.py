"""Where `/login/oauth2/auth` sends its answers (lib/canvas/oauth/provider.rb, developer_key.rb)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from scopecheck.embedded_canvas.keys import OUT_OF_BAND
from scopecheck.embedded_canvas.known import KEY, REDIRECT_URI
from tests.selftest.embedded_canvas.asking import WRONG_URI, ask, browser, sent_back
from tests.selftest.embedded_canvas.driver import SCOPES, canvas


class TestRedirect:
    """How errors and codes are sent back."""

    def test_keys_are_sorted_and_encoded_as_a_form(self) -> None:
        """Keys are in alphabetical order, spaces are plus signs."""
        answer = ask(browser(canvas()), response_type="token")

        assert answer.headers["location"] == (
            f"{REDIRECT_URI}?error=unsupported_response_type&error_description=response_type+must+be+code&state=s+1"
        )

    def test_no_state_is_made_up(self) -> None:
        """`state` comes back only if it was sent."""
        assert "state" not in sent_back(ask(browser(canvas()), response_type="token", state=None))

    def test_a_uri_with_a_query_is_continued(self) -> None:
        """If the redirect URI already has a query, the answer is appended with an ampersand."""
        uri = "https://prod.ally.ac/callback?school=7"
        answer = ask(browser(canvas(redirect_uris=(uri,))), redirect_uri=uri, prompt="none")

        assert answer.headers["location"].startswith(f"{uri}&error=login_required&")

    @pytest.mark.parametrize(
        ("uri", "old", "new"),
        [
            ("https://ally.test/any/path", True, False),
            ("https://eu.ally.test/", True, False),
            ("http://ally.test/", False, False),
            ("https://evilally.test/", False, False),
            ("https://ally.test/a b", False, False),
        ],
    )
    def test_old_canvas_matches_the_legacy_uri_by_host(self, uri: str, old: bool, new: bool) -> None:
        """The legacy redirect URI of old Canvas accepts its host and subdomains, with the same scheme."""
        for version, accepted in (("old", old), ("new", new)):
            state = canvas(version=version, enforce_scopes=False)
            state.tables.keys[KEY].redirect_uri = "https://ally.test/callback"

            assert (ask(browser(state), redirect_uri=uri).status_code == 302) is accepted


class TestOutOfBand:
    """The redirect URI of clients that have none."""

    def test_old_canvas_accepts_it_for_every_key(self) -> None:
        """The answer goes to a page on Canvas itself, which checks nothing more."""
        asked = browser(canvas(version="old"))
        answer = ask(asked, redirect_uri=OUT_OF_BAND, prompt="none", scope=SCOPES[0])

        place = urlsplit(answer.headers["location"])
        assert (place.netloc, place.path) == ("canvas.test", "/login/oauth2/auth")
        page = asked.get(answer.headers["location"])
        assert (page.status_code, "login_required" in page.text) == (200, True)

    def test_new_canvas_wants_it_registered(self) -> None:
        """New Canvas accepts it only if it is on the key, and only as a document in a browser window."""
        assert ask(browser(canvas()), redirect_uri=OUT_OF_BAND).json() == WRONG_URI
        asked = browser(canvas(redirect_uris=(OUT_OF_BAND,)))
        assert ask(asked, redirect_uri=OUT_OF_BAND).status_code == 302
        assert ask(asked, {"Sec-Fetch-Dest": "document"}, redirect_uri=OUT_OF_BAND).status_code == 302
        assert ask(asked, {"Sec-Fetch-Dest": "empty"}, redirect_uri=OUT_OF_BAND).json() == WRONG_URI

    def test_the_page_shows_what_it_is_given_as_text(self) -> None:
        """A code or error in the query is shown, with its markup escaped."""
        page = browser(canvas()).get("/login/oauth2/auth", params={"error": "<b>x", "error_description": "<i>y"})

        assert page.status_code == 200
        assert "&lt;b&gt;x" in page.text
        assert "&lt;i&gt;y" in page.text


class TestSecFetch:
    """New Canvas refuses scripts on other web pages."""

    @pytest.mark.parametrize(("version", "status"), [("new", 403), ("old", 302)])
    def test_scripts_are_refused_by_new_canvas(self, version: str, status: int) -> None:
        """A `Sec-Fetch-Mode` that is not `navigate` is a 403 before any check."""
        asked = browser(canvas(version=version))

        assert ask(asked, {"Sec-Fetch-Mode": "cors"}).status_code == status
        assert ask(asked, {"Sec-Fetch-Mode": "navigate"}).status_code == 302
