"""One run of the suite in this process, from lock to reports, as controller and worker make it."""

from __future__ import annotations

import io
from contextlib import ExitStack, closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest.mock import patch

import httpx

from scopecheck.commands.main import main
from scopecheck.config.settings import Settings
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.key.grant import GrantBusy
from scopecheck.model.clean import cleaned
from scopecheck.model.secret import Secret
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import ScopeResult
from scopecheck.pytest_plugin.on_github import refused
from scopecheck.report.subject import Subject
from scopecheck.report.terminal import summary
from scopecheck.report.write import write_reports
from scopecheck.run.plan import Plan, stamp
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.guard import GuardError
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.lock import TargetBusy
from scopecheck.transport.budget import Budget
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace
from tests.selftest.hostile.clock import Clock, Waiting

REFUSALS: Final = (GuardError, TargetBusy, GrantBusy)
"""How a run may end before it has begun."""


class Killed(BaseException):
    """The run's process is gone: it sends nothing more, and nothing is cleaned up."""


@dataclass
class Ran:
    """How a run ended."""

    seconds: float
    subject: Subject | None = None
    """What it reported; None if it refused to begin."""
    refused: str = ""
    said: str = ""
    """All that it printed."""
    results: list[ScopeResult] = field(default_factory=list)

    @property
    def conformant(self) -> bool:
        """Whether its exit code is 0."""
        return self.subject is not None and self.subject.conformant


def tag(clock: Clock, number: int) -> str:
    """The tag of a run that begins now."""
    return f"scopecheck-{clock.now:%Y%m%dT%H%M%S}-{number:04x}"


def run(settings: Settings, way: httpx.BaseTransport, clock: Clock, number: int) -> Ran:
    """A whole run, one scope after the other."""
    began, out = clock.passed, io.StringIO()
    plan = Plan(
        tag(clock, number),
        stamp(clock.now),
        transport=way,
        budget=Budget(settings.run_seconds),
        pace=Pace(ALL_IN_FLIGHT),
    )
    results: list[ScopeResult] = []
    with redirect_stdout(out), redirect_stderr(out):
        try:
            session = SandboxSession.acquire(settings, plan)
            _judge_all(session, settings, plan, Waiting(clock), results)
        except REFUSALS as refusal:
            print(refused(str(refusal), settings.known))
            return Ran(clock.passed - began, refused=str(refusal), said=out.getvalue())
        seconds = clock.passed - began
        found = session.result(results, round(seconds, 1), embedded=False)
        subject = Subject(settings.profile, cleaned(found, settings.known))
        write_reports(settings.reports, subject)
        print(summary(subject))
    return Ran(seconds, subject, said=out.getvalue(), results=results)


def _judge_all(
    session: SandboxSession, settings: Settings, plan: Plan, waiting: Waiting, results: list[ScopeResult]
) -> None:
    """From the first write to the end of clean-up."""
    try:
        _judge(session, session.set_up(), settings, plan, waiting, results)
        session.clean_up()
    except Killed:
        # Its locks end with a process.
        for lock in (session.lock, session.grant_lock, session.lease and session.lease._live._lock):
            if lock:
                lock.release()
        raise


def _judge(
    session: SandboxSession, setup: Setup, settings: Settings, plan: Plan, waiting: Waiting,
    results: list[ScopeResult],
) -> None:  # fmt: skip
    client = plan.client(settings, Secret(setup.token), plan.pace, session.renewal, setup.names)
    with closing(client):
        context = RunContext(setup, settings.profile, client, _journal(setup))
        context.interrupted = waiting  # type: ignore[assignment]  # an event in this clock's time
        # Longest chains first, as a worker does.
        for requirement in sorted(settings.profile.requirements, key=lambda each: not each.scope.is_write):
            results.append(judge(requirement, context))
        session.add(context.tally.cleanup())


def _journal(setup: Setup) -> Journal | None:
    if setup.course_id is None:
        return None
    target = JournalTarget(setup.base_url, setup.course_id)
    return Journal(Path(setup.reports) / "journal", target, f"{setup.tag}-main")


def restore(settings: Settings, way: httpx.BaseTransport, clock: Clock) -> Ran:
    """The command `restore`, with the same settings."""
    began, out = clock.passed, io.StringIO()
    given = {
        "CANVAS_BASE_URL": settings.base_url, "CANVAS_CLIENT_ID": settings.client_id,
        "CANVAS_CLIENT_SECRET": settings.client_secret, "CANVAS_ACCESS_TOKEN": settings.access_token,
        "CANVAS_REFRESH_TOKEN": settings.refresh_token, "CANVAS_ADMIN_TOKEN": settings.admin_token,
        "CANVAS_SANDBOX_COURSE_ID": settings.course_id, "CANVAS_SANDBOX_COURSE_NAME": settings.course_name,
        "CANVAS_REPORTS": str(settings.reports), "PYTHON_DOTENV_DISABLED": "1",
    }  # fmt: skip
    values = {name: each.reveal() if isinstance(each, Secret) else each for name, each in given.items() if each}
    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ", values))
        stack.enter_context(
            patch.object(httpx.HTTPTransport, "handle_request", lambda _, request: way.handle_request(request))
        )
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(out))
        with suppress(SystemExit):
            main(["restore"], settings.reports)
    return Ran(clock.passed - began, said=out.getvalue())
