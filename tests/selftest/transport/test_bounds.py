"""No answer takes a client longer, or more memory, than it allows, however the answer comes."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.transport import bodies, budget, wire
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import Pace
from tests.selftest.transport.hostile import HEAD, Answering, at_once, bomb, dripping, endless, hostile, silent

QUICK: Final = Patience(timeout=0.3, connect=0.3, total=0.7, attempts=1, first_wait=0.0)
SLACK_S: Final = 3.0
"""What a busy machine may add."""

SLOW: Final = {
    "nothing": silent,
    "a status line byte by byte": dripping(b"", b"H"),
    "header after header": dripping(HEAD, b"X-More: more\r\n"),
    "a body byte by byte": dripping(HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
    "a chunk at a time": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "interim answers": dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "interim answers at full speed": endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100),
}

LONG: Final = {
    "spaces without an end": endless(HEAD + b"\r\n", b" " * 65_536),
    "a gzip bomb": at_once(HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb()),
    "a gzip bomb in one chunk": at_once(
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(bomb()) + bomb()
    ),
    "JSON of many items": at_once(HEAD + b"\r\n[" + b"{}," * 1_000_000 + b"{}]"),
    "an encoding that was not asked for": at_once(HEAD + b"Content-Encoding: br\r\n\r\n" + b"\x00" * 100),
    "no gzip": at_once(HEAD + b"Content-Encoding: gzip\r\n\r\n[]"),
    "half a gzip": at_once(HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb()[:200]),
}


@pytest.fixture(autouse=True)
def frequent_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of tests are short, so waits look more often whether theirs is over."""
    monkeypatch.setattr(wire, "_LOOK_S", 0.05)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """A block that has to end in time."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds + SLACK_S


def ask(url: str, patience: Patience = QUICK, spent: Budget | None = None) -> Answer:
    """The answer to one GET."""
    with closing(CanvasClient(url, Secret("s3cret"), patience=patience, budget=spent or Budget())) as client:
        return client.send(Call("GET", "/api/v1/courses/1"))


@pytest.mark.parametrize("answering", SLOW.values(), ids=SLOW)
def test_a_call_ends_in_time(answering: Answering) -> None:
    """However slowly an answer comes, the call ends when its whole time is over, and the fault names that time."""
    with hostile(answering) as server, within(QUICK.timeout):
        answer = ask(server.url)

    assert answer.status is None
    assert str(answer.fault).startswith("no answer within")


def test_a_proxy_gets_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections through a proxy keep the same deadline."""
    with hostile(dripping(HEAD, b"X-More: more\r\n")) as proxy, within(QUICK.timeout):
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        answer = ask("http://canvas.test")

    assert str(answer.fault).startswith("no answer within")
    assert proxy.requests == 1


def test_a_name_is_not_looked_up_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver knows no timeout; a call does."""
    over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        over.wait(30)
        raise socket.gaierror("too late")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with within(QUICK.connect):
        answer = ask("http://canvas.test")
    over.set()

    assert answer.fault == "could not connect: no connection in time"


def test_a_handshake_is_not_waited_for_forever() -> None:
    """Whoever listens may never answer the first words of TLS."""
    with hostile(silent) as server, within(QUICK.timeout):
        answer = ask(server.url.replace("http:", "https:"))

    assert answer.status is None


@pytest.mark.parametrize("host", ["a" * 70 + ".test", "a..test", "."])
def test_an_impossible_name_is_a_fault(host: str) -> None:
    """A name that no resolver takes raises neither OSError nor anything of httpx."""
    assert str(ask(f"http://{host}").fault).startswith("could not connect")


def test_all_attempts_together_end_in_time() -> None:
    """Retries share the call's time."""
    patient = Patience(timeout=0.2, total=0.5, attempts=50, first_wait=0.0, longest_wait=0.01)
    with hostile(silent) as server, within(patient.total):
        answer = ask(server.url, patient)

    assert str(answer.fault).startswith("no answer within")
    assert 2 <= server.requests <= 4


def test_the_queue_takes_none_of_a_call_s_time() -> None:
    """A request that waits for others, as the token's bucket wants, may still take as long as any other."""
    busy = Pace(1)
    ok = at_once(HEAD + b"Content-Length: 2\r\n\r\n[]")
    with hostile(ok) as server, closing(CanvasClient(server.url, pace=busy, patience=QUICK)) as client:
        with busy.slot():
            answers: list[Answer] = []
            waiting = threading.Thread(target=lambda: answers.append(client.send(Call("GET", "/x"))))
            waiting.start()
            time.sleep(QUICK.total)
        waiting.join()

    assert read(answers[0]) is Reading.OK


def test_what_cannot_be_waited_for_is_not_tried() -> None:
    """A Retry-After beyond the call's time ends it at once, with what Canvas said."""
    throttle = at_once(b"HTTP/1.1 429 Too Many\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n")
    with hostile(throttle) as server, within(0):
        answer = ask(server.url, Patience(total=5, attempts=4, longest_wait=0.01))

    assert read(answer) is Reading.THROTTLED
    assert server.requests == 1


