"""What the caller decides about a run beside its settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from scopecheck.canvas.scope_names import Names
from scopecheck.config.settings import Settings
from scopecheck.model.secret import Secret
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient, Patience, Record, Renew, Transport
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace
from scopecheck.transport.signs_latch import SignsLatch

TOKEN: Final = "token"
ADMIN: Final = "admin"
"""Whose calls a client makes: those of the token being tested, or of the administrator's."""


def stamp(moment: datetime) -> str:
    """A time (UTC) as reports have it: `2026-01-01T00:00:00Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Plan:
    """One run or command to come."""

    tag: str
    started_at: str
    _: KW_ONLY
    allow_students: bool = False
    patience: Patience = field(default_factory=Patience)
    transport: Transport | None = None
    """For a Canvas in this process; None means the network."""
    signs: SignsLatch = field(default_factory=SignsLatch)
    """What the target's answers to any client of this process have carried, and whether it accepts the token."""
    record: Callable[[str], Record] | None = None
    """Gives what records the answers of a client, by whose calls it makes; None: nothing is recorded."""

    budget: Budget = field(default_factory=Budget)
    """The run's time."""
    pace: Pace = field(default_factory=lambda: Pace(ALL_IN_FLIGHT))
    """The pace of the token's requests, of all processes together."""

    def client(
        self,
        settings: Settings,
        token: Secret | None,
        pace: Pace,
        renew: Renew | None = None,
        names: Names = MappingProxyType({}),
        *,
        cleans_up: bool = False,
    ) -> CanvasClient:
        """A client to the target, whose own names of scopes may be known."""
        who = ADMIN if token and token == settings.admin_token else TOKEN
        signs = self.signs if who == TOKEN else SignsLatch(beside=self.signs)
        return CanvasClient(str(settings.base_url), token, pace, self.patience, self.transport, signs=signs,
                            renew=renew, record=self.record(who) if self.record else None, names=names,
                            budget=self.budget, cleans_up=cleans_up, secrets=settings.known)  # fmt: skip
