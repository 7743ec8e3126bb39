"""`restore`: undo what a killed run left changed in the sandbox course."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from scopecheck.canvas.ids import is_local
from scopecheck.commands.command import CANVAS_NEEDED, Command, add_settings, problem, settings_of
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.key import oauth
from scopecheck.key.grant import Grant, GrantBusy, locked
from scopecheck.key.renewal import Renewal
from scopecheck.model.answer import Answer
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.model.secret import Secret
from scopecheck.sandbox.guard import GuardError, course_call, course_id_of, guard
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.journal_places import Places, forget_finished, places
from scopecheck.sandbox.journal_reading import journals
from scopecheck.sandbox.lease import Lease
from scopecheck.sandbox.lease_others import LeaseUnknown
from scopecheck.sandbox.lock import LockError, TargetBusy, TargetLock
from scopecheck.sandbox.recovery import Recovery, recover
from scopecheck.sandbox.setting_aside import set_aside
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient, Renew
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


def _add_options(parser: ArgumentParser) -> None:
    add_settings(
        parser, "CANVAS_BASE_URL", "CANVAS_CLIENT_ID", "CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME",
        "CANVAS_REPORTS", meanings=CANVAS_NEEDED,
    )  # fmt: skip


def _run(options: Namespace) -> ExitCode:
    needs = ("CANVAS_BASE_URL", "CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME")
    settings = settings_of(options, needs=needs)
    try:
        with locked(settings, print):
            return _restore_alone(settings if is_local(str(settings.course_id)) else _by_known_id(settings))
    except GrantBusy as busy:
        raise SettingsError([str(busy)]) from None
    except oauth.TokenRefused as refused:
        print(problem(f"Nothing was restored: {refused.refusal.message}", refused.refusal.remedy))
    except _NothingRestored as because:
        print(clean(f"Nothing was restored: {because}."))
    return ExitCode.NOT_CONFORMANT


class _NothingRestored(Exception):
    """Why nothing can be restored, although the settings are right."""


def _by_known_id(settings: Settings) -> Settings:
    """The settings with the ID of the course that the journal has: Canvas's own.

    Raises TokenRefused, SettingsError and _NothingRestored.
    """
    with closing(CanvasClient(str(settings.base_url), _token(settings), secrets=settings.known)) as client:
        answer = _guarded(client, settings)
    return replace(settings, course_id=course_id_of(answer, settings.course_id))


def _token(settings: Settings) -> Secret | None:
    with closing(CanvasClient(str(settings.base_url), secrets=settings.known)) as anonymous:
        return oauth.obtain(anonymous, settings)


def _guarded(client: CanvasClient, settings: Settings) -> Answer:
    """The course, if it is the one that the settings name, even with students by now."""
    answer = client.send(course_call(str(settings.course_id)))
    try:
        refused = guard(answer, settings, allow_students=True)
    except GuardError as error:
        raise SettingsError([str(error)]) from None
    if refused:
        raise _NothingRestored(refused)
    return answer


def _restore_alone(settings: Settings) -> ExitCode:
    target = JournalTarget(str(settings.base_url), str(settings.course_id))
    try:
        lock = TargetLock(target).acquire()
    except TargetBusy as busy:
        raise SettingsError([str(busy)]) from None
    except LockError as error:
        raise _NothingRestored(str(error)) from None
    try:
        return _restore(settings, target, places(settings.reports, target), lock)
    finally:
        forget_finished(target)
        lock.release()


def _restore(settings: Settings, target: JournalTarget, others: Places, lock: TargetLock) -> ExitCode:
    found = journals([settings.reports, *others.elsewhere], target)
    if others.note:
        print(clean(others.note))
    if not any(file.entries for file in found):
        # Neither a token nor Canvas is needed for what is no journal.
        failed = [set_aside(file, target).failure for file in found if file.wrong]
        if failed:
            return _say(Recovery(failed=failed))
        where = f"course {target.course_id} on {target.base_url}"
        print(f"Nothing to undo in {where}: the journal in {settings.reports} has no open changes.")
        return ExitCode.NOT_CONFORMANT if others.note else ExitCode.OK
    budget = Budget(settings.run_seconds)
    token = _token(settings)
    grant = Grant.of(settings)

    def connect(token: Secret | None = None, renew: Renew | None = None) -> CanvasClient:
        pace = Pace(ALL_IN_FLIGHT)
        return CanvasClient(target.base_url, token, pace, renew=renew, budget=budget, secrets=settings.known)

    renewal = Renewal(grant, token, connect) if grant and token else None
    client = connect(token, renewal)
    admin = connect(settings.admin_token) if settings.admin_token else None
    try:
        return _undo(settings, target, client, admin, lock, others)
    finally:
        for note in renewal.notes if renewal else ():
            print(clean(note))
        client.close()
        if admin:
            admin.close()


def _undo(
    settings: Settings,
    target: JournalTarget,
    client: CanvasClient,
    admin: CanvasClient | None,
    lock: TargetLock,
    others: Places,
) -> ExitCode:
    """Undo the changes, only in the course that the settings name, and while no run on another machine uses it."""
    _guarded(client, settings)
    tag, elsewhere = new_tag(datetime.now(UTC)), others.elsewhere
    lease = Lease(settings.reports, target, tag, lock, settings.lease_wait_seconds, elsewhere=elsewhere)
    try:
        lease.acquire(client, admin)
        until = client.budget.ends
        recovery = recover(settings.reports, target, client, admin, elsewhere=elsewhere, until=until,
                           which=lease.is_of_changes)  # fmt: skip
    except TargetBusy as busy:
        raise SettingsError([str(busy)]) from None
    except LeaseUnknown as unknown:
        raise _NothingRestored(str(unknown)) from None
    finally:
        ended = lease.release(client, admin)
        for note in lease.notes:
            print(clean(note))
    unsettled = recovery.unsettled + ended.unsettled
    return _say(replace(recovery, failed=recovery.failed + ended.failed, unsettled=unsettled))


def _say(recovery: Recovery) -> ExitCode:
    for what in recovery.restored:
        print(clean(f"Restored: {what}"))
    for failure in recovery.failed:
        saved = f" The old value is saved in {failure.saved_as}, in the reports folder." if failure.saved_as else ""
        print(clean(f"Not restored: {failure.what}: {failure.message}{saved}"))
    for what in recovery.absent:
        print(clean(f"Nothing had to be restored: {what}"))
    for what in recovery.left:
        print(clean(f"Left alone, because somebody has replaced it since: {what}"))
    for what in recovery.unsettled:
        print(clean(f"Not certain yet: {what}. It may still take effect: run this command again in two minutes."))
    return ExitCode.NOT_CONFORMANT if recovery.failed or recovery.unsettled else ExitCode.OK


COMMAND = Command(
    "Undo every change to CANVAS_SANDBOX_COURSE_ID that is still open in a journal: in the reports folder, in reports/ "
    "here, and in every reports folder that runs of this user have left one in. The next run in exercise mode would do "
    "the same. Needs the same settings as a run. What somebody has edited since is left alone and listed.",
    _add_options,
    _run,
)
