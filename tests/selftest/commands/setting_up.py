"""Run `python -m scopecheck setup` in tests; the run that it starts is made in this process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scopecheck.bundle.replay import judge_here
from scopecheck.commands import suite
from scopecheck.config.settings import load_settings
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.report.subject import Subject
from scopecheck.report.write import write_reports
from scopecheck.run.plan import Plan
from tests.selftest.commands.authorizing import authorize
from tests.selftest.commands.consenting import User
from tests.selftest.commands.running import SCOPES, Ran, run
from tests.selftest.exercises.sweep import HASTY

IN_CANADA = ("--region", "canada", "--customer", "77")
ALLY_BOT = ("--login", "ally-bot")


@dataclass
class Suite:
    """Takes the place of the process: makes a run with the settings in `.env`, and writes its reports."""

    root: Path
    runs: list[tuple[str, ...]] = field(default_factory=list)
    """The options of each run that was started."""
    last: ScopesDocument | None = None

    def start(self, *options: str, root: Path) -> int:
        """One run of the suite."""
        assert root == self.root
        self.runs.append(options)
        settings = load_settings({}, self.root)
        _, found = judge_here(
            settings, Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY), SCOPES
        )
        subject = Subject(settings.profile, found)
        write_reports(settings.reports, subject)
        self.last = subject.document
        return ExitCode.OK if subject.conformant else ExitCode.NOT_CONFORMANT

    @property
    def granted(self) -> int:
        """How many scopes the last run found granted."""
        assert self.last
        return self.last.counts["granted"]


def setup(root: Path, *arguments: object, typed: str = "") -> Ran:
    """Run the command."""
    return run(root, "setup", *arguments, typed=typed)


def authorized(root: Path, login: str = "ally-bot") -> None:
    """What the service user does: logs in, and authorizes the suite."""
    assert authorize(root, User(login=login), "--yes").code == 0


def env(root: Path, canvas: EmbeddedCanvas, **more: str) -> None:
    """Write `.env` with Canvas and administrator."""
    known = {"CANVAS_BASE_URL": canvas.url, "CANVAS_ADMIN_TOKEN": canvas.credentials.admin_token, **more}
    (root / ".env").write_text("".join(f"{name}={value}\n" for name, value in known.items()))


def replaced(monkeypatch: pytest.MonkeyPatch, root: Path) -> Suite:
    """The suite in place of the process that the command starts."""
    made = Suite(root)
    monkeypatch.setattr(suite, "run_pytest", made.start)
    return made
