"""The embedded Canvas over a real socket: connections, faults, the throttle, its end."""

from __future__ import annotations

import socket
import ssl
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from embedded_canvas.config import CanvasConfig, Fault
from embedded_canvas.server import EmbeddedCanvas
from tests.selftest.embedded.driver import COURSE, SCOPES

ACCOUNTS = "/api/v1/accounts"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares each client the loading of certificates, which plain HTTP does not need."""


@contextmanager
def running(**state: Any) -> Iterator[EmbeddedCanvas]:
    """A Canvas on a socket; its throttle is off unless said."""
    with EmbeddedCanvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state})) as canvas:
        yield canvas


def caller(of: EmbeddedCanvas, timeout: float = 10.0) -> httpx.Client:
    """A client with the token, over real connections."""
    return httpx.Client(
        base_url=of.url,
        headers={"Authorization": f"Bearer {of.credentials.access_token}"},
        timeout=timeout,
        trust_env=False,
        verify=NO_TLS,
    )


def port(of: EmbeddedCanvas) -> int:
    """The port it listens on."""
    return httpx.URL(of.url).port or 0


class TestConnections:
    """HTTP/1.1 on loopback."""

    def test_ready_at_once(self) -> None:
        """From nothing to its first answer it takes less than a second."""
        started = time.perf_counter()
        with running() as canvas, caller(canvas) as client:
            status = client.get(ACCOUNTS).status_code
            elapsed = time.perf_counter() - started

        assert status == 200
        assert elapsed < 1

    def test_a_connection_is_kept(self) -> None:
        """Several requests go over one connection, whatever they were answered."""
        paths = [(ACCOUNTS, "GET"), ("/nowhere", "GET"), (f"{COURSE}/files", "POST"), (ACCOUNTS, "HEAD")]
        with running() as canvas, caller(canvas) as client:
            ports = {
                client.request(verb, path).extensions["network_stream"].get_extra_info("client_addr")
                for path, verb in paths
            }

        assert len(ports) == 1

    def test_a_kept_connection_does_not_stall(self) -> None:
        """Without TCP_NODELAY each answer on a kept connection would wait for the client's delayed acknowledgement.

        That is 40 ms, twenty times and more what a new connection costs.
        """
        with running() as canvas:
            with closing(HTTPConnection("127.0.0.1", port(canvas))) as connection:
                kept = statistics.median(timed(connection) for _ in range(50))
            fresh = statistics.median(timed_anew(canvas) for _ in range(20))

        assert kept < 5 * fresh

    def test_an_empty_answer_keeps_the_connection(self) -> None:
        """204 has neither body nor length, and the next answer is read aright."""
        with running(denied=frozenset({"manage_files_edit"})) as canvas, caller(canvas) as client:
            empty = client.put("/api/v1/media_objects/m-labtour/media_tracks", json=[])
            after = client.get(ACCOUNTS)

        assert (empty.status_code, empty.content) == (204, b"")
        assert "content-length" not in empty.headers
        assert after.json()[0]["id"] == 1

    def test_requests_in_parallel(self) -> None:
        """Latency is waited out side by side."""
        with running(latency_ms=300) as canvas, caller(canvas) as client:
            started = time.perf_counter()
            answers = in_parallel(client, 8)
            elapsed = time.perf_counter() - started

        assert {answer.status_code for answer in answers} == {200}
        assert 0.3 <= elapsed < 8 * 0.3 / 2


class TestEnd:
    """Stopping it."""

    def test_the_port_is_free(self) -> None:
        """Nobody answers there any more, and another server may take it."""
        with running() as canvas, caller(canvas) as client:
            client.get(ACCOUNTS)
            number = port(canvas)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{number}", trust_env=False, verify=NO_TLS)
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", number))

            assert other.getsockname()[1] == number

    def test_kept_connections_end(self) -> None:
        """A client that kept its connection gets no answer over it either."""
        canvas = EmbeddedCanvas(CanvasConfig())
        with caller(canvas) as client:
            client.get(ACCOUNTS)
            canvas.stop()
            with pytest.raises(httpx.TransportError):
                client.get(ACCOUNTS)

    def test_two_at_once(self) -> None:
        """Each has its own port and its own content."""
        with running() as one, running() as other:
            one.tables.accounts.clear()
            with caller(one) as first, caller(other) as second:
                answers = [first.get(ACCOUNTS).json(), second.get(ACCOUNTS).json()]

        assert (len(answers[0]), len(answers[1])) == (0, 1)


class TestFaults:
    """What goes wrong on the way."""

    @pytest.mark.parametrize("kind", ["reset", "truncate"])
    def test_the_connection_breaks(self, kind: Any) -> None:
        """Before the answer, or in its midst."""
        with running(faults=(Fault(kind),)) as canvas, caller(canvas) as client, pytest.raises(httpx.TransportError):
            client.get(ACCOUNTS)

    def test_nobody_answers(self) -> None:
        """Silence lasts until the client gives up; stopping does not wait for it."""
        started = time.perf_counter()
        with running(faults=(Fault("hang"),)) as canvas:
            with caller(canvas, timeout=0.2) as client, pytest.raises(httpx.ReadTimeout):
                client.get(ACCOUNTS)
            before_stop = time.perf_counter() - started

        assert before_stop >= 0.2
        assert time.perf_counter() - started < 10

    def test_a_page_in_place_of_canvas(self) -> None:
        """A proxy's page is HTML with 200."""
        with running(faults=(Fault("html-200"),)) as canvas, caller(canvas) as client:
            answer = client.get(ACCOUNTS)

        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")

    def test_a_single_sign_on(self) -> None:
        """A redirect to another host."""
        with running(faults=(Fault("sso-redirect"),)) as canvas, caller(canvas) as client:
            answer = client.get(ACCOUNTS)

        assert (answer.status_code, answer.headers["location"]) == (302, "https://sso.example.edu/login")

    def test_only_where_and_when_it_is_said(self) -> None:
        """A fault strikes matching requests only, as often as told and after those let through."""
        fault = Fault("500", match="GET /api/v1/accounts$", times=2, skip=1)
        with running(faults=(fault,)) as canvas, caller(canvas) as client:
            statuses = [client.get(ACCOUNTS).status_code for _ in range(4)]
            elsewhere = client.get(f"{ACCOUNTS}/1").status_code

        assert statuses == [200, 500, 500, 200]
        assert elsewhere == 200


