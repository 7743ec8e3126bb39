"""Which tests start processes, told by where they stand; any other test that starts one fails.

Such tests have the marker `process`. `scripts/test --quick` leaves them out, and those with the marker `sweep`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final
from zlib import crc32

import pytest

HERE: Final = Path(__file__).parent

STARTING: Final = frozenset(
    {
        "browser", "endtoend", "test_allure_tool", "test_broker", "test_ci_files", "test_command_line",
        "test_fleet_processes", "test_lines", "test_wheel",
    }
)  # fmt: skip
"""Folders and modules whose tests start processes or a browser; so does whoever imports from RUNS."""

RUNS: Final = "tests.selftest.endtoend.runs"
"""Starts whole runs, or has them forked by a server."""

SWEEPING: Final = frozenset(
    {
        "hostile", "setups", "test_account_cases", "test_allure_results", "test_asked_again", "test_asked_twice",
        "test_authorize_command", "test_authorize_refusals", "test_between", "test_bounds", "test_canvasapi",
        "test_case_reports", "test_command_lines", "test_every_profile", "test_foreign_text",
        "test_how_it_is_asked_again", "test_html", "test_id_forms", "test_isolation", "test_journal_checks",
        "test_key_checks", "test_key_command", "test_key_create", "test_key_creation", "test_key_found",
        "test_key_races", "test_key_repair", "test_lease_races", "test_limits_of_reach", "test_live_reads",
        "test_mending_by_command", "test_moved_routes", "test_obstacles", "test_one_step", "test_only_ours",
        "test_permissions", "test_preflight", "test_readme_rows", "test_real_canvas", "test_restore_command",
        "test_role_setups", "test_role_table", "test_roles_on_record", "test_round_trip", "test_sandbox_remove",
        "test_scope_name_cases", "test_scope_states", "test_scopes_json", "test_secrecy", "test_setup_command",
        "test_stripped_headers",
    }
)  # fmt: skip
"""Modules that make a whole run, report or command in this process for each of many states: most of the time that tests
take which start no process."""

THOROUGH: Final = {
    "test_asked_again": 8, "test_asked_twice": 8, "test_between": 6, "test_books": 8, "test_each_fault": 999,
    "test_interrupts": 2, "test_journal_checks": 4, "test_key_checks": 6,
    "test_key_repair": 3, "test_killed_at_a_write_of_four_workers": 3, "test_kills": 2, "test_lease_races": 4,
    "test_limits_of_reach": 2, "test_mending": 10, "test_mending_by_command": 3, "test_only_ours": 8,
    "test_preflight": 4, "test_readme_rows": 2, "test_role_setups": 5, "test_role_table": 8, "test_round_trip": 15,
    "test_scope_name_cases": 3, "test_scope_states": 5, "test_setup_command": 2, "test_whole_commands": 3,
}  # fmt: skip
"""Modules, and tests, with so many long cases that one in so many has to do, but with `scripts/test --thorough`."""

UNIX: Final = frozenset({"sandbox", "test_allure_tool", "test_ci_files", "test_fleet_processes", "test_on_a_terminal"})
"""Where such tests need what Windows has not: signals to groups of processes, scripts for a shell."""

FORKED: Final = "selftest.fork"
"""The audit event that tells of a process that the server was asked to fork."""

_EVENTS: Final = frozenset(
    {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", FORKED}
)
"""Python's audit events for the start of a process."""


class ProcessStarted(Exception):
    """A test started a process without having the marker for it."""


class Guard:
    """Refuses processes while a test runs that must not start one."""

    def __init__(self) -> None:
        self.test = ""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _: tuple[object, ...]) -> None:
        if event in _EVENTS and self.test:
            raise ProcessStarted(
                f"{self.test} starts a process, which {HERE.name}/processes.py does not tell: add its folder or "
                "module to STARTING, or call the code in this process."
            )


def mark(item: pytest.Item) -> None:
    """Mark a test by its place, and by what its module imports."""
    places = {*item.path.relative_to(HERE).with_suffix("").parts}
    if places & SWEEPING:
        item.add_marker("sweep")
    names = {*places, getattr(item, "originalname", "")}
    if any(crc32(item.nodeid.encode()) % THOROUGH[each] for each in names & THOROUGH.keys()):
        item.add_marker("thorough")
    if places & STARTING or _starts_runs(item):
        item.add_marker("process")
        if places & UNIX:
            item.add_marker(pytest.mark.skipif(os.name == "nt", reason="needs signals and a shell of Unix"))


def _starts_runs(item: pytest.Item) -> bool:
    module = item.getparent(pytest.Module)
    return module is not None and any(RUNS in _names(value) for value in vars(module.obj).values())


def _names(value: object) -> tuple[object, object]:
    """The module that a function or class is from, or a module's own name."""
    return getattr(value, "__module__", None), getattr(value, "__name__", None)
