"""What is said of a call that got no answer; how each text starts decides whether it is made again (`retries`)."""

from __future__ import annotations

import httpx

from scopecheck.model.answer import OUT_OF_TIME
from scopecheck.model.told import unquoted
from scopecheck.transport.budget import Deadline
from scopecheck.transport.certificates import certificate_fault
from scopecheck.transport.retries import BROKEN_OFF, LET_GO, NEVER_SENT, TIMED_OUT


def too_late(deadline: Deadline, total: float) -> str:
    """The fault of a call that was not sent, because no time was left; `total` is what it had in all."""
    if deadline.run_is_over:
        return f"{OUT_OF_TIME}; nothing was sent"
    return f"{LET_GO} before it was sent" if deadline.let_go else f"{TIMED_OUT} {total:.0f} s"


def fault_of(error: Exception, elapsed_ms: int, deadline: Deadline) -> str:
    """The fault of a call that this error ended."""
    refused = certificate_fault(error)
    if refused:
        return refused
    if deadline.let_go and deadline.left <= 0:
        return f"{LET_GO} after {elapsed_ms / 1000:.0f} s"
    if deadline.run_is_over:
        return f"{OUT_OF_TIME} while Canvas did not answer"
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return f"{NEVER_SENT}: {unquoted(str(error)) or 'timeout'}"
    if isinstance(error, httpx.TimeoutException):
        return f"{TIMED_OUT} {elapsed_ms / 1000:.0f} s"
    return f"{BROKEN_OFF}: {unquoted(str(error)) or type(error).__name__}"