@pytest.mark.parametrize("answering", LONG.values(), ids=LONG)
def test_a_body_has_a_limit(answering: Answering) -> None:
    """What is longer than any of Canvas's answers is not read to its end, not kept, and not asked for again."""
    tracemalloc.start()
    with hostile(answering) as server:
        answer = ask(server.url, Patience(timeout=20, attempts=4))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert str(answer.fault).startswith("the answer was not read: ")
    assert read(answer) is Reading.NO_ANSWER
    assert server.requests == 1
    assert most < 5 * bodies.MOST_BYTES


def test_a_refusal_has_a_lower_one() -> None:
    """Many are kept, as evidence: an error of a megabyte, sixty times over, would be more than a run may take."""
    body = b'{"errors": [{"message": "' + b"x" * bodies.MOST_BYTES_REFUSED + b'"}]}'
    answers = {status: at_once(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
               for status in (200, 422)}  # fmt: skip
    faults = {}
    for status, answering in answers.items():
        with hostile(answering) as server:
            faults[status] = ask(server.url, Patience(timeout=20, attempts=1)).fault

    assert faults == {200: None, 422: "the answer was not read: the answer is longer than 250,000 bytes"}


def test_headers_have_a_limit() -> None:
    """Headers without an end are cut off by httpcore."""
    with hostile(endless(HEAD, b"X-More: " + b"x" * 8000 + b"\r\n")) as server:
        answer = ask(server.url, Patience(timeout=20, attempts=1))

    assert answer.status is None


def test_a_fit_body_is_read_whole() -> None:
    """Just below the limits nothing is lost, packed or not."""
    body = b"[" + b"1," * (bodies.MOST_ITEMS - 2) + b"1]"
    for head, sent in ((b"", body), (b"Content-Encoding: gzip\r\n", gzip.compress(body))):
        with hostile(at_once(HEAD + head + b"\r\n" + sent)) as server:
            answer = ask(server.url, Patience(timeout=20, attempts=1))

        assert answer.body == body
        assert read(answer) is Reading.OK


def test_a_run_that_is_over_sends_nothing() -> None:
    """After the run's time nothing is sent, except what cleans up, for as long as that may take."""
    ok = at_once(HEAD + b"Content-Length: 2\r\n\r\n[]")
    spent = Budget(0)
    with hostile(ok) as server, closing(CanvasClient(server.url, budget=spent)) as client:
        answer = client.send(Call("GET", "/x"))
        assert read(answer) is Reading.OUT_OF_TIME
        assert str(answer.fault).endswith("nothing was sent")
        assert server.requests == 0
        assert read(client.send(Call("GET", "/x"), clean_up=True)) is Reading.OK
        spent.clean_up_ends = 0.0
        assert read(client.send(Call("GET", "/x"), clean_up=True)) is Reading.OUT_OF_TIME


def test_a_run_that_ends_cuts_its_call_short() -> None:
    """A call under way ends with the run's time, and is said to have."""
    with hostile(silent) as server, within(0.2):
        answer = ask(server.url, Patience(), Budget(0.2))

    assert read(answer) is Reading.OUT_OF_TIME
    assert server.requests == 1


def test_an_interrupt_lets_go_of_what_is_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that hangs ends soon after an interrupt, is not retried, and one made later gets a short time."""
    monkeypatch.setattr(budget, "LET_GO_S", 0.1)
    monkeypatch.setattr(budget, "HURRIED_S", 0.1)
    spent = Budget()
    interrupting = threading.Timer(0.2, spent.hurry)
    interrupting.start()
    with hostile(silent) as server:
        with within(0.3):
            let_go = ask(server.url, Patience(), spent)
        with within(0.1):
            later = ask(server.url, Patience(), spent)

    assert str(let_go.fault).startswith("interrupted")
    assert str(later.fault).startswith("no answer within")
    assert server.requests == 2


def test_an_interrupt_ends_a_wait() -> None:
    """Waiting for the next attempt ends with an interrupt too."""
    spent = Budget()
    threading.Timer(0.1, spent.hurry).start()
    throttle = at_once(b"HTTP/1.1 429 Too Many\r\nRetry-After: 15\r\nContent-Length: 0\r\n\r\n")
    with hostile(throttle) as server, within(0.1):
        ask(server.url, Patience(), spent)

    assert server.requests <= 2


def test_a_failure_beside_threads_ends_their_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for threads that hang, as preparation does, waits no longer than an interrupt allows."""
    monkeypatch.setattr(budget, "LET_GO_S", 0.1)
    spent = Budget()

    def interrupted() -> None:
        with spent.spent_by_failure():
            time.sleep(0.2)
            raise KeyboardInterrupt

    with hostile(silent) as server, within(0.4):
        waiting = threading.Thread(target=ask, args=(server.url, Patience(), spent))
        waiting.start()
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        waiting.join()
