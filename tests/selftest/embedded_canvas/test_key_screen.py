"""The key screen of a demonstration: what it shows and saves, and whom it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from scopecheck.embedded_canvas.http import Request
from scopecheck.embedded_canvas.key_screen.next_steps import Commands
from scopecheck.embedded_canvas.key_screen.screen import PATH, KeyScreen
from scopecheck.embedded_canvas.known import CREDENTIALS, KEY
from tests.selftest.embedded_canvas.calling import INSUFFICIENT, REVOKED
from tests.selftest.embedded_canvas.driver import SCOPES, canvas, client
from tests.selftest.embedded_canvas.managing import change, make
from tests.selftest.embedded_canvas.serving import NO_TLS, running

HERE = {"host": "127.0.0.1:8000"}
COMMANDS = Commands(authorize="AUTHORIZE", run="RUN", make="MAKE", without_missing="--LESS")
BOX = re.compile(r'name="([^"]+)" id="[^"]+"(?: value="([^"]+)")? checked')


@dataclass
class Visit:
    """A browser at the key screen of a Canvas in this process."""

    screen: KeyScreen

    def open(self, query: str = "", **headers: str) -> str:
        """The page's text."""
        answer = self.screen.answer(Request("GET", PATH, query, HERE | headers))
        assert answer.status == 200, answer.body
        return answer.body.decode()

    def form(self) -> list[tuple[str, str]]:
        """The fields as they stand in the page."""
        page = self.open()
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', page)
        uris = re.findall(r"<textarea name=\"(\w+)\"[^>]*>\n([^<]*)<", page)
        return [*hidden, *uris, *((name, unescape(value) or "on") for name, value in BOX.findall(page))]

    def post(self, form: list[tuple[str, str]], **headers: str) -> tuple[int, str, str]:
        """Send it: the answer's status, text and where it leads to."""
        body = urlencode(form).encode()
        answer = self.screen.answer(Request("POST", PATH, "", HERE | headers, body))
        return answer.status, answer.body.decode(), dict(answer.headers).get("Location", "")

    def save(self, *without: str, **instead: str) -> str:
        """Uncheck the boxes with these names or values, set other fields, save, and return what the page then says."""
        form = [(name, instead.get(name, value)) for name, value in self.form() if not {name, value} & {*without}]
        status, _, leads_to = self.post(form)
        assert status == 303
        return words(self.open(leads_to.partition("?")[2].partition("#")[0]))


def words(page: str) -> str:
    """The text of the part above the form."""
    text = re.sub(r"<[^>]+>", " ", page.partition("<main>")[2].partition("<form")[0].replace("<wbr>", ""))
    return " ".join(unescape(text).split())


def visit(**state: Any) -> Visit:
    """A visit to a new Canvas."""
    return Visit(KeyScreen(canvas(**state), COMMANDS))


def test_it_shows_the_key() -> None:
    """Every scope of the integration has its box under Canvas's heading, and so has what the key has beyond."""
    at = visit(missing_on_key=frozenset({SCOPES[0]}), missing_on_token=frozenset({SCOPES[0]}))
    change(at.screen.canvas, scopes=[*SCOPES[1:], "url:GET|/api/v1/conversations"])
    page = at.open()

    assert {value for name, value in at.form() if name == "scopes[]"} == {*SCOPES[1:], "url:GET|/api/v1/conversations"}
    assert [f"<legend>{each}</legend>" in page for each in ("Accounts", "Pages", "Enrollment Terms")] == [True] * 3
    assert "not asked for by the integration" in page
    assert f"<dd>{KEY}</dd>" in page
    assert "Scopes: 31 of 32 checked" in page
    assert not [secret for secret in (CREDENTIALS.client_secret, CREDENTIALS.access_token) if secret in page]


def test_saving_what_is_there_changes_nothing() -> None:
    """The form has everything that the key has."""
    at = visit(redirect_uris=("https://a.test/x", "https://b.test/y"))
    before = vars(at.screen.canvas.tables.keys[KEY]).copy()

    assert "Saved: nothing was different" in at.save()
    assert vars(at.screen.canvas.tables.keys[KEY]) == before


def test_a_box_taken_off() -> None:
    """The tokens end; the page says so, and how to see that scope red."""
    at = visit()
    said = at.save(SCOPES[5])

    assert client(at.screen.canvas).get("/api/v1/accounts").json() == REVOKED
    assert f"Saved: all tokens of this key have ended Taken off: {SCOPES[5]} Canvas ends all tokens" in said
    assert ": one here." in said
    assert "Authorize again: no token of this key works." in said
    assert f"AUTHORIZE --LESS Run the check: this scope is red. RUN {SCOPES[5]}" in said
    assert "Ally Integration ended all" in said


def test_a_box_put_on() -> None:
    """The token stays alive, without the scope; authorizing is the next step."""
    lacking = frozenset({SCOPES[0]})
    at = visit(missing_on_key=lacking, missing_on_token=lacking)
    form = [*at.form(), ("scopes[]", SCOPES[0])]
    said = words(at.open(at.post(form)[2].partition("?")[2].removesuffix("#outcome")))

    assert client(at.screen.canvas).get("/api/v1/accounts").json() == INSUFFICIENT
    assert "Saved: no token has ended" in said
    assert f"the token lacks what was put on the key since. {_LOG_IN} AUTHORIZE {SCOPES[0]}" in said
    assert "Ally Integration alive all but 1" in said


