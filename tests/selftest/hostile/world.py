"""An embedded Canvas, faults on the way to it, other people in it, and the books on what has to be in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from unittest.mock import patch

import httpx

from scopecheck.config import lock_file
from scopecheck.config.settings import RUN_S, Settings
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import BEGAN, COLLEAGUE, KEY, OTHER_COURSE, SANDBOX
from scopecheck.embedded_canvas.records import File, Folder
from scopecheck.embedded_canvas.tables import Tables
from scopecheck.model import causes
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import Proof, Verdict
from scopecheck.transport.budget import CLEAN_UP_S
from tests.selftest.exercises.sweep import ALLY, settings_for
from tests.selftest.hostile import running
from tests.selftest.hostile.clock import Clock, virtual
from tests.selftest.hostile.content import Wanted, changed, inside, outside
from tests.selftest.hostile.findings import Figures, Finding, Wrong
from tests.selftest.hostile.others import Edit
from tests.selftest.hostile.quick import quick
from tests.selftest.hostile.running import Killed, Ran
from tests.selftest.hostile.states import State
from tests.selftest.hostile.told import ADMIN, CLIENT, REFRESH, TOKEN, told
from tests.selftest.hostile.way import Active, Way, writes

BASE: Final = f"https://canvas-{os.getpid()}.test"
"""One for each process: the suite allows one run at a course on one machine."""

SETTLES_S: Final = 600.0
"""After so long nothing that the table has delayed is still on its way."""

LONGEST_S: Final = RUN_S + 2 * CLEAN_UP_S + 60.0
"""How long a run may take: its budget, the clean-up of worker and controller, and one call and some for the end."""


def replace_secrets(tables: Tables) -> None:
    """Put these in place of those that every embedded Canvas has."""
    tables.tokens[201].token, tables.tokens[201].refresh_token = TOKEN, REFRESH
    tables.tokens[202].token = ADMIN
    tables.keys[KEY].secret = CLIENT


def own_folders(folder: Path) -> dict[str, str]:
    """What keeps locks, and whatever else is kept for the user, away from those of other runs."""
    return {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CACHE", "STATE", "DATA", "CONFIG")}


@dataclass
class World:
    """One institution, and the runs against it."""

    state: State
    folder: Path
    clock: Clock = field(default_factory=Clock)
    figures: Figures = field(default_factory=Figures)
    runs: int = 0
    edits: list[Edit] = field(default_factory=list)
    """What somebody else does in between, each after one of the run's changes."""

    def __post_init__(self) -> None:
        with virtual(self.clock):
            self.canvas = Canvas(CanvasConfig(**self.state.config))
        replace_secrets(self.canvas.tables)
        if self.state.litter:
            self._leave_litter()
        self.way = Way(self.canvas.handle, self.clock, ADMIN, self.state.secrets)
        self.way.landed, self.way.meanwhile = self._land, self._meanwhile
        self.outside = outside(self.canvas.tables)
        self.wanted = Wanted(inside(self.canvas.tables), litter={"files/5902"})
        self._writes = 0

    def _leave_litter(self) -> None:
        """Files with the names of runs: an old one, a new one, one that only looks so, and an old one elsewhere."""
        tables = self.canvas.tables
        for key, name, course in (
            (5902, "scopecheck-20260401T080000-0a0b.png", SANDBOX),
            (5903, f"scopecheck-{self.clock.now:%Y%m%dT%H%M%S}-0a0c.png", SANDBOX),
            (5904, "scopecheck-20260401T080000-0a0d.png of mine.png", SANDBOX),
            (5905, "scopecheck-20260401T080000-0a0e.png", OTHER_COURSE),
        ):
            folder = 4900 if course == SANDBOX else 4910
            tables.folders.setdefault(folder, Folder(folder, course, "course files"))
            tables.files[key] = File(
                key, f"uuid{key}", course, folder, name, name, "image/png", b"\x89PNG\r\n\x1a\n", BEGAN, BEGAN,
                user_id=COLLEAGUE,
            )  # fmt: skip

    # ---------------------------------------------------------------- runs

    @property
    def settings(self) -> Settings:
        """The settings of its runs."""
        given = settings_for(self.canvas, self.state.mode, ALLY, self.folder / "reports")
        return replace(
            given,
            base_url=BASE,
            access_token=None if self.state.refreshes else Secret(TOKEN),
            client_secret=Secret(CLIENT),
            refresh_token=Secret(REFRESH) if self.state.refreshes else None,
            admin_token=Secret(ADMIN) if self.state.admin else None,
        )

    def run(
        self, active: Sequence[Active] = (), edits: Sequence[Edit] = (), *, killed_at: int | None = None
    ) -> list[Finding]:
        """A run under these faults, while others make these edits; gives what is wrong with it."""
        self.edits, self._writes = list(edits), 0
        self.way.begin(active, killed_at)
        ran, found = self._made(lambda: running.run(self.settings, self.way, self.clock, self.runs))
        self.edits = []
        if ran:
            found += self._verdicts(ran, faulty=bool(active))
            if (
                ran.conformant
                and self.state.mode == "exercise"
                and (left := list(self.wanted.missed(self.canvas.tables)))
            ):
                found.append(Finding(Wrong.SILENT, "; ".join(map(str, left))))
            self.figures.scopes += len(ran.results) if active else 0
            self.figures.verdicts.update(f"{each.verdict}" for each in ran.results)
        if self.state.mode == "probe":
            found += self._left()
        return self._noted(found)

    def settle(self, *, by_command: bool = False) -> list[Finding]:
        """Let everything land, have the next run or `restore` put it right, and look."""
        self.let_pass(SETTLES_S)
        found: list[Finding] = []
        if by_command:
            self.way.begin()
            _, found = self._made(lambda: running.restore(self.settings, self.way, self.clock))
            self._noted(found)
        else:
            found = self.run()
        return found + self._noted(self._left())

    def let_pass(self, seconds: float) -> None:
        """Let time pass while no run is under way; what is due lands."""
        self.way.said.append(f"-- {seconds:.0f} s pass")
        self.clock.let_pass(seconds)
        with virtual(self.clock):
            for each in self.way.late:
                each.after = 0
            self.way.land()

    def _made(self, make: Callable[[], Ran]) -> tuple[Ran | None, list[Finding]]:
        self.runs += 1
        struck_before = self.way.strikes.copy()
        ran, found = None, []
        settings = self.settings
        settings.reports.mkdir(parents=True, exist_ok=True)
        with self._here():
            try:
                ran = make()
            except Killed:
                pass
            except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
                found.append(Finding(Wrong.ERROR, f"{type(error).__name__}: {error}"[:300]))
        self.figures.runs += 1
        self.figures.faulty_runs += bool(self.way.active)
        self.figures.strikes += self.way.strikes - struck_before
        if ran:
            self.figures.longest = max(self.figures.longest, ran.seconds)
            if ran.seconds > LONGEST_S:
                found.append(Finding(Wrong.BUDGET, f"{ran.seconds:.0f} s"))
        found += self._outside()
        found += told(settings.reports, {"what it printed": ran.said if ran else ""}, self.secrets)
        return ran, found

    @contextmanager
    def _here(self) -> Iterator[None]:
        """A block in which the suite runs here: with this clock and its own locks, and without waiting for the disk."""
        with (
            virtual(self.clock),
            quick(),
            patch.dict("os.environ", own_folders(self.folder)),
            patch.object(lock_file, "FOLDERS", (str(self.folder),)),
        ):
            yield

    # ---------------------------------------------------------------- what is looked at

    def _outside(self) -> Iterator[Finding]:
        for each in changed(self.outside, self.canvas.tables):
            yield Finding(Wrong.OUTSIDE, str(each), each.bytes)
        self.outside = outside(self.canvas.tables)

    def _left(self) -> Iterator[Finding]:
        missed = list(self.wanted.missed(self.canvas.tables))
        for each in missed:
            yield Finding(Wrong.INSIDE, str(each), each.bytes)

    def _unsaid(self, ran: Ran, *, exactly: bool) -> Iterator[Finding]:
        """What a run has left in the course, and ends conformant."""
        if ran.conformant and self.state.mode == "exercise":
            for each in self.wanted.missed(self.canvas.tables, exactly=exactly):
                yield Finding(Wrong.SILENT, str(each))

    def _verdicts(self, ran: Ran, *, faulty: bool) -> Iterator[Finding]:
        for each in ran.results:
            if each.verdict is Verdict.GRANTED and each.scope in self.state.missing:
                yield Finding(Wrong.GRANTED, f"{each.scope} ({each.proof}), which the token lacks: {each.message}")
            if each.verdict is Verdict.GRANTED and each.scope in self.state.failing and each.proof is Proof.EXERCISED:
                yield Finding(Wrong.GRANTED, f"{each.scope}, which fails here: {each.message}")
            if each.verdict is Verdict.MISSING and each.scope not in self.state.missing:
                yield Finding(Wrong.MISSING, f"{each.scope}: {each.message}")
        if not faulty and not self.edits:
            # Where Canvas looks for an object first, and no list names one, nothing can be learned, as the report says.
            told = [each for each in ran.results if each.cause != causes.LOOKUP_BEFORE_SCOPE.slug]
            ended = {each.scope: each.verdict for each in told}
            wrong = {scope for scope in self.state.missing & set(ended) if ended[scope] is not Verdict.MISSING}
            for scope in sorted(wrong):
                yield Finding(
                    Wrong.GRANTED, f"{scope} is {ended[scope]} without any fault, although the token lacks it"
                )

    @property
    def secrets(self) -> set[str]:
        """Every secret there is by now."""
        return {token.token for token in self.canvas.tables.tokens.values()} | set(self.way.secrets)

    def _noted(self, found: Iterator[Finding] | list[Finding]) -> list[Finding]:
        noted = [replace(each, story=self.story) for each in found]
        for each in noted:
            self.figures.note(each)
        return noted

    @property
    def story(self) -> str:
        """The state, and every request so far with what struck it."""
        return "\n".join([str(self.state), *self.way.said])

    # ---------------------------------------------------------------- what others do

    def _meanwhile(self, request: httpx.Request) -> None:
        """After one of the run's changes, somebody else's."""
        if not (self.edits and writes(request) and request.method == "PUT"):
            return
        self._writes += 1
        for edit in [each for each in self.edits if each.after == self._writes]:
            self.edit(edit)

    def edit(self, edit: Edit) -> None:
        """Somebody else's edit, which has to stay."""
        if edit.make(self.canvas.tables, self.wanted):
            self.way.said.append(f"   somebody else: {edit.name}")

    def _land(self, land: Callable[[], object]) -> None:
        """What lands late may overwrite what others wrote meanwhile, which no suite can know."""
        before = inside(self.canvas.tables)
        land()
        now = inside(self.canvas.tables)
        for name in before.keys() & now.keys():
            for each in before[name]:
                if before[name][each] != now[name].get(each) and (name, each) in self.wanted.originals:
                    self.wanted.also.setdefault((name, each), []).append(self.wanted.originals[name, each])


@contextmanager
def world(state: State) -> Iterator[World]:
    """A new one, with a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="scopecheck-hostile-"))
    try:
        yield World(state, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
