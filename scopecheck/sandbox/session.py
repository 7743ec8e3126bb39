"""The sandbox course through one run: what earlier runs left, what this one needs, and the tidying up at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from scopecheck.client import CanvasClient
from scopecheck.pace import ALL_IN_FLIGHT, Pace
from scopecheck.prepare import Plan, prepare
from scopecheck.run import Setup
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.lock import TargetLock
from scopecheck.sandbox.provision import Provisioning
from scopecheck.sandbox.restore import recover
from scopecheck.sandbox.sweep import sweep
from scopecheck.secret import Secret
from scopecheck.settings import Settings
from scopecheck.verdict import Cleanup


@dataclass
class Sandbox:
    """One run's hold of its sandbox course; does nothing where nothing may be written."""

    settings: Settings
    plan: Plan
    setup: Setup
    lock: TargetLock | None
    cleanup: Cleanup = field(default_factory=Cleanup)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def take(cls, settings: Settings, plan: Plan) -> Sandbox:
        """Prepare the run, alone at its course from now on.

        Raises TargetBusy and GuardError; nothing was written then.
        """
        lock = None
        if settings.mode == "exercise" and settings.course_id:
            lock = TargetLock(JournalTarget(str(settings.base_url), settings.course_id)).take()
        try:
            setup, _ = prepare(settings, plan)
        except BaseException:
            if lock:
                lock.free()
            raise
        return cls(settings, plan, setup, lock)

    def make_ready(self) -> Setup:
        """Undo what earlier runs left open, sweep their litter, make what the cases need; give the set-up with it."""
        target = self._target
        if target is None:
            return self.setup
        with self._clients() as (client, admin):
            self._recover(target, client, admin)
            swept = sweep(client, admin, target.course_id, self.setup.sandbox_account or "self", datetime.now(UTC))
            self.cleanup = replace(self.cleanup, swept=swept)
            if admin is None:
                return self.setup
            journal = Journal(self.settings.reports / "journal", target, f"{self.setup.tag}-controller")
            making = Provisioning(admin, journal, target.course_id, self.setup.tag, self.setup.started_at)
            making.make_all()
            self.notes += making.notes
            return replace(self.setup, objects=making.objects)

    def give_back(self) -> None:
        """Undo everything that is still open (what was made, what a case could not put back) and free the course."""
        target = self._target
        if target is not None:
            with self._clients() as (client, admin):
                self._recover(target, client, admin)
        if self.lock:
            self.lock.free()

    def add(self, done: Cleanup) -> None:
        """Add what a worker put back, and what it could not."""
        self.cleanup = replace(
            self.cleanup,
            restored=self.cleanup.restored + done.restored,
            failed=[*self.cleanup.failed, *done.failed],
        )

    @property
    def _target(self) -> JournalTarget | None:
        setup = self.setup
        if setup.mode != "exercise" or setup.course_id is None or setup.dead or setup.writes_refused:
            return None
        return JournalTarget(setup.base_url, setup.course_id)

    @contextmanager
    def _clients(self) -> Iterator[tuple[CanvasClient, CanvasClient | None]]:
        pace = Pace(ALL_IN_FLIGHT)
        client = self.plan.client(self.settings, Secret(self.setup.token), pace)
        token = self.settings.admin_token
        admin = self.plan.client(self.settings, token, pace) if token else None
        try:
            yield client, admin
        finally:
            client.close()
            if admin:
                admin.close()

    def _recover(self, target: JournalTarget, client: CanvasClient, admin: CanvasClient | None) -> None:
        recovery = recover(self.settings.reports, target, client, admin)
        settled = {failure.what for failure in recovery.failed} | set(recovery.restored)
        still = [failure for failure in self.cleanup.failed if failure.what not in settled]
        self.cleanup = replace(
            self.cleanup, restored=self.cleanup.restored + len(recovery.restored), failed=still + recovery.failed
        )
