"""The leaky bucket of each token (request_throttle.rb): full at 600 units, 10 leak a second, 50 reserved in flight."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Final

from embedded_canvas.http import Response, text_response

RESERVED: Final = 50.0
"""Units that a request in flight holds until its true cost is known."""
LEAK_PER_SECOND: Final = 10.0
_COST: Final = 0.5
"""What a request costs in the end; Canvas measures CPU and database seconds."""


@dataclass
class _Bucket:
    count: float = 0.0
    seen: float = field(default_factory=time.monotonic)


class Throttle:
    """One bucket for each identity."""

    def __init__(self, size: int, *, enabled: bool) -> None:
        self._size = size
        self._enabled = enabled
        self._buckets: dict[str, _Bucket] = {}
        self._turn = threading.Lock()

    def enter(self, identity: str) -> bool:
        """Reserve for a request; False where the bucket is full."""
        with self._turn:
            bucket = self._leaked(identity)
            if self._enabled and bucket.count + RESERVED > self._size:
                return False
            bucket.count += RESERVED
            return True

    def leave(self, identity: str) -> None:
        """Replace the reservation by the true cost."""
        with self._turn:
            bucket = self._leaked(identity)
            bucket.count = max(0.0, bucket.count - RESERVED + _COST)

    def headers(self, identity: str) -> tuple[tuple[str, str], tuple[str, str]]:
        """What Canvas says of cost and remainder."""
        with self._turn:
            remaining = self._size - self._leaked(identity).count
        return ("X-Request-Cost", str(_COST)), ("X-Rate-Limit-Remaining", f"{remaining:.1f}")

    def _leaked(self, identity: str) -> _Bucket:
        bucket = self._buckets.setdefault(identity, _Bucket())
        present = time.monotonic()
        bucket.count = max(0.0, bucket.count - (present - bucket.seen) * LEAK_PER_SECOND)
        bucket.seen = present
        return bucket


def refusal(status: int = 403) -> Response:
    """What Canvas answers when the bucket is full, before it looks at the token."""
    reason = {403: "Forbidden", 429: "Too Many Requests"}[status]
    return text_response(f"{status} {reason} (Rate Limit Exceeded)\n", status)
