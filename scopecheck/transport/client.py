"""The only place that speaks HTTP: one connection pool per process, bounded retries, no cookies, no redirects.

The token goes only to the target's own origin. Nothing here raises because of the network or Canvas: every request
ends in time, and in an `Answer`, which may carry a fault.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from scopecheck import __version__
from scopecheck.canvas.moves import moves
from scopecheck.canvas.scope_names import Names
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.secret import KnownSecrets, Secret
from scopecheck.model.told import unquoted
from scopecheck.transport.bodies import ACCEPTED, UnfitBody, read_body
from scopecheck.transport.budget import Budget, Deadline
from scopecheck.transport.faults import fault_of, too_late
from scopecheck.transport.pace import Pace, Pacing
from scopecheck.transport.quiet import keep_quiet
from scopecheck.transport.retries import (
    TOO_MUCH,
    is_throttled,
    is_token_refused,
    retry_after,
    worth_repeating,
)
from scopecheck.transport.signs_latch import SignsLatch
from scopecheck.transport.wire import keep_deadlines, until

USER_AGENT = f"canvas-scope-conformance/{__version__}"
"""Always sent: hosted Canvas refuses requests without one (Instructure's announcement of January 2026)."""

LONGEST_WAIT_S = 20.0
ATTEMPTS = 4

Transport = httpx.BaseTransport
Renew = Callable[[Secret], Secret | None]
Record = Callable[[Answer], None]
Attempting = Callable[[], None]


@dataclass(frozen=True)
class Patience:
    """How long one request and its retries may take, in seconds; tests make it short."""

    timeout: float = 30.0
    """From the first look for the host to the last byte of the answer."""
    connect: float = 10.0
    total: float = 90.0
    """With all retries and the waits between them."""
    attempts: int = ATTEMPTS
    first_wait: float = 0.5
    longest_wait: float = LONGEST_WAIT_S


@cache
def _tls() -> ssl.SSLContext:
    """One context for all clients of a process: loading the certificates takes longer than a request."""
    return httpx.create_ssl_context()


@dataclass
class CanvasClient:
    """Requests to one Canvas with one token (or none).

    `on_answer` sees every attempt's answer; callers collect their evidence there.
    """

    base_url: str
    token: Secret | None = None
    pace: Pacing = field(default_factory=lambda: Pace(4))
    patience: Patience = field(default_factory=Patience)
    transport: Transport | None = None
    signs: SignsLatch = field(default_factory=SignsLatch)
    renew: Renew | None = None
    """Gives a fresh token in place of one that Canvas refused twice; None where there is none to be had."""
    record: Record | None = None
    """Sees every answer of this client, for a bundle."""
    budget: Budget = field(default_factory=Budget)
    """The run's time; whoever ends it early cuts the calls of all its clients short."""
    cleans_up: bool = False
    """Whether all calls of this client are clean-up, which has time of its own after the run's."""
    names: Names = field(default_factory=dict)
    """Required scopes to this Canvas's names: a route that has moved is called where it is."""
    secrets: KnownSecrets = field(default_factory=KnownSecrets)
    """Every secret of the run: any answer may repeat any of them."""

    def __post_init__(self) -> None:
        self._moves = moves(self.names)
        self._tokens = [self.token] if self.token else []
        """Every token that was sent, the newest last."""
        self.secrets.add(self.token)
        keep_quiet()
        loopback = urlsplit(self.base_url).hostname in {"127.0.0.1", "localhost", "::1"}
        self._http = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": ACCEPTED},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            timeout=httpx.Timeout(self.patience.timeout, connect=self.patience.connect),
            trust_env=not loopback,
            verify=_tls(),
            transport=self.transport,
        )
        keep_deadlines(self._http)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def pause(self, number: int) -> None:
        """Wait before looking for the same thing again, a little longer each time, unless the run is to end."""
        self.budget.hurried.wait(number * self.patience.first_wait)

    def send(
        self,
        call: Call,
        on_answer: Record | None = None,
        on_attempt: Attempting | None = None,
        *,
        clean_up: bool = False,
    ) -> Answer:
        """Make the request, repeat it if that is safe and may help, and return the last answer.

        `on_attempt` is called before each attempt, and whatever it raises ends the call. `clean_up`: the call undoes
        something, and may be made after the run's time is used up.

        What Canvas refused unseen (throttle) or never received is repeated whatever the method; after a 5xx,
        a broken or a foreign answer only methods that may be repeated without harm. A token that was refused twice is
        renewed, where it can be, and the call made again: Canvas refuses a token before it does anything.
        """
        deadline = self.budget.deadline(self.patience.total, clean_up=clean_up or self.cleans_up)
        attempt = partial(self._attempt, call, deadline, on_attempt, on_answer)
        answer = self._send_patiently(call, attempt, deadline)
        if self.renew is None or not is_token_refused(answer):
            return answer
        refused = self._tokens[-1]
        answer = self._send_patiently(call, attempt, deadline)
        if not is_token_refused(answer):
            return answer
        if refused == self._tokens[-1]:
            fresh = self.renew(refused)
            if fresh is None:
                return answer
            if fresh not in self._tokens:
                # Another thread may have brought it, and a newer one, in the meantime.
                self.secrets.add(fresh)
                self._tokens.append(fresh)
        return self._send_patiently(call, attempt, deadline)

    def _attempt(
        self, call: Call, deadline: Deadline, on_attempt: Attempting | None, on_answer: Record | None
    ) -> Answer:
        if on_attempt:
            on_attempt()
        answer = self._once(call, deadline)
        if on_answer:
            on_answer(answer)
        return answer

    def _send_patiently(self, call: Call, attempt: Callable[[], Answer], deadline: Deadline) -> Answer:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_result(lambda answer: worth_repeating(call.method, answer)),
            stop=lambda state: (
                state.attempt_number >= self.patience.attempts
                or self.budget.hurried_at <= time.monotonic()
                or state.upcoming_sleep >= deadline.left
            ),
            sleep=tenacity.sleep_using_event(self.budget.hurried),
            wait=lambda state: self._wait(state, deadline),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        answer: Answer = retrying(attempt)
        return answer

    def owns(self, url: str) -> bool:
        """Whether the URL is on the target itself: scheme, host and port."""
        try:
            ours, theirs = urlsplit(self.base_url), urlsplit(url)
        except ValueError:
            return False
        return (ours.scheme, ours.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())

    def _once(self, call: Call, deadline: Deadline) -> Answer:
        try:
            request = self._request(call, urljoin(self.base_url, self._path_here(call)))
        except (httpx.InvalidURL, ValueError) as error:
            return Answer(call.method, self.base_url, None, fault=f"the address is malformed: {unquoted(str(error))}")
        sent = "" if call.file else request.content.decode("utf-8", "replace")
        queued = time.monotonic()
        with self.pace.slot(own="Authorization" in request.headers) as slot:
            deadline.postpone(time.monotonic() - queued)
            answer = self._exchange(request, sent, deadline.within(self.patience.timeout))
            slot.note(answer.headers.get("x-rate-limit-remaining"), throttled=is_throttled(answer))
        if self.record:
            self.record(answer)
        return answer if call.brings_secrets else answer.masked(self.secrets)

    def _path_here(self, call: Call) -> str:
        return next((path for move in self._moves if (path := move.path(call.method, call.path))), call.path)

    def _request(self, call: Call, url: str) -> httpx.Request:
        body: dict[str, Any] = {}
        if call.has_json:
            # httpx treats json=None as no body at all.
            body = {"content": json.dumps(call.json), "headers": {"Content-Type": "application/json"}}
        elif call.file:
            name, filename, content, kind = call.file
            body = {"data": dict(call.form or {}), "files": [(name, (filename, content, kind))]}
        elif call.form is not None:
            body["data"] = dict(call.form)
        # httpx drops a URL's own query when it is given an empty one.
        query: dict[str, Any] = {"params": list(call.query)} if call.query else {}
        request = self._http.build_request(call.method, url, **body, **query)
        if call.authorized and self._tokens and self.owns(url):
            request.headers["Authorization"] = f"Bearer {self._tokens[-1].reveal()}"
        return request

    def _exchange(self, request: httpx.Request, sent: str, deadline: Deadline) -> Answer:
        url, authorized = str(request.url), "Authorization" in request.headers
        started = time.perf_counter()

        def nothing(fault: str) -> Answer:
            return Answer(request.method, url, None, fault=fault, elapsed_ms=_since(started), sent=sent,
                          authorized=authorized)  # fmt: skip

        if deadline.left <= 0:
            return nothing(too_late(deadline, self.patience.total))
        try:
            with until(deadline), closing(self._http.send(request, stream=True)) as response:
                # Not as httpx decodes them: a chunk of a few bytes may hold megabytes.
                assert isinstance(response.stream, httpx.SyncByteStream)
                encoding = response.headers.get("content-encoding", "")
                body = read_body(response.stream, encoding, response.status_code)
        except UnfitBody as error:
            return nothing(f"{TOO_MUCH}: {error}")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return nothing(fault_of(error, _since(started), deadline))
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(request.method, url, response.status_code, headers, body, None, _since(started), sent,
                        authorized=authorized)  # fmt: skip
        if self.owns(url):
            self.signs.note(answer)
            answer = self.signs.stamped(answer)
        return answer

    def _wait(self, state: tenacity.RetryCallState, deadline: Deadline) -> float:
        answer: Answer | None = state.outcome.result() if state.outcome else None
        asked = retry_after(answer.headers.get("retry-after", "")) if answer else None
        if asked is not None:
            # What cannot be waited for is not tried: before that time it would only be refused again.
            return asked if asked > deadline.left else min(asked, self.patience.longest_wait)
        backoff = tenacity.wait_random_exponential(self.patience.first_wait, self.patience.longest_wait)
        return max(self.patience.first_wait / 2, backoff(state))


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


@contextmanager
def unrecorded(*clients: CanvasClient | None) -> Iterator[None]:
    """A block whose exchanges are in no bundle."""
    known = [client for client in clients if client]
    kept = [client.record for client in known]
    for client in known:
        client.record = None
    try:
        yield
    finally:
        for client, record in zip(known, kept, strict=True):
            client.record = record
