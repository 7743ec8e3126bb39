"""Each token's leaky bucket (request_throttle.rb): full at 600 units, leaks 10 a second, 50 reserved per request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from scopecheck.embedded_canvas.http import Request, Response, text_response
from scopecheck.embedded_canvas.params import nest
from scopecheck.embedded_canvas.sessions import session_id
from scopecheck.embedded_canvas.tokens import TOKEN_PATH, token_text

RESERVED: Final = 50.0
"""Units reserved for a request until its actual cost is known."""
LEAK_PER_SECOND: Final = 10.0
_COST: Final = 0.5
"""A request's actual cost; Canvas measures CPU and database seconds."""
_TOKEN_COST: Final = 200.0
"""What issuing a token costs besides (oauth2_provider_controller.rb)."""


Identity: TypeAlias = tuple[str, str]
"""A kind (`token`, `session`, `address`) and a value."""


@dataclass
class _Bucket:
    count: float = 0.0
    seen: float = field(default_factory=time.monotonic)


class Throttle:
    """One bucket for each identity."""

    def __init__(self, size: int, *, enabled: bool) -> None:
        self._size = size
        self._enabled = enabled
        self._buckets: dict[Identity, _Bucket] = {}
        self._turn = threading.Lock()

    def enter(self, identity: Identity) -> bool:
        """Reserve units for a request; False if the bucket is full."""
        with self._turn:
            bucket = self._leaked(identity)
            if self._enabled and bucket.count + RESERVED >= self._size:
                return False
            bucket.count += RESERVED
            return True

    def leave(self, identity: Identity, cost: float) -> None:
        """Replace the reservation with the actual cost."""
        with self._turn:
            bucket = self._leaked(identity)
            bucket.count = max(0.0, bucket.count - RESERVED + cost)

    def remaining(self, identity: Identity) -> tuple[tuple[str, str], ...]:
        """The header about what is left, also in refusals: their reservation is released, so it can be positive."""
        if identity[0] == "session":
            return ()
        with self._turn:
            left = self._size - self._leaked(identity).count
        return (("X-Rate-Limit-Remaining", f"{left:.1f}"),)

    def _leaked(self, identity: Identity) -> _Bucket:
        bucket = self._buckets.setdefault(identity, _Bucket())
        present = time.monotonic()
        bucket.count = max(0.0, bucket.count - (present - bucket.seen) * LEAK_PER_SECOND)
        bucket.seen = present
        return bucket


def identity(request: Request) -> Identity:
    """Whose bucket a request fills: its token's (known or not, from header or query), else session, else address."""
    token = token_text(request, nest(parse_qsl(request.query)))
    if token is not None:
        return "token", token
    session = session_id(request)
    return ("session", session) if session else ("address", "loopback")


def cost_of(request: Request) -> float:
    """The request's actual cost."""
    issues_token = (request.method, request.path) == ("POST", TOKEN_PATH)
    return _COST + (_TOKEN_COST if issues_token else 0.0)


def cost_header(identity: Identity, cost: float) -> tuple[tuple[str, str], ...]:
    """The header about the cost, which refusals lack; none for a browser with a session alone."""
    return () if identity[0] == "session" else (("X-Request-Cost", str(cost)),)


def refusal(status: int = 403) -> Response:
    """The answer when the bucket is full, given before the token is looked at."""
    reason = {403: "Forbidden", 429: "Too Many Requests"}[status]
    return text_response(f"{status} {reason} (Rate Limit Exceeded)\n", status)


def is_refusal(answer: Response) -> bool:
    """Whether the answer is the throttle's."""
    return answer.body.endswith(b"(Rate Limit Exceeded)\n")
