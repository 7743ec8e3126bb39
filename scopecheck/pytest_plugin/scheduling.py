"""xdist's scheduler for the cases: each group stays on one worker.

xdist's own `--dist loadgroup` would do, but xdist 3.8 writes the group to an attribute of the item that pytest 9.2 no
longer reads, so it spreads the groups over all workers, which then get in each other's way.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

from scopecheck.model.profile import Requirement
from scopecheck.pytest_plugin.groups import assign_groups


class GroupScheduling(LoadScopeScheduling):
    """Sends whole groups to workers."""

    def __init__(self, config: pytest.Config, log: object, requirements: Sequence[Requirement]) -> None:
        super().__init__(config, log)
        self._groups = assign_groups(requirements, len(config.getoption("tx")))

    def _split_scope(self, nodeid: str) -> str:
        return str(self._groups.get(scope_of(nodeid), 0))


def scope_of(nodeid: str) -> str:
    """The parameter in a case's node ID: its scope, or the name of its key check."""
    return nodeid.partition("[")[2].removesuffix("]")
