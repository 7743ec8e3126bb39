"""The ways in which an exercise ends early: it cannot be done here, or the scope is not granted."""

from __future__ import annotations

from scopecheck.model.causes import Cause
from scopecheck.model.verdict import Verdict


class Unavailable(Exception):
    """The exercise cannot be done here; the message says why, and the case falls back to its probe."""


class NotGranted(Exception):
    """The exercise ends with a verdict other than granted."""

    def __init__(self, verdict: Verdict, cause: Cause, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.verdict, self.cause, self.message, self.detail = verdict, cause, message, detail
