"""The sandbox course during one run: cleaning up after earlier runs, setting up, and cleaning up at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from scopecheck.config.settings import Settings
from scopecheck.key.grant import Grant, GrantLock
from scopecheck.key.renewal import Renewal
from scopecheck.model.secret import Secret
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import Cleanup, RunResult, ScopeResult, Target
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare_to_renew
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_places import forget_finished, places, remember
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.sandbox.lease import Lease
from scopecheck.sandbox.lease_others import LeaseUnknown
from scopecheck.sandbox.lock import LockError, TargetBusy, TargetLock
from scopecheck.sandbox.provisioning import Provisioning
from scopecheck.sandbox.recovery import Recovery, recover
from scopecheck.sandbox.sweep import sweep
from scopecheck.transport.client import CanvasClient, unrecorded
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


@dataclass
class SandboxSession:
    """One run's use of its sandbox course; does nothing if nothing may be written."""

    settings: Settings
    plan: Plan
    setup: Setup
    lock: TargetLock | None
    grant_lock: GrantLock = field(default_factory=lambda: GrantLock(None))
    renewal: Renewal | None = None
    """Renews the token if it dies; None if the settings do not allow it."""
    lease: Lease | None = None
    """The same as `lock` on all machines; None before it is needed, and where nothing is sent to a Canvas."""
    cleanup: Cleanup = field(default_factory=Cleanup)
    notes: list[str] = field(default_factory=list)
    elsewhere: tuple[Path, ...] = ()
    """Further report folders that may have journals of the course."""

    @classmethod
    def acquire(cls, settings: Settings, plan: Plan, say: Callable[[str], None] = print) -> SandboxSession:
        """Lock the run's grant and its course, and prepare it; `say` tells that it waits for another run.

        Raises GrantBusy, TargetBusy and GuardError, before anything is written.
        """
        grant_lock = GrantLock(Grant.of(settings)).acquire(say)
        plan.budget.start()
        try:
            session = cls._acquire_course(settings, plan)
        except BaseException:
            grant_lock.release()
            raise
        session.grant_lock = grant_lock
        if grant_lock.problem:
            session.notes.append(grant_lock.problem)
        return session

    @classmethod
    def _acquire_course(cls, settings: Settings, plan: Plan) -> SandboxSession:
        lock, unlocked = None, None
        if settings.mode == "exercise" and settings.course_id:
            try:
                lock = TargetLock(JournalTarget(str(settings.base_url), settings.course_id)).acquire()
            except LockError as error:
                unlocked = str(error)
        named = lock
        try:
            setup, renewal = prepare_to_renew(settings, plan)
            if lock and setup.course_id and setup.course_id != settings.course_id:
                # Another run may have this course under another way of writing its ID.
                lock = TargetLock(JournalTarget(setup.base_url, setup.course_id)).acquire(not_yet="written")
        except BaseException:
            if named:
                named.release()
            raise
        if named and named is not lock:
            named.release()
        if unlocked and not setup.dead:
            setup = replace(setup, writes_refused=unlocked)
        return cls(settings, plan, setup, lock, renewal=None if setup.dead else renewal)

    def set_up(self, say: Callable[[str], None] = print) -> Setup:
        """Undo what earlier runs left open, sweep, create what the cases need, and return the setup with it.

        Before that, wait for a run on another machine that is using the course; `say` tells so. Raises TargetBusy.
        """
        target = self._target
        if target is None:
            return self.setup
        if self.lock:
            self._find_journals(target)
        with self._clients() as (client, admin):
            if not self._leased(target, client, admin, say):
                return self.setup
            recovery = self._recover(target, client, admin)
            self._tell_of_earlier(recovery, [*recovery.restored, *recovery.absent])
            account_id = self.setup.sandbox_account
            swept = sweep(client, admin, target.course_id, account_id or "self", datetime.now(UTC))
            self.cleanup = replace(self.cleanup, swept=swept.names)
            self._note("Removed leftovers of earlier runs, more than a day old", swept.names)
            if admin is None or self.setup.admin_dead:
                return self.setup
            journal = Journal(self.settings.reports / FOLDER, target, f"{self.setup.tag}-controller")
            provisioning = Provisioning(admin, journal, target.course_id, self.setup.tag, account_id, swept.listed)
            provisioning.make_all()
            self.notes += provisioning.notes
            return replace(self.setup, objects=provisioning.objects)

    def clean_up(self, *, hurried: bool = False) -> None:
        """Undo everything that is still open (objects created, changes a case could not undo) and unlock the course.

        `hurried`: the user wants the run to end. Then nothing is retried. What does not fit into clean-up's time is
        left to the next run.
        """
        budget, target = self.plan.budget, self._target
        try:
            if target is not None or self.lease:
                if hurried:
                    budget.hurry()
                budget.begin_clean_up()
                with self._clients(cleans_up=True) as (client, admin):
                    self._restore(client, admin)
                    self._end_lease(client, admin)
                self._note("Left alone, because somebody else has replaced it since", self.cleanup.left)
        finally:
            if target is not None and self.lock:
                forget_finished(target)
            if self.lock:
                self.lock.release()
            self.grant_lock.release()
            self.notes += self.renewal.notes if self.renewal else []

    def _restore(self, client: CanvasClient, admin: CanvasClient | None) -> None:
        if self._target is not None and (self.lease is None or self.lease.may_write):
            unsettled = self.cleanup.unsettled
            recovery = self._recover(self._target, client, admin, self.plan.budget.clean_up_ends)
            self._tell_of_earlier(recovery, unsettled)

    def _leased(
        self, target: JournalTarget, client: CanvasClient, admin: CanvasClient | None, say: Callable[[str], None]
    ) -> bool:
        """Whether the run may write: none on another machine does, as far as that can be told. Raises TargetBusy."""
        if self.lock is None:
            return True
        settings = self.settings
        lease = Lease(
            settings.reports, target, self.setup.tag, self.lock, settings.lease_wait_seconds, say,
            elsewhere=self.elsewhere,
        )  # fmt: skip
        self.lease = lease
        try:
            with unrecorded(client, admin):
                lease.acquire(client, admin)
        except LeaseUnknown as unknown:
            self.setup = replace(self.setup, writes_refused=str(unknown))
        except TargetBusy:
            self.clean_up()
            raise
        return lease.may_write

    def _end_lease(self, client: CanvasClient, admin: CanvasClient | None) -> None:
        if self.lease is None:
            return
        with unrecorded(client, admin):
            removed = self.lease.release(client, admin, self.plan.budget.clean_up_ends)
        self.cleanup = replace(
            self.cleanup,
            failed=[*self.cleanup.failed, *removed.failed],
            unsettled=[*self.cleanup.unsettled, *removed.unsettled],
        )
        self.notes += self.lease.notes

    def add(self, done: Cleanup) -> None:
        """Add what a worker restored, and what it could not."""
        self.cleanup = replace(
            self.cleanup,
            restored=self.cleanup.restored + done.restored,
            failed=[*self.cleanup.failed, *done.failed],
            left=[*self.cleanup.left, *done.left],
        )

    def result(self, scopes: list[ScopeResult], duration_s: float, *, embedded: bool) -> RunResult:
        """Everything that the run found, with the scopes' verdicts from its cases."""
        setup, settings = self.setup, self.settings
        return RunResult(
            profile=settings.profile.name,
            mode=setup.mode,
            started_at=setup.started_at,
            duration_s=duration_s,
            target=Target(
                setup.base_url,
                embedded,
                setup.account_id,
                setup.course_id,
                settings.client_id,
                setup.canvas_version,
                user_id=setup.user_id,
                user_name=setup.user_name,
                key_id=setup.key_id,
            ),
            key=setup.key,
            scopes=scopes,
            cleanup=self.cleanup,
            expected=len(settings.profile.requirements),
            missing_on_key=setup.missing_on_key,
            names=setup.names,
            named=setup.named,
            token_limited=setup.token_limited,
            rights=setup.rights,
            limits=setup.limits,
            notes=[*([setup.dead.message] if setup.dead else []), *settings.notes, *setup.notes, *self.notes],
        )

    @property
    def _target(self) -> JournalTarget | None:
        setup = self.setup
        if setup.mode != "exercise" or setup.course_id is None or setup.dead or setup.writes_refused:
            return None
        return JournalTarget(setup.base_url, setup.course_id)

    @contextmanager
    def _clients(self, *, cleans_up: bool = False) -> Iterator[tuple[CanvasClient, CanvasClient | None]]:
        current = self.renewal.current if self.renewal else Secret(self.setup.token)
        client = self.plan.client(
            self.settings, current, Pace(ALL_IN_FLIGHT), self.renewal, self.setup.names, cleans_up=cleans_up
        )
        token = self.settings.admin_token
        admin = self.plan.client(self.settings, token, Pace(ALL_IN_FLIGHT), cleans_up=cleans_up) if token else None
        clients = [each for each in (client, admin) if each]
        try:
            yield client, admin
        finally:
            for each in clients:
                each.close()

    def _recover(
        self, target: JournalTarget, client: CanvasClient, admin: CanvasClient | None, until: float = math.inf
    ) -> Recovery:
        recovery = recover(
            self.settings.reports,
            target,
            client,
            admin,
            elsewhere=self.elsewhere,
            until=until,
            which=self.lease.is_of_changes if self.lease else None,
        )
        # A newer result replaces a case's failure, for example for a change that never took effect.
        seen = {failure.what for failure in recovery.failed} | {
            *recovery.restored, *recovery.left, *recovery.absent, *recovery.unsettled,
        }  # fmt: skip
        still = [failure for failure in self.cleanup.failed if failure.what not in seen]
        self.cleanup = replace(
            self.cleanup,
            restored=self.cleanup.restored + len(recovery.restored),
            failed=still + recovery.failed,
            left=[*self.cleanup.left, *recovery.left],
            unsettled=recovery.unsettled,
        )
        return recovery

    def _tell_of_earlier(self, recovery: Recovery, earlier: list[str]) -> None:
        """Note what became of changes that an earlier run had left open."""
        self._note("Restored after an earlier run", [what for what in recovery.restored if what in earlier])
        self._note(
            "Left open by an earlier run, and by now known not to have taken effect",
            [what for what in recovery.absent if what in earlier],
        )

    def _find_journals(self, target: JournalTarget) -> None:
        """Find out where earlier runs may have left journals, and remember where this one writes its own."""
        found = places(self.settings.reports, target)
        self.elsewhere = found.elsewhere
        self.notes += filter(None, (found.note, remember(self.settings.reports, target)))

    def _note(self, what: str, names: list[str]) -> None:
        if names:
            self.notes.append(f"{what}: {', '.join(names)}.")
