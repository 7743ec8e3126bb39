"""The way between the suite and an embedded Canvas in this process, on which faults strike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from typing import Final

import httpx

from embedded_canvas.app import Canvas, only_reads
from embedded_canvas.faults import Broken
from embedded_canvas.http import Request
from embedded_canvas.routing import find
from tests.selftest.hostile.clock import Clock
from tests.selftest.hostile.exchange import Exchange, Raw
from tests.selftest.hostile.fault import Fault
from tests.selftest.hostile.places import PLACES

TICK_S: Final = 0.03
"""How long a request takes."""


@dataclass
class Active:
    """A fault at one place: it strikes so many of the requests that match, after some that pass."""

    fault: Fault
    place: str
    times: int | None = 1
    skip: int = 0
    struck: int = 0

    def __str__(self) -> str:
        """As the option of `scripts/faults` names it."""
        return f"{self.fault.name} @ {self.place} #{self.skip + 1} x{self.times or 'all'}"


@dataclass
class _Late:
    request: Request
    due: float
    after: int
    """How many requests for the same thing have to come first."""

    @property
    def thing(self) -> str:
        return f"{self.request.method} {self.request.path}"


@dataclass
class _Struck:
    """One request that a fault strikes (`Exchange`)."""

    way: Way
    request: httpx.Request
    seconds: float

    def deliver(self, request: httpx.Request | None = None) -> Raw:
        return self.way.deliver(request or self.request)

    def deliver_later(self, *, seconds: float = 0.0, after: int = 0) -> None:
        self.way.late.append(_Late(as_canvas_gets_it(self.request), self.way.clock.passed + seconds, after))

    def ask(self, path: str, *, admin: bool = False) -> Raw:
        headers = {name: value for name, value in self.request.headers.items() if name in {"authorization", "host"}}
        if admin:
            headers["authorization"] = f"Bearer {self.way.admin_token}"
        return self.way.deliver(httpx.Request("GET", self.request.url.join(path), headers=headers))

    def earlier(self) -> Raw | None:
        return self.way.answers.get(f"{self.request.method} {self.request.url}")

    def last(self) -> Raw | None:
        return self.way.last

    def wait(self, seconds: float) -> None:
        self.way.clock.let_pass(min(seconds, self.seconds))
        if seconds > self.seconds:
            raise httpx.ReadTimeout("The read operation timed out", request=self.request)

    @property
    def known_secrets(self) -> Sequence[str]:
        return self.way.secrets


@dataclass
class Way(httpx.BaseTransport):
    """A transport to a Canvas."""

    canvas: Canvas
    clock: Clock
    admin_token: str
    secrets: Sequence[str]
    active: list[Active] = field(default_factory=list)
    late: list[_Late] = field(default_factory=list)
    answers: dict[str, Raw] = field(default_factory=dict)
    last: Raw | None = None
    said: list[str] = field(default_factory=list)
    """Every request with the status of its answer, and the fault that struck."""
    strikes: Counter[str] = field(default_factory=Counter)
    landed: Callable[[Request, Callable[[], None]], None] = lambda _, land: land()
    """Lands what comes late; whoever keeps books of the course's content watches."""
    meanwhile: Callable[[httpx.Request], None] = lambda _: None
    """What somebody else does right after a request that nothing struck."""
    _stray: set[tuple[str, str]] = field(default_factory=set)

    def begin(self, active: Iterable[Active] = ()) -> None:
        """From now on these faults strike."""
        self.active = list(active)
        self._stray.clear()
        self.said.append(f"-- {'; '.join(map(str, self.active)) or 'no fault'}")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, as a client gets it."""
        self.clock.let_pass(TICK_S)
        request.read()
        self.land()
        struck = self._struck_by(request)
        timeout = request.extensions.get("timeout", {}).get("read") or 30.0
        asked = f"{request.method} {request.url.raw_path.decode()}"
        try:
            raw = struck.fault.effect(_Struck(self, request, timeout)) if struck else self.deliver(request)
        except httpx.HTTPError as error:
            self.said.append(f"{asked} -> {type(error).__name__} [{struck}]")
            raise
        self.said.append(f"{asked} -> {raw.status}{f' [{struck}]' if struck else ''}")
        self._came(request)
        if not struck:
            self.meanwhile(request)
        return raw.having(("Date", format_datetime(self.clock.now.astimezone(UTC), usegmt=True))).response()

    def deliver(self, request: httpx.Request) -> Raw:
        """Canvas's answer, remembered."""
        answer = self.canvas.handle(as_canvas_gets_it(request))
        assert not isinstance(answer, Broken), "its faults are not those of this table"
        # Cookies are taken from nobody (tests/selftest/transport), and reading them takes longer than all else.
        raw = Raw(answer.status, answer.body, tuple(answer.headers)).without("set-cookie")
        self.answers[f"{request.method} {request.url}"] = self.last = raw
        return raw

    def land(self) -> None:
        """Land what is due."""
        due = [each for each in self.late if each.due <= self.clock.passed and each.after <= 0]
        for each in due:
            self.late.remove(each)
            self.said.append(f"   lands late: {each.thing}")
            self.landed(each.request, lambda request=each.request: self.canvas.handle(request))  # type: ignore[misc]

    def _came(self, request: httpx.Request) -> None:
        thing = f"{request.method} {request.url.raw_path.partition(b'?')[0].decode()}"
        for each in self.late:
            each.after -= each.thing == thing
        self.land()

    def _struck_by(self, request: httpx.Request) -> Active | None:
        asked = f"{request.method} {request.url.raw_path.partition(b'?')[0].decode()}"
        for each in self.active:
            if not re.fullmatch(PLACES[each.place], asked):
                continue
            if each.skip:
                each.skip -= 1
                continue
            if each.times is not None and each.struck >= each.times:
                continue
            if each.fault.stray and not self._is_first(asked):
                continue
            each.struck += 1
            self.strikes[each.fault.name] += 1
            return each
        return None

    def _is_first(self, asked: str) -> bool:
        """Whether none that looks like Canvas's own answer has struck requests under this scope in this run.

        What says twice that a scope is missing is not told from Canvas by anybody.
        """
        verb, _, path = asked.partition(" ")
        found = find(verb, path, self.canvas.config)
        thing = (verb, found[0].pattern if found else path)
        first = thing not in self._stray
        self._stray.add(thing)
        return first


def as_canvas_gets_it(request: httpx.Request) -> Request:
    """A request in the embedded Canvas's own form."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, path, query, headers, request.content, request.url.scheme)


def writes(request: httpx.Request) -> bool:
    """Whether a request could change something in Canvas."""
    return not only_reads(as_canvas_gets_it(request))


__all__ = ["Active", "Exchange", "Way", "as_canvas_gets_it", "writes"]