class TestThrottle:
    """The bucket holds 600 units, and a request in flight takes 50 of them."""

    def test_eight_in_flight_pass(self) -> None:
        """All are answered, and again directly after."""
        with running(throttle=True, latency_ms=200) as canvas, caller(canvas) as client:
            answers = in_parallel(client, 8) + in_parallel(client, 8)

        assert {answer.status_code for answer in answers} == {200}

    def test_more_than_twelve_do_not(self) -> None:
        """Twelve fill the bucket: what comes beyond is refused in plain text, without a cost or a time to wait."""
        with running(throttle=True, latency_ms=500) as canvas, caller(canvas) as client:
            answers = in_parallel(client, 16)
            after = client.get(ACCOUNTS)
        refused = [answer for answer in answers if answer.status_code != 200]

        assert 1 <= len(refused) <= 5
        for answer in refused:
            assert (answer.status_code, answer.text) == (403, "403 Forbidden (Rate Limit Exceeded)\n")
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            assert not {"x-request-cost", "retry-after"} & answer.headers.keys()
            assert float(answer.headers["x-rate-limit-remaining"]) < 50
        assert after.status_code == 200

    def test_a_smaller_bucket(self) -> None:
        """One that is full with its first reservation refuses everything, before it looks at the token."""
        with running(throttle=True, bucket_size=50, token_state="unknown") as canvas, caller(canvas) as client:
            answer = client.get(ACCOUNTS)

        assert answer.status_code == 403

    def test_the_remainder_is_told(self) -> None:
        """A request on an empty bucket costs little in the end, and leaves the rest."""
        with running(throttle=True) as canvas, caller(canvas) as client:
            headers = client.get(ACCOUNTS).headers

        assert headers["x-request-cost"] == "0.5"
        assert float(headers["x-rate-limit-remaining"]) == pytest.approx(599.5, abs=0.5)

    def test_each_token_has_its_own(self) -> None:
        """What one token fills, another does not feel."""
        with running(throttle=True, bucket_size=200, latency_ms=400) as canvas, caller(canvas) as client:
            other = {"Authorization": f"Bearer {canvas.credentials.admin_token}"}
            own = threading.Thread(target=in_parallel, args=(client, 3))
            own.start()
            statuses = {client.get(ACCOUNTS, headers=other).status_code for _ in range(2)}
            own.join()

        assert statuses == {200}


class TestStorageHost:
    """S3 and inst-fs are another host, on the same socket."""

    @pytest.mark.parametrize(("storage", "status"), [("s3", 303), ("inst-fs", 201)])
    def test_an_upload_goes_there(self, storage: str, status: int) -> None:
        """The address that step 1 names leads to the same server under its other name."""
        with running(storage=storage) as canvas, caller(canvas) as client:
            ticket = client.post(f"{COURSE}/files", data={"name": "note.txt"}).json()
            with httpx.Client(trust_env=False, verify=NO_TLS) as bare:
                parts = {"file": ("note.txt", b"x")}
                stored = bare.post(ticket["upload_url"], data=ticket["upload_params"], files=parts)

        assert httpx.URL(ticket["upload_url"]).host == "localhost"
        assert stored.status_code == status
        assert httpx.URL(stored.headers["location"]).host == "127.0.0.1"


def timed(connection: HTTPConnection) -> float:
    """Seconds that one request takes."""
    started = time.perf_counter()
    connection.request("GET", ACCOUNTS)
    connection.getresponse().read()
    return time.perf_counter() - started


def timed_anew(canvas: EmbeddedCanvas) -> float:
    """Seconds that one request takes with a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port(canvas))) as connection:
        return timed(connection)


def in_parallel(client: httpx.Client, count: int) -> list[httpx.Response]:
    """So many requests, all begun before the first is answered (given some latency)."""
    answers: list[httpx.Response] = []
    ready = threading.Barrier(count)

    def ask() -> None:
        ready.wait()
        answers.append(client.get(ACCOUNTS))

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
