"""What the controller passes to each worker and gets back: JSON text in xdist's own channel, never on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from scopecheck.bundle.recorder import Recording
from scopecheck.model.setup import Setup
from scopecheck.pytest_plugin.options import SETUP_KEY
from scopecheck.transport.broker import BrokerAddress

CLEANUP_KEY = "scope_conformance_cleanup"
EXCHANGES_KEY = "scope_conformance_exchanges"
RESULT_PROPERTY = "result"
"""The user property that carries a case's result to the controller."""


@dataclass(frozen=True)
class Handover:
    """Everything a worker needs to judge its share."""

    setup: Setup
    profile: str
    allure_results: str | None
    """The folder that every worker adds its cases to; xdist passes on the command line, but not options set later."""
    ends_at: float
    """When the run's time is used up, in seconds since 1970: a worker's other clocks may begin elsewhere."""
    broker: BrokerAddress | None = None
    """Where a worker gets its share of the token's allowance; None without xdist."""
    recording: Recording | None = None
    """What a worker needs to record its exchanges; None: nothing is recorded."""

    def to_json(self) -> str:
        """As text, because xdist only sends plain types to workers."""
        return msgspec.json.encode(self).decode()

    @staticmethod
    def from_worker(config: pytest.Config) -> Handover | None:
        """What this worker received; None in the controller."""
        workerinput = getattr(config, "workerinput", None)
        if not workerinput or SETUP_KEY not in workerinput:
            return None
        return msgspec.json.decode(workerinput[SETUP_KEY], type=Handover)

    @property
    def profile_path(self) -> Path:
        """The profile's file."""
        return Path(self.profile)
