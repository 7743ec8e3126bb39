"""A Canvas with content of others, and whole runs at its sandbox course, in this process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import SANDBOX
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import RunResult, ScopeResult
from scopecheck.run.plan import Plan
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import canvas
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, settings_for
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.astray import Astray, Strike

_TABLES: Final = (
    "accounts", "courses", "assignments", "pages", "topics", "quizzes", "files", "folders", "media_objects",
    "media_tracks", "templates", "subscriptions",
)  # fmt: skip


@dataclass
class Institution:
    """A Canvas, and the report folder of the runs at its sandbox course."""

    canvas: Canvas
    reports: Path
    asked: list[str] = field(default_factory=list)
    """The requests of the last run, as "VERB /path"."""
    _others: dict[str, str] = field(default_factory=dict)
    _content: str = ""

    def __post_init__(self) -> None:
        self.mark()

    def mark(self) -> None:
        """What is there now is what has to be there in the end."""
        self._others = self._of_others()
        self._content = self.canvas.tables.digest()

    @property
    def harmed(self) -> list[str]:
        """What is outside of the sandbox course and no longer as it was, to the last member."""
        now = self._of_others()
        return [name for name, record in self._others.items() if now.get(name) != record]

    @property
    def untouched(self) -> bool:
        """Whether users see the same as before, everywhere."""
        return self.canvas.tables.digest() == self._content

    def run(
        self, strikes: Sequence[Strike] = (), *, admin: bool = False, only: str = "", after: bool = False
    ) -> RunResult:
        """A whole run, in which these answers go astray; `after`: all requests of earlier ones have long ended.

        `only`: the pattern of the scopes that are judged.
        """
        if after:
            make_old(self.reports)
        way = Astray(self.canvas, [replace(each) for each in strikes], self.asked)
        self.asked.clear()
        now = datetime.now(UTC)
        plan = Plan(new_tag(now), now.replace(microsecond=0, tzinfo=None).isoformat() + "Z", patience=HASTY,
                    transport=way)  # fmt: skip
        # Nobody else has the course: whoever cannot see its own lease need not wait for it.
        settings = replace(settings_for(self.canvas, "exercise", ALLY, self.reports), lease_wait_seconds=0.0)
        token = Secret(self.canvas.credentials.admin_token) if admin else None
        sandbox = SandboxSession.acquire(replace(settings, admin_token=token), plan, lambda _: None)
        setup = sandbox.set_up()
        client = plan.client(settings, Secret(setup.token), Pace(8), names=setup.names)
        journal = Journal(self.reports / FOLDER, JournalTarget(BASE, str(setup.course_id)), f"{plan.tag}-main")
        run = RunContext(setup, ALLY, client, journal)
        wanted = [each for each in ALLY.requirements if re.search(only, str(each.scope))]
        results: list[ScopeResult] = [judge(each, run) for each in wanted]
        sandbox.add(run.tally.cleanup())
        sandbox.clean_up()
        result = sandbox.result(results, 1.0, embedded=False)
        return replace(result, expected=len(results))

    def _of_others(self) -> dict[str, str]:
        tables = self.canvas.tables
        mine = {each.id for each in tables.media_objects.values() if each.course_id == SANDBOX}
        return {
            f"{name} {number}": repr(vars(record))
            for name in _TABLES
            for number, record in getattr(tables, name).items()
            if SANDBOX not in {getattr(record, "course_id", None), getattr(record, "child_course_id", None)}
            and not (name == "courses" and number == SANDBOX)
            and getattr(record, "media_object_id", None) not in mine
        }


@contextmanager
def institution(reports: Path, **state: Any) -> Iterator[Institution]:
    """A Canvas in this state, and an empty report folder."""
    reports.mkdir()
    yield Institution(canvas(**state), reports)


def wrong(result: RunResult) -> dict[str, tuple[str, str | None]]:
    """Scope to verdict and cause, of those not granted."""
    return {r.scope: (r.verdict, r.cause) for r in result.scopes if r.verdict != "granted"}
