"""The grant behind CANVAS_REFRESH_TOKEN, which has one access token at a time: a refresh ends the one before.

So whoever refreshes here holds the grant's lock for as long as it uses the token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from scopecheck.config.lock_file import LockFile, LockTaken
from scopecheck.config.settings import Settings
from scopecheck.installation import CLI
from scopecheck.model.secret import Secret

GRANT_WAIT_S: Final = 600.0
"""How long to wait for another run: a run takes a minute, ten with a Canvas that throttles or fails all the time."""

REFRESHED_ELSEWHERE: Final = "another run or program that uses the same CANVAS_REFRESH_TOKEN has probably refreshed it"
"""The likely reason if an access token dies within its hour: the lock does not reach other machines."""

_AT_ONCE_S: Final = 1.0
"""A process that was killed a moment ago may still hold its lock."""


class GrantBusy(Exception):
    """Another run on this machine goes on using the grant."""


@dataclass(frozen=True)
class Grant:
    """What it takes to refresh: the key's ID and secret, and the refresh token."""

    base_url: str
    client_id: str
    secret: Secret
    token: Secret

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The grant that the settings name; None if they do not allow a refresh."""
        client_id, secret, token = settings.client_id, settings.client_secret, settings.refresh_token
        return cls(str(settings.base_url), client_id, secret, token) if client_id and secret and token else None

    @property
    def slug(self) -> str:
        """A file name unique to the grant, from which nobody learns its token."""
        named = "\0".join((self.base_url, self.client_id, self.token.reveal()))
        return f"grant-{hashlib.sha256(named.encode()).hexdigest()[:32]}"


class GrantLock:
    """The exclusive right on this machine to refresh a grant; without a grant there is nothing to lock."""

    def __init__(self, grant: Grant | None) -> None:
        self._lock = LockFile(grant.slug) if grant else None
        self.problem: str | None = None
        """Why it could not be locked, which does not keep the run from using it."""

    def acquire(self, say: Callable[[str], None]) -> Self:
        """Acquire it; where another process has it, say so and wait. Raises GrantBusy."""
        if self._lock is None:
            return self
        try:
            try:
                self._lock.acquire(_AT_ONCE_S)
            except LockTaken:
                say(
                    "Another run or command on this machine is using the same CANVAS_REFRESH_TOKEN, and a refresh "
                    f"would end its access token. Waiting for it to end, for {GRANT_WAIT_S / 60:.0f} minutes at most."
                )
                self._lock.acquire(GRANT_WAIT_S)
        except LockTaken:
            raise GrantBusy(
                "Another run or command on this machine is still using the same CANVAS_REFRESH_TOKEN; nothing was "
                f"sent. Wait until it has ended, or authorize the integration again ({CLI} authorize) "
                "for a refresh token of its own."
            ) from None
        except OSError as error:
            self.problem = (
                f"CANVAS_REFRESH_TOKEN could not be locked against other runs: {self._lock.path} cannot be used as a "
                f"lock file ({error.strerror or error}). Delete it if it is there, and make its folder writable."
            )
        return self

    def release(self) -> None:
        """Release it; does nothing if it was not acquired."""
        if self._lock:
            self._lock.release()


@contextmanager
def locked(settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of the settings' grant, if they name one. Raises GrantBusy."""
    lock = GrantLock(Grant.of(settings)).acquire(say)
    if lock.problem:
        say(lock.problem)
    try:
        yield
    finally:
        lock.release()
