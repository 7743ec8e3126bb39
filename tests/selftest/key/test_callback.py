"""The loopback listener: it takes the one answer that is meant for it, and shows a page."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from scopecheck.key.callback import Callback, CallbackError, leads_here
from tests.selftest.free_port import free_port


@pytest.fixture(params=["localhost", "127.0.0.1", "[::1]"])
def uri(request: pytest.FixtureRequest) -> str:
    """A redirect URI on this machine, with a free port."""
    try:
        port = free_port("::1" if request.param == "[::1]" else "127.0.0.1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    return f"http://{request.param}:{port}/oauth/callback"


@pytest.fixture
def callback(uri: str) -> Iterator[Callback]:
    """A listener."""
    listening = Callback(uri)
    yield listening
    listening.close()


def test_the_answer_is_taken(uri: str, callback: Callback) -> None:
    """Path and query arrive as the browser sent them, and the browser gets a page."""
    page = httpx.get(f"{uri}?code=c0de&state=st%20ate")

    assert page.status_code == 200
    assert callback.wait(5) == "/oauth/callback?code=c0de&state=st%20ate"


def test_an_error_is_an_answer(uri: str, callback: Callback) -> None:
    """A refusal arrives the same way."""
    httpx.get(f"{uri}?error=access_denied&state=s")

    assert callback.wait(5) == "/oauth/callback?error=access_denied&state=s"


def test_nothing_else_is_an_answer(uri: str, callback: Callback) -> None:
    """Not the browser's request for an icon, the bare address, another path, or another method."""
    origin = uri.removesuffix("/oauth/callback")

    assert httpx.get(f"{origin}/favicon.ico").status_code == 404
    assert httpx.get(uri).status_code == 404
    assert httpx.get(f"{origin}/other?code=c").status_code == 404
    assert httpx.post(f"{uri}?code=c").status_code == 501
    assert callback.wait(0) is None


def test_the_first_answer_counts(uri: str, callback: Callback) -> None:
    """Reloading the page does not change the answer."""
    httpx.get(f"{uri}?code=first")
    httpx.get(f"{uri}?code=second")

    assert callback.wait(5) == "/oauth/callback?code=first"


def test_a_silent_connection_blocks_nothing(uri: str, callback: Callback) -> None:
    """Browsers open spare connections, and send nothing on them."""
    parts = urlsplit(uri)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0))):
        httpx.get(f"{uri}?code=c0de", timeout=5)

        assert callback.wait(5) == "/oauth/callback?code=c0de"


def test_nothing_of_the_answer_is_shown(uri: str, callback: Callback, capsys: pytest.CaptureFixture[str]) -> None:
    """The code is neither on the page nor in any log, and the page repeats nothing that was sent."""
    page = httpx.get(f"{uri}?code=c0de&state=<script>alert(1)</script>")
    callback.wait(5)

    assert "c0de" not in page.text
    assert "<script>" not in page.text
    assert "c0de" not in "".join(capsys.readouterr())
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_port_in_use_is_reported() -> None:
    """The message says what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CallbackError, match=rf"^Cannot listen on port {port} of CANVAS_REDIRECT_URI .*; stop"):
            Callback(f"http://localhost:{port}/")


@pytest.mark.parametrize(
    ("redirect_uri", "here"),
    [
        ("http://localhost:8080/callback", True),
        ("http://127.0.0.1:1", True),
        ("http://[::1]:8080/", True),
        # Without a port it would be 80, which not everybody may use.
        ("http://localhost/callback", False),
        ("https://localhost:8443/callback", False),
        ("http://localhost.evil.test:80/", False),
        ("https://prod.ally.ac/api/v2/1/auth/canvas/callback", False),
        ("urn:ietf:wg:oauth:2.0:oob", False),
        ("http://localhost:port/", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_leads_here(redirect_uri: str, here: bool) -> None:
    """Only plain http on loopback with a port leads here."""
    assert leads_here(redirect_uri) is here
