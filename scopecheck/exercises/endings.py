"""The ways in which an exercise ends early: it cannot be done here, or the scope is not granted."""

from __future__ import annotations

from collections.abc import Sequence

from scopecheck.model.causes import Cause
from scopecheck.model.verdict import Verdict


class Unavailable(Exception):
    """The exercise cannot be done here; the message says why, and the case falls back to its probe."""


class NotGranted(Exception):
    """The exercise ends with a verdict other than granted."""

    def __init__(
        self, verdict: Verdict, cause: Cause, message: str, detail: str = "", refused_in: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.refused_in = list(refused_in)
        """The live courses in which it ended so, if it did not in others."""
        self.verdict, self.cause, self.message, self.detail = verdict, cause, message, detail


class NotAsked(NotGranted):
    """The same where no answer to the case says so, but what is known already: asking again would change nothing."""