_LOG_IN = (
    "Log in as the integration's user, ally, or ally-bot if setup made it: in this demonstration, each user's "
    "password is the user name."
)


@pytest.mark.parametrize(
    ("without", "instead", "says"),
    [
        ((), {"state": "off"}, "Saved: the key is off The key is off: Canvas refuses its tokens"),
        (("require_scopes",), {}, "may do whatever their users may do. What to do next"),
        (("allow_includes",), {}, "Canvas silently drops include parameters"),
        ((), {"redirect_uris": "https://a.test/x\r\nhttps://b.test/y"}, "Canvas sends users back to the redirect URIs"),
    ],
)
def test_each_setting(without: tuple[str, ...], instead: dict[str, str], says: str) -> None:
    """What it changes is said, no token ends, and it is changed back by the same form."""
    at = visit()
    before = at.form()

    assert says in at.save(*without, **instead)
    assert at.form() != before
    assert at.post(before)[0] == 303
    assert (at.form(), client(at.screen.canvas).get("/api/v1/accounts").status_code) == (before, 200)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"key_state": "off"}, "Turn the key on, and save"),
        ({"key_state": "allow"}, "Ally Integration refused, because the key is off"),
        ({"key_workflow": "inactive"}, "refused, because the key is inactive"),
        ({"key_kind": "lti"}, "an LTI key has no API scope"),
        ({"enforce_scopes": False}, "it says that scopes are not enforced"),
        ({"missing_on_key": frozenset(SCOPES)}, "Check some boxes, and save"),
        ({"token_state": "expired"}, "its hour is over; its refresh token renews it all"),
        ({"token_state": "personal"}, "There is none."),
        ({"key_workflow": "deleted"}, "has no developer key of an integration yet"),
        ({"integration": "absent"}, "Have one made, then open this page again: MAKE"),
    ],
)
def test_other_states(state: dict[str, Any], says: str) -> None:
    """Whatever the Canvas's state, the page says what stands between the key and a run."""
    assert says in words(visit(**state).open())


def test_an_inherited_key() -> None:
    """It is switched alone, where its owner lets this account decide; of another account's, nothing can be saved."""
    at = visit(key_owner="site-admin", key_state="allow")
    assert [name for name, _ in at.form()] == ["key", "form_secret", "state"]
    assert "The key is on" in at.save(state="on")

    other = visit(key_owner="other-account")
    assert "<button" not in other.open()
    assert "Not saved: Canvas refused Canvas answered: 404" in words_after(other, [*other.form(), ("state", "off")])


def words_after(at: Visit, form: list[tuple[str, str]]) -> str:
    """What the page says once this form is posted."""
    return words(at.open(at.post(form)[2].partition("?")[2].removesuffix("#outcome")))


def test_more_than_one_key() -> None:
    """Each has its own page; the one that has just been saved is shown again."""
    at = visit()
    other = make(at.screen.canvas, name="<b>Other</b>", scopes=[]).json()["id"]

    assert "&lt;b&gt;Other&lt;/b&gt;" in at.open()
    assert "Developer key: <b>Other</b>" in unescape(at.open(f"key={other}"))
    assert at.screen.answer(Request("GET", PATH, "key=1", HERE)).status == 404


@pytest.mark.parametrize(
    ("changed", "headers", "status"),
    [
        ({}, {"host": "canvas.attacker.test:8000"}, 403),
        ({}, {"host": "127.0.0.1.attacker.test"}, 403),
        ({}, {"origin": "https://attacker.test"}, 403),
        ({}, {"origin": "null"}, 403),
        ({"form_secret": "guessed"}, {}, 403),
        ({"form_secret": None}, {}, 403),
        ({"key": "10000000000007"}, {}, 404),
    ],
)
def test_a_page_elsewhere_changes_nothing(changed: dict[str, str | None], headers: dict[str, str], status: int) -> None:
    """Another site's form, a name of its own that leads here, a guessed token, and a key that is not shown: refused."""
    at = visit()
    form = [(name, changed.get(name, value)) for name, value in at.form() if value != SCOPES[5]]
    answer = at.post([(name, value) for name, value in form if value is not None], **headers)

    assert answer[0] == status, answer
    assert at.screen.canvas.tables.keys[KEY].scopes == list(SCOPES)
    assert at.post(at.form(), origin="http://127.0.0.1:8000")[0] == 303


def test_nobody_elsewhere_reads_it() -> None:
    """What reads it could save: a foreign host gets neither page nor token, and no page may frame it."""
    screen = visit().screen
    foreign = screen.answer(Request("GET", PATH, "", {"host": "attacker.test"}))
    headers = dict(screen.answer(Request("GET", PATH, "", {"host": "localhost:1"})).headers)

    assert (foreign.status, b"form_secret" in foreign.body) == (403, False)
    assert screen.answer(Request("PUT", PATH, "", HERE)).status == 405
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@contextmanager
def asked(*, shown: bool) -> Iterator[int]:
    """The status of the page's address on a real socket."""
    with running() as server, httpx.Client(trust_env=False, verify=NO_TLS) as browser:
        if shown:
            server.put_page(PATH, KeyScreen(server.canvas, COMMANDS).answer)
        yield browser.get(server.url + PATH).status_code


def test_only_a_demonstration_has_it() -> None:
    """Any other embedded Canvas answers at that path as Canvas does where nothing is."""
    with asked(shown=False) as without, asked(shown=True) as with_it:
        assert (without, with_it) == (404, 200)
