"""Each way in which authorizing fails has a clear message, and leaves neither a stored nor a live token behind."""

from __future__ import annotations

import socket
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import KEY
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.authorizing import ALLY, PAGE, authorize, issued
from tests.selftest.commands.consenting import User


def fails(root: Path, user: User, *said: str, arguments: tuple[object, ...] = ("--yes",)) -> None:
    """Exit code 1, these words, no `.env`."""
    ran = authorize(root, user, *arguments)

    assert ran.code == 1
    for words in said:
        assert words in ran.words
    assert not (root / ".env").exists()


OLDER = PAGE.replace("url_or_id", "url")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"missing_on_key": frozenset({PAGE})}, f"The key lacks 1 of 31 required scopes: {PAGE}. What to do:"),
        ({"missing_on_key": frozenset({PAGE}), "version": "old"},
         f"The key lacks 1 of 31 required scopes: {OLDER}. What to do:"),
        ({"missing_on_key": frozenset({PAGE, PAGE.replace("PUT", "GET")})}, f"{PAGE} (on older Canvas {OLDER})"),
        ({"key_state": "off"}, "The key is off for this account. What to do: In Canvas, open Admin >"),
        ({"key_workflow": "deleted"}, "Canvas does not know the key CANVAS_CLIENT_ID. What to do: Check"),
        ({"redirect_uris": (ALLY,)}, "CANVAS_REDIRECT_URI is not on the key. What to do:"),
    ],
)  # fmt: skip
def test_refused(said: str, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The browser stays closed, and the remedy is the same as in a run."""
    user = User()
    ran = authorize(tmp_path, user, "--yes")

    assert ran.code == 1
    assert said in ran.words
    assert user.opened == []
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize("state", [{"faults": (Fault("html-200", "/login/oauth2/auth", times=8),)}])
def test_an_unanswered_check_does_not_stop_it(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """If something blocks programs, a browser may still get through."""
    ran = authorize(tmp_path, User(), "--yes")

    assert ran.code == 0
    assert "Continuing, since a browser may get through." in ran.words


def test_denied(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The user clicks Cancel."""
    fails(tmp_path, User("cancel"), "clicked Cancel instead of Authorize", "and click Authorize.")


@pytest.mark.parametrize("state", [{"denied": frozenset({"create_access_tokens"})}])
def test_a_user_who_may_not(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Newest Canvas bars users from authorizing anything."""
    fails(
        tmp_path, User(), "The user who logged in is not allowed to authorize integrations.", "Log in as another user"
    )


@pytest.mark.parametrize("where", [(), ("--canvas-redirect-uri", ALLY)], ids=["here", "pasted"])
def test_another_state(where: tuple[str, ...], canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """An answer to another attempt is rejected, and its code is not exchanged."""
    user = User(changed=lambda url: url.replace("state=", "state=x"))
    fails(tmp_path, user, "another state than it was sent with", "use the newest tab", arguments=("--yes", *where))

    assert issued(canvas) == []


def test_without_a_state(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Canvas always returns the state, so an answer without it is rejected."""
    user = User(changed=lambda url: url.partition("&state=")[0])
    fails(tmp_path, user, "another state than it was sent with")


def test_a_scope_taken_off_meanwhile(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """What Canvas refuses in the browser is worded like what it refuses before."""
    user = User(first=lambda: canvas.tables.keys[KEY].scopes.remove(PAGE))
    fails(tmp_path, user, f"The key does not carry {PAGE}", f"select {PAGE} and save; then start again.")


@pytest.mark.parametrize("state", [{"version": "old"}])
def test_an_older_name_taken_off_meanwhile(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The box has this Canvas's name, which the check of the key has found."""
    user = User(first=lambda: canvas.tables.keys[KEY].scopes.remove(OLDER))
    fails(tmp_path, user, f"The key does not carry {OLDER}:", f"select {OLDER} and save; then start again.")


def test_switched_off_meanwhile(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The same applies to the key's state."""
    user = User(first=lambda: setattr(canvas.tables.keys[KEY], "binding", "off"))
    fails(tmp_path, user, "The key is turned off for this account.", "set the State of Anthology Ally to ON")


def test_a_code_that_was_used(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """A code works once, for ten minutes."""
    fails(
        tmp_path, User(meanwhile=canvas.tables.codes.clear), "a code works once, and only for 10 minutes", "Start again"
    )


def test_a_wrong_secret(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret only shows in the exchange."""
    monkeypatch.setenv("CANVAS_CLIENT_SECRET", "wrong")
    fails(tmp_path, User(), "CANVAS_CLIENT_SECRET is not this key's secret", "Show Key")


@pytest.mark.parametrize("state", [{"faults": (Fault("502", "POST /login/oauth2/token"),)}])
def test_an_outage_at_the_exchange(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """An outage is not called a refusal; the answer is shown."""
    fails(tmp_path, User(), "The code could not be exchanged: HTTP 502")


class Absent(User):
    """A user who never looks at the browser."""

    def open(self, url: str) -> bool:
        """Opens nothing."""
        return bool(url)


def test_nobody_comes_back(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait has a time limit."""
    fails(tmp_path, Absent(), "did not come back within 0.1 s", arguments=("--yes", "--timeout", "0.1"))


def test_garbage_is_pasted(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """After three failed attempts the command gives up."""
    user = User(types=[lambda _: "hello", lambda _: canvas.url, lambda _: "", str])
    fails(
        tmp_path, user, "neither an address with code= in it nor a code", "Paste it again:",
        arguments=("--yes", "--canvas-redirect-uri", ALLY),
    )  # fmt: skip


def test_after_garbage_it_can_be_pasted_again(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """A slip of the clipboard does not end the attempt."""
    user = User(types=[lambda _: "hello", lambda url: url[:-400], str])

    assert authorize(tmp_path, user, "--yes", "--canvas-redirect-uri", ALLY).code == 0


def typed(text: str, _ended_on: str) -> str:
    """A line that has nothing to do with where the browser ended."""
    return text


def test_declined(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """A user who declines leaves no live token behind."""
    for answer in ("n", "", "perhaps"):
        user = User(types=[partial(typed, answer)])
        fails(tmp_path, user, "Not written. The new token was revoked.", arguments=())

    assert issued(canvas) == ["deleted"] * 3


def test_a_file_that_cannot_be_written(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The token is revoked, and the message names another way."""
    (tmp_path / ".env").mkdir()
    ran = authorize(tmp_path, User(), "--yes")

    assert ran.code == 1
    assert "cannot be written" in ran.words
    assert "The new token was revoked. Use --print to print it instead." in ran.words
    assert issued(canvas) == ["deleted"]


def test_a_port_in_use(canvas: EmbeddedCanvas, here: str, tmp_path: Path) -> None:
    """The port is named, before anything is opened."""
    port = urlsplit(here).port
    user = User()
    with socket.create_server(("127.0.0.1", int(port or 0))):
        ran = authorize(tmp_path, user, "--yes")

    assert ran.code == 4
    assert f"Cannot listen on port {port} of CANVAS_REDIRECT_URI (Address already in use)" in ran.words
    assert user.opened == []


@pytest.mark.parametrize(
    "variable", ["CANVAS_BASE_URL", "CANVAS_CLIENT_ID", "CANVAS_CLIENT_SECRET", "CANVAS_REDIRECT_URI"]
)
def test_a_setting_is_missing(
    variable: str, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the four is needed; nothing is sent without it."""
    monkeypatch.delenv(variable)
    ran = authorize(tmp_path, User(), "--yes")

    assert ran.code == 4
    assert f"{variable} is not set" in ran.err
    assert canvas.requests == 0
