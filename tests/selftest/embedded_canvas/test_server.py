"""The embedded Canvas over a real socket: connections, stopping, its other host name."""

from __future__ import annotations

import socket
import statistics
import time
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.embedded_canvas.driver import COURSE
from tests.selftest.embedded_canvas.serving import ACCOUNTS, NO_TLS, caller, in_parallel, port, running


class TestConnections:
    """HTTP/1.1 on loopback."""

    def test_ready_at_once(self) -> None:
        """It takes less than a second to its first answer."""
        started = time.perf_counter()
        with running() as canvas, caller(canvas) as client:
            status = client.get(ACCOUNTS).status_code
            elapsed = time.perf_counter() - started

        assert status == 200
        assert elapsed < 1

    def test_a_connection_is_kept(self) -> None:
        """Several requests use one connection, whatever the answers."""
        paths = [(ACCOUNTS, "GET"), ("/nowhere", "GET"), (f"{COURSE}/files", "POST"), (ACCOUNTS, "HEAD")]
        with running() as canvas, caller(canvas) as client:
            ports = {
                client.request(verb, path).extensions["network_stream"].get_extra_info("client_addr")
                for path, verb in paths
            }

        assert len(ports) == 1

    def test_a_kept_connection_does_not_stall(self) -> None:
        """Without TCP_NODELAY each answer on a kept connection would wait for the client's delayed acknowledgement.

        That is 40 ms, more than twenty times the cost of a new connection.
        """
        with running() as canvas:
            with closing(HTTPConnection("127.0.0.1", port(canvas))) as connection:
                kept = statistics.median(timed(connection) for _ in range(50))
            fresh = statistics.median(timed_anew(canvas) for _ in range(20))

        assert kept < 5 * fresh

    def test_an_empty_answer_keeps_the_connection(self) -> None:
        """A 204 has neither body nor length, and the next answer is still read correctly."""
        with running(denied=frozenset({"manage_files_edit"})) as canvas, caller(canvas) as client:
            empty = client.put("/api/v1/media_objects/m-labtour/media_tracks", json=[])
            after = client.get(ACCOUNTS)

        assert (empty.status_code, empty.content) == (204, b"")
        assert "content-length" not in empty.headers
        assert after.json()[0]["id"] == 1

    def test_requests_in_parallel(self) -> None:
        """Requests wait for their latency in parallel."""
        with running(latency_ms=300) as canvas, caller(canvas) as client:
            started = time.perf_counter()
            answers = in_parallel(client, 8)
            elapsed = time.perf_counter() - started

        assert {answer.status_code for answer in answers} == {200}
        assert 0.3 <= elapsed < 8 * 0.3 / 2


class TestEnd:
    """Stopping it."""

    def test_the_port_is_free(self) -> None:
        """Nothing answers there any more, and another server can use it."""
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
        """A client that kept its connection gets no answer on it either."""
        canvas = EmbeddedCanvas(CanvasConfig())
        with caller(canvas) as client:
            client.get(ACCOUNTS)
            canvas.stop()
            with pytest.raises(httpx.TransportError):
                client.get(ACCOUNTS)

    def test_two_at_once(self) -> None:
        """Each has its own port and content."""
        with running() as one, running() as other:
            one.tables.accounts.clear()
            with caller(one) as first, caller(other) as second:
                answers = [first.get(ACCOUNTS).json(), second.get(ACCOUNTS).json()]

        assert (len(answers[0]), len(answers[1])) == (0, 1)


class TestStorageHost:
    """S3 and inst-fs are another host name on the same socket."""

    @pytest.mark.parametrize(("storage", "status"), [("s3", 303), ("inst-fs", 201)])
    def test_an_upload_goes_there(self, storage: str, status: int) -> None:
        """The upload address in step 1 leads to the same server under its other name."""
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
    """Seconds that one request takes on a connection of its own."""
    with closing(HTTPConnection("127.0.0.1", port(canvas))) as connection:
        return timed(connection)
