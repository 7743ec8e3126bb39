"""The renewal of a token that died during the run: once for all who met it.

A refresh ends the token before, also somebody else's. So a token that was already replaced is never refreshed again.
What an outage prevented is tried again later; what Canvas refused is not.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

from scopecheck.installation import CLI
from scopecheck.key.grant import REFRESHED_ELSEWHERE, Grant
from scopecheck.key.oauth import TokenRefused, refresh
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient

MOST_RENEWALS: Final = 3
"""In one run: a token lives for an hour, so one that dies more often is refreshed by somebody else, whose token each
renewal ends in turn."""

RETRY_S: Final = 15.0
"""How long nobody tries again after an outage, in seconds: else a run waits for the outage with each of its calls."""


class Renewal:
    """The current token of a grant; calling it gives a token in place of a refused one, or None. For many threads."""

    def __init__(
        self,
        grant: Grant,
        first: Secret,
        connect: Callable[[], CanvasClient],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._grant = grant
        self._connect = connect
        self._clock = clock
        self._tokens = [first]
        self._over = False
        self._retry_at = -math.inf
        self._outage: str | None = None
        self._turn = threading.Lock()
        self._notes: list[str] = []

    def __call__(self, refused: Secret) -> Secret | None:
        """The current token, fetched now if it is the refused one; None if there is none to be had."""
        with self._turn:
            if refused != self.current:
                return self.current
            renews = not self._over and self._clock() >= self._retry_at
            return self.current if renews and self._renewed() else None

    @property
    def notes(self) -> list[str]:
        """What happened, in sentences for the run's notes."""
        return [*self._notes, *([self._outage] if self._outage else [])]

    @property
    def tokens(self) -> list[Secret]:
        """Every token so far, the current one last."""
        return list(self._tokens)

    @property
    def current(self) -> Secret:
        """The token to use."""
        return self._tokens[-1]

    def _renewed(self) -> bool:
        if len(self._tokens) > MOST_RENEWALS:
            self._over = True
            self._notes.append(
                f"The access token died again after {MOST_RENEWALS} renewals: {REFRESHED_ELSEWHERE} each time. "
                f"Authorize the integration once for each of them ({CLI} authorize), so that none ends "
                "another's token."
            )
            return False
        try:
            with closing(self._connect()) as client:
                issued = refresh(client, self._grant.client_id, self._grant.secret, self._grant.token)
        except TokenRefused as refused:
            refusal = refused.refusal
            said = f"The access token died during the run and was not renewed. {refusal.message} {refusal.remedy}"
            if refusal.proves_nothing:
                self._outage, self._retry_at = said, self._clock() + RETRY_S
            else:
                self._over, self._outage = True, None
                self._notes.append(said)
            return False
        self._outage = None
        if len(self._tokens) == 1:
            self._notes.append(
                "The access token died during the run and was renewed with CANVAS_REFRESH_TOKEN: "
                f"{REFRESHED_ELSEWHERE}."
            )
        self._tokens.append(issued.access_token)
        return True
