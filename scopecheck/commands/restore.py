"""`restore`: undo what a killed run left changed in the sandbox course."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from scopecheck.commands.command import CANVAS_NEEDED, Command, add_settings, problem
from scopecheck.config.settings import Settings, SettingsError, load_settings
from scopecheck.key import oauth
from scopecheck.key.grant import Grant, GrantBusy, locked
from scopecheck.key.renewal import Renewal
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.sandbox.guard import GuardError, course_call, guard
from scopecheck.sandbox.journal import JournalError, JournalTarget, open_changes
from scopecheck.sandbox.lock import LockError, TargetBusy, TargetLock
from scopecheck.sandbox.recovery import Recovery, recover
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


def _add_options(parser: ArgumentParser) -> None:
    add_settings(
        parser, "CANVAS_BASE_URL", "CANVAS_CLIENT_ID", "CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME",
        "CANVAS_REPORTS", meanings=CANVAS_NEEDED,
    )  # fmt: skip


def _run(options: Namespace) -> ExitCode:
    needs = ("CANVAS_BASE_URL", "CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME")
    settings = load_settings(vars(options), options.root, needs=needs)
    try:
        with locked(settings, print):
            return _restore_alone(settings, JournalTarget(str(settings.base_url), str(settings.course_id)))
    except GrantBusy as busy:
        raise SettingsError([str(busy)]) from None


def _restore_alone(settings: Settings, target: JournalTarget) -> ExitCode:
    try:
        lock = TargetLock(target).acquire()
    except TargetBusy as busy:
        raise SettingsError([str(busy)]) from None
    except LockError as error:
        print(clean(f"Nothing was restored: {error}."))
        return ExitCode.NOT_CONFORMANT
    try:
        return _restore(settings, target)
    finally:
        lock.release()


def _restore(settings: Settings, target: JournalTarget) -> ExitCode:
    try:
        left = open_changes(settings.reports / "journal", target)
    except JournalError as error:
        print(clean(f"Nothing was restored: {error}"))
        return ExitCode.NOT_CONFORMANT
    where = f"course {target.course_id} on {target.base_url}"
    if not left:
        print(f"Nothing to undo in {where}: the journal in {settings.reports} has no open changes.")
        return ExitCode.OK
    budget = Budget(settings.run_seconds)
    anonymous = CanvasClient(target.base_url, budget=budget)
    try:
        token = oauth.obtain(anonymous, settings)
    except oauth.TokenRefused as refused:
        print(problem(f"Nothing was restored: {refused.refusal.message}", refused.refusal.remedy))
        return ExitCode.NOT_CONFORMANT
    finally:
        anonymous.close()
    grant = Grant.of(settings)
    renewal = Renewal(grant, token, lambda: CanvasClient(target.base_url, budget=budget)) if grant and token else None
    client = CanvasClient(target.base_url, token, Pace(ALL_IN_FLIGHT), renew=renewal, budget=budget)
    admin = CanvasClient(target.base_url, settings.admin_token, budget=budget) if settings.admin_token else None
    try:
        return _undo(settings, target, client, admin)
    finally:
        for note in renewal.notes if renewal else ():
            print(clean(note))
        client.close()
        if admin:
            admin.close()


def _undo(settings: Settings, target: JournalTarget, client: CanvasClient, admin: CanvasClient | None) -> ExitCode:
    """Undo the changes, only in the course that the settings name, even if it has students by now."""
    try:
        refused = guard(client.send(course_call(target.course_id)), settings, allow_students=True)
    except GuardError as error:
        raise SettingsError([str(error)]) from None
    if refused:
        print(clean(f"Nothing was restored: {refused}."))
        return ExitCode.NOT_CONFORMANT
    return _say(recover(settings.reports, target, client, admin, until=client.budget.ends))


def _say(recovery: Recovery) -> ExitCode:
    for what in recovery.restored:
        print(clean(f"Restored: {what}"))
    for failure in recovery.failed:
        saved = f" The old value is saved in {failure.saved_as}, in the reports folder." if failure.saved_as else ""
        print(clean(f"Not restored: {failure.what}: {failure.message}{saved}"))
    for what in recovery.waiting:
        print(clean(f"Not visible yet: {what}. It may still take effect: run this command again in two minutes."))
    if recovery == Recovery():
        print(
            "Nothing had to be restored: everything listed in the journal was restored already or has been replaced "
            "since."
        )
    return ExitCode.NOT_CONFORMANT if recovery.failed else ExitCode.OK


COMMAND = Command(
    "restore",
    "undo what a killed run left changed in the sandbox course",
    "Undo every change to CANVAS_SANDBOX_COURSE_ID that is still open in the journal, in the reports folder; the next "
    "run in exercise mode would do the same. Needs the same settings as a run. What somebody has edited since is left "
    "alone and listed.",
    _add_options,
    _run,
)
