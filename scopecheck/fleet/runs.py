"""Runs a fleet: a process for each target, and the overview of all when the last one has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from scopecheck.config.atomic_write import write_whole
from scopecheck.config.settings import LEASE_WAIT_S, RUN_S
from scopecheck.config.targets_file import Target
from scopecheck.fleet.outcomes import Reading, Results
from scopecheck.fleet.process import Child, Process, Start
from scopecheck.fleet.surroundings import surroundings, unset_variables
from scopecheck.fleet.timetable import Ended, Task, Timetable
from scopecheck.key.grant import GRANT_WAIT_S
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.fleet_document import Ending, FleetDocument, TargetOutcome, worst
from scopecheck.model.secret import KnownSecrets, Secret
from scopecheck.report.fleet.document import FLEET_JSON, MATRIX, OVERVIEW, earlier_seconds, encode
from scopecheck.report.fleet.page import matrix, overview
from scopecheck.run.plan import stamp
from scopecheck.transport.budget import CLEAN_UP_S

_MARGIN_S: Final = 60.0
"""For the start of a run on a busy machine, and its reports."""

Launch = Callable[[Start], Process]


@dataclass(frozen=True)
class Orders:
    """What a fleet is to do."""

    targets: Sequence[Target]
    reports: Path
    """The folder for all reports, in which each target has its own."""
    folder: Path
    """The folder in which processes are started."""
    environment: Mapping[str, str]
    """The caller's."""
    secrets: Mapping[str, str]
    """The values of all variables that hold any target's secret, as far as they are set."""
    command: Sequence[str]
    """What to start for each target."""
    jobs: int
    preflight: bool = False
    limit_s: float | None = None
    """How long each may take; None: by its own settings."""


@dataclass
class Fleet:
    """One fleet, from its start to its overview."""

    orders: Orders
    tell: Callable[[TargetOutcome], None]
    """Hears of each target as it ends."""
    wait: Callable[[], None] = lambda: None
    """Called while nothing happens, many times a second."""
    launch: Launch | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    timetable: Timetable = field(init=False)

    def __post_init__(self) -> None:
        self.timetable = Timetable(self.orders.jobs, self.clock, self.sleep)
        # Whatever they are called: what is inherited is everybody's.
        known, given = self.orders.secrets, self.orders.environment
        self._inherited = {name: value for name, value in given.items() if name not in known}
        self._known = KnownSecrets(map(Secret, self.orders.secrets.values()))
        self._earlier = earlier_seconds(self.orders.reports / FLEET_JSON)

    def run(self) -> FleetDocument:
        """Run all, write the overview, and return what it says. Raises OSError if a folder cannot be written."""
        started, began = datetime.now(UTC), self.clock()
        readings: dict[str, Reading] = {}
        wrong = [ended for target in self.orders.targets if (ended := self._unstartable(target))]
        results = {target.name: self._results(target) for target in self.orders.targets}
        names = {ended.name for ended in wrong}
        tasks = [self._task(target) for target in self.orders.targets if target.name not in names]
        with closing(self.timetable.run(tasks)) as running:
            for ended in chain(wrong, running):
                if ended is None:
                    self.wait()
                    continue
                readings[ended.name] = results[ended.name].read(ended, stamp(started))
                self.tell(readings[ended.name].outcome)
        found = FleetDocument(
            schema=1,
            exit_code=worst([reading.outcome.exit_code for reading in readings.values()]),
            preflight=self.orders.preflight,
            started_at=stamp(started),
            duration_s=round(self.clock() - began, 1),
            jobs=self.orders.jobs,
            targets=[readings[target.name].outcome for target in self.orders.targets],
        )
        self._write(found, readings)
        return found

    def _results(self, target: Target) -> Results:
        return Results(target, self.orders.reports / target.folder, self._known, preflight=self.orders.preflight)

    def _unstartable(self, target: Target) -> Ended | None:
        """How a target ends for which nothing can be started, which stops no other; None for all others."""
        problems = [] if self.orders.preflight else unset_variables(target, self.orders.secrets)
        folder = self.orders.reports / target.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problems.append(f"{folder} cannot be used as a folder for reports ({error.strerror}); remove it.")
        why = " ".join(problems)
        return Ended(target.name, ExitCode.WRONG_SETTINGS, Ending.NOT_STARTED, why=why) if why else None

    def _task(self, target: Target) -> Task:
        folder = self.orders.reports / target.folder
        secrets = None if self.orders.preflight else self.orders.secrets
        environment = surroundings(target, folder.absolute(), self._inherited, secrets)
        start = Start(self.orders.command, environment, folder, keeps_document=self.orders.preflight)
        launch = self.launch or partial(Child, folder=self.orders.folder)
        return Task(
            target.name,
            partial(launch, start),
            self.orders.limit_s or limit_of(target, preflight=self.orders.preflight),
            frozenset() if self.orders.preflight else claims_of(target, environment),
            self._earlier.get(target.name, float("inf")),
        )

    def _write(self, found: FleetDocument, readings: Mapping[str, Reading]) -> None:
        documents = {name: each.document for name, each in readings.items() if each.document}
        write_whole(self.orders.reports / FLEET_JSON, encode(found))
        if found.preflight:
            (self.orders.reports / MATRIX).unlink(missing_ok=True)
        else:
            write_whole(self.orders.reports / MATRIX, matrix(found, documents))
        write_whole(self.orders.reports / OVERVIEW, overview(found))


def limit_of(target: Target, *, preflight: bool = False) -> float:
    """How many seconds a target's process may take before it must be hanging: its own limits, and some to spare."""
    run = _seconds(target, "CANVAS_RUN_SECONDS", RUN_S)
    if preflight:
        return run + _MARGIN_S
    waits = _seconds(target, "CANVAS_LEASE_WAIT_SECONDS", LEASE_WAIT_S)
    waits += GRANT_WAIT_S if "CANVAS_REFRESH_TOKEN" in target.secrets else 0.0
    # What earlier runs left is undone before the run, what it changed itself after it.
    return run + waits + 2 * CLEAN_UP_S + _MARGIN_S


def claims_of(target: Target, environment: Mapping[str, str]) -> frozenset[object]:
    """What two targets may not use at once: they would wait for each other, and keep others waiting meanwhile."""
    host = target.settings.get("CANVAS_BASE_URL", "").rstrip("/").lower()
    course = unquote(target.settings.get("CANVAS_SANDBOX_COURSE_ID", ""))
    token = environment.get("CANVAS_REFRESH_TOKEN", "").strip()
    return frozenset(
        claim
        for claim, is_one in ((("course", host, course), course), (("grant", host, Secret(token)), token))
        if host and is_one
    )


def _seconds(target: Target, variable: str, default: float) -> float:
    given = target.settings.get(variable, "")
    # Anything else is a wrong setting, and the process ends with that at once.
    return float(given) if given.isascii() and given.isdigit() and len(given) < 10 else default
