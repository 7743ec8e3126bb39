"""What goes wrong between client and embedded Canvas, over a real socket: faults and the throttle."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pytest

from scopecheck.embedded_canvas.config import Fault
from tests.selftest.embedded_canvas.serving import ACCOUNTS, caller, in_parallel, running


class TestFaults:
    """What goes wrong between client and Canvas."""

    @pytest.mark.parametrize("kind", ["reset", "truncate"])
    def test_the_connection_breaks(self, kind: Any) -> None:
        """The connection breaks before the answer, or in the middle of it."""
        with running(faults=(Fault(kind),)) as canvas, caller(canvas) as client, pytest.raises(httpx.TransportError):
            client.get(ACCOUNTS)

    def test_nobody_answers(self) -> None:
        """There is silence until the client gives up; stopping the server does not wait for it."""
        started = time.perf_counter()
        with running(faults=(Fault("hang"),)) as canvas:
            with caller(canvas, timeout=0.2) as client, pytest.raises(httpx.ReadTimeout):
                client.get(ACCOUNTS)
            before_stop = time.perf_counter() - started

        assert before_stop >= 0.2
        assert time.perf_counter() - started < 10

    def test_a_page_in_place_of_canvas(self) -> None:
        """A proxy's page is HTML with status 200."""
        with running(faults=(Fault("html-200"),)) as canvas, caller(canvas) as client:
            answer = client.get(ACCOUNTS)

        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")

    def test_a_single_sign_on(self) -> None:
        """Single sign-on is a redirect to another host."""
        with running(faults=(Fault("sso-redirect"),)) as canvas, caller(canvas) as client:
            answer = client.get(ACCOUNTS)

        assert (answer.status_code, answer.headers["location"]) == (302, "https://sso.example.edu/login")

    def test_only_where_and_when_it_is_said(self) -> None:
        """A fault hits only matching requests, as often as set, after those that are skipped."""
        fault = Fault("500", match="GET /api/v1/accounts$", times=2, skip=1)
        with running(faults=(fault,)) as canvas, caller(canvas) as client:
            statuses = [client.get(ACCOUNTS).status_code for _ in range(4)]
            elsewhere = client.get(f"{ACCOUNTS}/1").status_code

        assert statuses == [200, 500, 500, 200]
        assert elsewhere == 200


class TestThrottle:
    """The bucket holds 600 units, and a request in flight takes 50 of them."""

    def test_eight_in_flight_pass(self) -> None:
        """All are answered, and again immediately afterwards."""
        with running(throttle=True, latency_ms=200) as canvas, caller(canvas) as client:
            answers = in_parallel(client, 8) + in_parallel(client, 8)

        assert {answer.status_code for answer in answers} == {200}

    def test_more_than_twelve_do_not(self) -> None:
        """Twelve fill the bucket; further requests are refused in plain text, without a cost or a time to wait."""
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
        """A bucket that the first reservation fills refuses everything, before the token is checked."""
        with running(throttle=True, bucket_size=50, token_state="unknown") as canvas, caller(canvas) as client:
            answer = client.get(ACCOUNTS)

        assert answer.status_code == 403

    def test_the_remainder_is_told(self) -> None:
        """A request on an empty bucket costs little, and leaves the rest."""
        with running(throttle=True) as canvas, caller(canvas) as client:
            headers = client.get(ACCOUNTS).headers

        assert headers["x-request-cost"] == "0.5"
        assert float(headers["x-rate-limit-remaining"]) == pytest.approx(599.5, abs=0.5)

    def test_each_token_has_its_own(self) -> None:
        """One token's bucket does not affect another's."""
        with running(throttle=True, bucket_size=200, latency_ms=400) as canvas, caller(canvas) as client:
            other = {"Authorization": f"Bearer {canvas.credentials.admin_token}"}
            own = threading.Thread(target=in_parallel, args=(client, 3))
            own.start()
            statuses = {client.get(ACCOUNTS, headers=other).status_code for _ in range(2)}
            own.join()

        assert statuses == {200}
