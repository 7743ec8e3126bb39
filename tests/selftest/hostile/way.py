"""The way between the suite and an embedded Canvas in this process, on which faults strike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from functools import partial
from typing import Final, NoReturn, Self

import httpx

from scopecheck.embedded_canvas.app import only_reads
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from tests.selftest.hostile.clock import Timer
from tests.selftest.hostile.exchange import Raw
from tests.selftest.hostile.fault import Fault
from tests.selftest.hostile.places import PLACES
from tests.selftest.hostile.running import Killed
from tests.selftest.hostile.table import FAULTS

TICK_S: Final = 0.03
"""How long a request takes."""


@dataclass
class Active:
    """A fault at one place: it strikes so many of the requests that match, after some that pass."""

    fault: Fault
    place: str
    times: int | None = 1
    skip: int = 0
    seen: int = 0
    struck: int = 0

    def __str__(self) -> str:
        """As `scripts/faults --strike` takes it."""
        return f"{self.fault.name} @ {self.place} #{self.skip + 1} x{self.times or 'all'}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """One as it is printed. Raises ValueError."""
        found = re.fullmatch(r"(.+) @ (.+) #(\d+) x(\d+|all)", text)
        if not found or found[1] not in FAULTS or found[2] not in FAULTS[found[1]].places:
            raise ValueError(f"{text!r} is no fault of the table: NAME @ PLACE #FIRST xTIMES")
        return cls(FAULTS[found[1]], found[2], None if found[4] == "all" else int(found[4]), int(found[3]) - 1)


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
        sent = self.request.headers.get("authorization", "").removeprefix("Bearer ")
        return list(dict.fromkeys([*self.way.secrets, *([sent] if sent else [])]))


@dataclass
class Way(httpx.BaseTransport):
    """A transport to a Canvas."""

    canvas: Callable[[Request], Response | Broken]
    """Answers a request as Canvas does."""
    clock: Timer
    admin_token: str
    secrets: Sequence[str]
    """Those that are set."""
    active: list[Active] = field(default_factory=list)
    late: list[_Late] = field(default_factory=list)
    answers: dict[str, Raw] = field(default_factory=dict)
    last: Raw | None = None
    said: list[str] = field(default_factory=list)
    """Every request with the status of its answer, and the fault that struck."""
    strikes: Counter[str] = field(default_factory=Counter)
    landed: Callable[[Callable[[], object]], object] = lambda land: land()
    """Lands what comes late; whoever keeps books of the course's content watches."""
    meanwhile: Callable[[httpx.Request], None] = lambda _: None
    """What somebody else does right after a request that nothing struck."""
    _strayed: set[str] = field(default_factory=set)
    _left: int | None = None

    def begin(self, active: Iterable[Active] = (), killed_at: int | None = None) -> None:
        """From now on these faults strike; `killed_at`: whoever sends that request is gone before its answer comes."""
        self.active = list(active)
        self._left = killed_at
        self._strayed.clear()
        self.said.append(f"-- {'; '.join(map(str, self.active)) or 'no fault'}")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, as httpx gives it."""
        return self.answer(request).response()

    def answer(self, request: httpx.Request) -> Raw:
        """The answer, as a client gets it; raises what a client raises that gets none."""
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._die(request)
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
        return raw.having(("Date", format_datetime(self.clock.now.astimezone(UTC), usegmt=True)))

    def _die(self, request: httpx.Request) -> NoReturn:
        if self._left == 0:
            request.read()
            self.said.append(f"{request.method} {request.url.path}, and then the run is killed")
            self.deliver(request)
        raise Killed

    def deliver(self, request: httpx.Request) -> Raw:
        """Canvas's answer, remembered."""
        answer = self.canvas(as_canvas_gets_it(request))
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
            self.landed(partial(self.canvas, each.request))

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
            each.seen += 1
            if each.seen <= each.skip:
                continue
            if each.times is not None and each.struck >= each.times:
                continue
            section = section_of(asked)
            if each.fault.is_stray and section in self._strayed:
                continue
            if each.fault.is_stray:
                self._strayed.add(section)
            each.struck += 1
            self.strikes[each.fault.name] += 1
            return each
        return None


_WORD: Final = re.compile(r"[a-z_]+(-[a-z]+)*")
_STORES: Final = {"files_api": "files", "canvas-uploads": "files"}


def section_of(asked: str) -> str:
    """What kind of object a request is about: `pages` for the list, for one of them, and for any verb."""
    path = asked.partition(" ")[2].removeprefix("/api/v1")
    names = [name for name in path.split("/") if _WORD.fullmatch(name) and name != "self"]
    below = [name for name in names if name not in {"courses", "accounts"}]
    found = below[0] if below else names[-1] if names else path
    return _STORES.get(found, found)


def as_canvas_gets_it(request: httpx.Request) -> Request:
    """A request in the embedded Canvas's own form."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, path, query, headers, request.content, request.url.scheme)


def writes(request: httpx.Request) -> bool:
    """Whether a request could change something in Canvas."""
    return not only_reads(as_canvas_gets_it(request))
