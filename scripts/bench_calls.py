"""The calls of one run, as a pytest plug-in (`-p scripts.bench_calls`) sees them: whose, what, when, one by one.

For a run in a single process (`-n 0`). From them come the longest chain of dependent calls, and the peers' calls.
"""

from __future__ import annotations

import base64
import os
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import httpx
import msgspec

from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.answer import Answer
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import ScopeResult
from scopecheck.pytest_plugin import worker
from scopecheck.transport.budget import Deadline
from scopecheck.transport.client import CanvasClient

FILE: Final = "BENCH_CALLS"
"""The environment variable that says where to write them."""


class Made(msgspec.Struct, frozen=True):
    """One call, without the token."""

    scope: str
    """Whose case made it; empty for those before and after the cases."""
    began: float
    ended: float
    method: str
    path: str
    """With its query; empty for one that goes where the answer before it has sent it."""
    kind: str
    """The body's content type."""
    body: str
    """In Base64; of an upload the file alone, for the rest is in the answer before it."""
    authorized: bool
    status: int | None


class Calls(msgspec.Struct, frozen=True):
    """A run's calls, each group in the order in which they began."""

    before: list[Made]
    cases: dict[str, list[Made]]
    after: list[Made]

    @classmethod
    def of(cls, made: Iterable[Made]) -> Calls:
        """Sorted into what comes before the cases, the cases, and what comes after them."""
        in_order = sorted(made, key=lambda each: each.began)
        cases: dict[str, list[Made]] = {}
        for each in in_order:
            if each.scope:
                cases.setdefault(each.scope, []).append(each)
        first = min(each.began for calls in cases.values() for each in calls)
        others = [each for each in in_order if not each.scope]
        before = [each for each in others if each.began < first]
        return cls(before, cases, others[len(before) :])

    @property
    def chain(self) -> int:
        """How many calls the longest chain has of which each needs the one before.

        A case makes its calls one by one, so the longest case counts, and what waits for a free slot does not.
        """
        return _in_turn(self.before) + max(map(len, self.cases.values())) + _in_turn(self.after)


def _in_turn(calls: Sequence[Made]) -> int:
    """The most calls of which each began when the one before had ended."""
    count, ended = 0, 0.0
    for each in sorted(calls, key=lambda each: each.ended):
        if each.began >= ended:
            count, ended = count + 1, each.ended
    return count


_CURRENT = threading.local()
_MADE: list[Made] = []
_exchange = CanvasClient._exchange


def _judge(requirement: Requirement, run: RunContext) -> ScopeResult:
    _CURRENT.scope = str(requirement.scope)
    return judge(requirement, run)


def _noted(client: CanvasClient, request: httpx.Request, sent: str, deadline: Deadline) -> Answer:
    began = time.perf_counter()
    answer = _exchange(client, request, sent, deadline)
    ended = time.perf_counter()
    path, kind, body = request.url.raw_path.decode(), request.headers.get("content-type", ""), request.read()
    uploads = kind.startswith("multipart/")
    sent_there = uploads or str(request.url) == getattr(_CURRENT, "location", None)
    _CURRENT.location = answer.headers.get("location")
    _MADE.append(
        Made(
            getattr(_CURRENT, "scope", ""),
            began,
            ended,
            request.method,
            "" if sent_there else path,
            kind.partition(";")[0],
            base64.b64encode(_file_in(body) if uploads else body).decode(),
            "Authorization" in request.headers,
            answer.status,
        )
    )
    return answer


def _file_in(form: bytes) -> bytes:
    """The file that a form ends with."""
    return form.rpartition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0]


def pytest_configure() -> None:
    worker.judge = _judge  # type: ignore[attr-defined]
    CanvasClient._exchange = _noted  # type: ignore[assignment, method-assign]


def pytest_unconfigure() -> None:
    Path(os.environ[FILE]).write_bytes(msgspec.json.encode(Calls.of(_MADE)))


def load(path: Path) -> Calls:
    """What a run has written."""
    return msgspec.json.decode(path.read_bytes(), type=Calls)
