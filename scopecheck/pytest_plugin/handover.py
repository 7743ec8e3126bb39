"""What the controller passes to each worker and gets back, in two steps and never on disk.

A worker starts, imports and collects while the controller talks to Canvas. What it needs for that is in xdist's own
input; what the controller found out, secrets included, it fetches over the broker's line once there are cases to judge.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from scopecheck.bundle.recording import Recording
from scopecheck.model.setup import Setup
from scopecheck.pytest_plugin.options import SETUP_KEY
from scopecheck.transport.broker import BrokerAddress
from scopecheck.transport.broker_line import BrokerLine
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import Renew
from scopecheck.transport.pace import Pacing

CLEANUP_KEY = "scope_conformance_cleanup"
EXCHANGES_KEY = "scope_conformance_exchanges"
RESULT_PROPERTY = "result"
"""The user property that carries a case's result to the controller."""


@dataclass(frozen=True)
class Start:
    """What a worker needs to collect the cases, and to ask for the rest."""

    profile: str
    allure_results: str | None
    """The folder that every worker adds its cases to; xdist passes on the command line, but not options set later."""
    broker: BrokerAddress

    def to_json(self) -> str:
        """As text, because xdist only sends plain types to workers."""
        return msgspec.json.encode(self).decode()

    @staticmethod
    def from_controller(config: pytest.Config) -> Start | None:
        """What this worker received; None in the controller."""
        workerinput = getattr(config, "workerinput", None)
        if not workerinput or SETUP_KEY not in workerinput:
            return None
        return msgspec.json.decode(workerinput[SETUP_KEY], type=Start)

    @property
    def profile_path(self) -> Path:
        """The profile's file."""
        return Path(self.profile)


@dataclass(frozen=True)
class Handover:
    """What the controller found out, which a worker needs to judge its share."""

    setup: Setup
    ends_at: float
    """When the run's time is used up, in seconds since 1970: a worker's other clocks may begin elsewhere."""
    renews: bool
    """Whether a dead token can be renewed at all."""
    recording: Recording | None
    """What a worker needs to record its exchanges; None: nothing is recorded."""

    def to_json(self) -> str:
        """As the broker's line carries it."""
        return msgspec.json.encode(self).decode()


@dataclass(frozen=True)
class Equipment:
    """All that a process judges its share with."""

    setup: Setup
    pace: Pacing
    renew: Renew | None
    budget: Budget
    recording: Recording | None

    @staticmethod
    def fetched(line: BrokerLine) -> Equipment:
        """A worker's: waits until the controller has prepared the run. Raises ControllerGone."""
        found = msgspec.json.decode(line.handover(), type=Handover)
        budget = Budget(found.ends_at - time.time())
        return Equipment(found.setup, line, line.renew if found.renews else None, budget, found.recording)
