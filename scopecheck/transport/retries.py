"""Which requests are retried, and after how long: only if that is safe and may help."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, PASSING, Reading, read
from scopecheck.canvas.signs import is_from_canvas
from scopecheck.model.answer import Answer
from scopecheck.transport.certificates import REFUSED

NEVER_SENT: Final = "could not connect"
"""How the fault starts if a request never reached the target."""
TIMED_OUT: Final = "no answer within"
"""How the fault starts if a request may have reached the target, which did not answer in time."""
BROKEN_OFF: Final = "the connection broke off"
"""How the fault starts if the connection ended before an answer was complete."""

TOO_MUCH: Final = "the answer was not read"
"""How the fault starts if an answer was longer than any of Canvas's, or could not be decoded within bounds."""
LET_GO: Final = "interrupted"
"""How the fault starts if an interrupt ended the call, which may have reached the target."""

_NOT_AGAIN: Final = (TOO_MUCH, LET_GO)

_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


_REFUSED_TOKEN: Final = DEAD_TOKEN - {Reading.UNAUTHENTICATED}


def is_throttled(answer: Answer) -> bool:
    """Whether Canvas refused the request without looking at it, because the token's bucket was full."""
    return read(answer) is Reading.THROTTLED


def is_token_refused(answer: Answer) -> bool:
    """Whether Canvas says that the token itself is no longer valid."""
    return answer.authorized and read(answer) in _REFUSED_TOKEN


def worth_repeating(method: str, answer: Answer) -> bool:
    """Whether the same request, made again, may get another answer and do no harm."""
    reading = read(answer)
    if reading is Reading.THROTTLED or (answer.fault or "").startswith(NEVER_SENT):
        return True
    if reading is Reading.OUT_OF_TIME or (answer.fault or "").startswith(_NOT_AGAIN):
        return False
    may_differ = reading is Reading.MISDIRECTED or (reading in PASSING and not _settled(answer))
    return may_differ and method in _IDEMPOTENT


def _settled(answer: Answer) -> bool:
    """A 404 or 403 page from other software will not become Canvas on a retry, nor a certificate another one."""
    return (answer.fault or "").startswith(REFUSED) or (answer.status is not None and 400 <= answer.status < 500)


def may_have_landed(answer: Answer) -> bool:
    """Whether a write got no answer that tells if it has taken effect: then it may still do so.

    That is so after a fault, and after an answer of other software, which may or may not have passed the request on.
    """
    if (answer.fault or "").startswith(NEVER_SENT):
        return False
    if not answer.authorized:
        # The storage of uploads: it refuses with a 4xx, and leads on with a 3xx.
        return answer.status is None or answer.status >= 500
    reading = read(answer)
    strange = reading in {Reading.UNAUTHENTICATED, Reading.UNCLEAR} and not is_from_canvas(answer.headers)
    return strange or reading is Reading.REDIRECTED or reading in PASSING - {Reading.THROTTLED}


def retry_after(value: str) -> float | None:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110)."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
