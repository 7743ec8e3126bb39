"""The name of a lease: a file in the sandbox course that says which run is using it, where, and until when."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from scopecheck.sandbox.tag import TAG

_LONGEST: Final = 30
"""Characters of a host's name."""
_TIME: Final = "%Y%m%dT%H%M%SZ"

LEASE: Final = re.compile(
    rf"(?P<tag>{TAG.pattern})-lease-(?P<holder>[A-Za-z0-9-]{{1,{_LONGEST}}})-until-(?P<expires>\d{{8}}T\d{{6}}Z)"
    # Canvas adds a number to a name that another file of the folder has.
    r"(?:-\d+)?\.png"
)
"""The form of such a name."""


@dataclass(frozen=True)
class LeaseName:
    """What the name of a lease says."""

    tag: str
    """The run's."""
    holder: str
    """The machine that the run is on."""
    expires: datetime
    """When the run has certainly ended, on Canvas's clock (UTC, whole seconds)."""

    @classmethod
    def parse(cls, name: object) -> Self | None:
        """What a file's name says; None if the file is no lease."""
        found = LEASE.fullmatch(name) if isinstance(name, str) else None
        if found is None:
            return None
        try:
            expires = datetime.strptime(found["expires"], _TIME).replace(tzinfo=UTC)
        except ValueError:
            # It looks like a time, but there is none such.
            return None
        return cls(found["tag"], found["holder"], expires)

    def __str__(self) -> str:
        return f"{self.tag}-lease-{self.holder}-until-{self.expires:{_TIME}}.png"


def this_machine() -> str:
    """What leases call this machine: its host's name, as far as it is letters, digits and hyphens."""
    host = socket.gethostname().partition(".")[0]
    return re.sub(r"[^A-Za-z0-9]+", "-", host).strip("-")[:_LONGEST] or "unknown"
