"""Certificates that are not accepted: each way is told apart, named, and comes with what to do.

The certificates in `certificates/` were made with openssl for 127.0.0.1, are valid until 2120 and trusted by nobody;
`key.pem` is the key of them all.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.key.obstacles import obstacle
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.verdict import KeyCheck
from scopecheck.transport import client
from scopecheck.transport.certificates import certificate_fault, error_of, kind_of_fault
from scopecheck.transport.client import CanvasClient, Patience
from tests.selftest.exercises.sweep import sweep

FOLDER: Final = Path(__file__).with_name("certificates")
HASTY: Final = Patience(timeout=10, attempts=3, first_wait=0.0, longest_wait=0.0)


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with an empty list."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


class Server(HTTPServer):
    """A server with one of the certificates, which counts handshakes."""

    def __init__(self, certificate: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.handshakes = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(FOLDER / f"{certificate}.pem", FOLDER / "key.pem")

    def get_request(self) -> tuple[Any, Any]:
        """A connection after its handshake; OSError if the client leaves over the certificate."""
        connection, address = super().get_request()
        self.handshakes += 1
        return self._context.wrap_socket(connection, server_side=True), address


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], tuple[Answer, int]]]:
    """Asks a server with this certificate: the answer, and how many handshakes there were."""

    def ask_it(certificate: str) -> tuple[Answer, int]:
        with Server(certificate) as running:
            thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            asking = CanvasClient(f"https://127.0.0.1:{running.server_port}", patience=HASTY)
            answer = asking.send(Call("GET", "/x"))
            asking.close()
            running.shutdown()
            thread.join()
            return answer, running.handshakes

    monkeypatch.setenv("SSL_CERT_FILE", str(FOLDER / "root.pem"))
    client._tls.cache_clear()
    yield ask_it
    client._tls.cache_clear()


REFUSED: Final = [
    ("without-intermediate", "certificate-incomplete", "its chain is incomplete", "intermediate certificate"),
    ("self-signed", "certificate-of-own-authority", "signed by itself", "SSL_CERT_FILE"),
    ("company-proxy", "certificate-of-own-authority", "such as a company's proxy", "Ask whoever runs this network"),
    ("expired", "certificate-expired", "it has expired", "renew its certificate"),
    ("not-yet-valid", "certificate-not-yet-valid", "not valid yet", "Check this computer's clock"),
    ("other-host", "certificate-for-another-host", "for another host name", "Set CANVAS_BASE_URL to a host name"),
]


@pytest.mark.parametrize(("certificate", "kind", "says", "remedy"), REFUSED, ids=[row[0] for row in REFUSED])
def test_each_way_is_named(
    ask: Callable[[str], tuple[Answer, int]], certificate: str, kind: str, says: str, remedy: str
) -> None:
    """The fault says what is wrong with the certificate, its remedy what to do; it is not tried again."""
    answer, handshakes = ask(certificate)
    found = obstacle(answer)

    assert read(answer) is Reading.NO_ANSWER
    assert says in (answer.fault or "")
    assert kind_of_fault(answer.fault or "") == kind
    assert found is not None
    assert found[0] is causes.CERTIFICATE_REFUSED
    assert remedy in found[1]
    assert handshakes == 1


def test_a_whole_chain_is_accepted(ask: Callable[[str], tuple[Answer, int]]) -> None:
    """The same certificate with its intermediate one is fine."""
    answer, _ = ask("whole")

    assert answer.json == []


def test_a_missing_certificate_can_be_given_in_a_file(
    ask: Callable[[str], tuple[Answer, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remedy works: SSL_CERT_FILE with the missing certificate in it completes the chain."""
    monkeypatch.setenv("SSL_CERT_FILE", str(FOLDER / "root-and-intermediate.pem"))
    client._tls.cache_clear()

    assert ask("without-intermediate")[0].json == []


@pytest.mark.parametrize("kind", sorted({row[1] for row in REFUSED} | {"certificate-bad"}))
def test_a_fault_comes_back_from_its_kind(kind: str) -> None:
    """What a bundle keeps of a fault is enough to give the same one again."""
    error = error_of(kind)
    assert error is not None
    fault = certificate_fault(error)

    assert kind_of_fault(fault or "") == kind


def test_other_faults_are_none_of_certificates() -> None:
    """A refused connection says nothing about certificates."""
    assert certificate_fault(httpx.ConnectError("Connection refused")) is None
    assert kind_of_fault("could not connect: Connection refused") is None
    assert error_of("never-sent") is None


@dataclass
class Refused(httpx.BaseTransport):
    """Nothing gets past the handshake, over a certificate of this kind."""

    kind: str

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The error that httpx raises."""
        raise httpx.ConnectError("as tested", request=request) from error_of(self.kind)


def test_a_run_names_the_certificate_once() -> None:
    """Every check and every scope is unproved for the one cause, with one remedy."""
    found = sweep("probe", between=lambda _: Refused("certificate-incomplete"))
    causes_seen = {result.cause for result in found.setup.key if result.cause}
    remedies = {result.remedy for result in found.setup.key} | {result.remedy for result in found.results.values()}
    remedies.discard(None)

    assert causes_seen == {"certificate-refused"}
    assert len(remedies) == 1
    assert "SSL_CERT_FILE" in str(remedies.pop())
    assert found.setup.dead is not None
    assert found.setup.dead.cause == "certificate-refused"
    assert found.check(KeyCheck.TOKEN_ALIVE)[1] == "certificate-refused"
