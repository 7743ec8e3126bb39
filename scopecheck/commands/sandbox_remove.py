"""`sandbox remove`: take a sandbox away, with everything in it and nothing else."""

from __future__ import annotations

from scopecheck.commands.command import agreed
from scopecheck.commands.sandbox_text import named, no_sandbox, where
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.model.clean import clean
from scopecheck.model.exit_code import ExitCode
from scopecheck.sandbox.existing import ExistingSandbox, find, remove
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.lock import LockError, TargetBusy, TargetLock
from scopecheck.transport.client import CanvasClient


def remove_one(admin: CanvasClient, settings: Settings, account_id: str | None, *, unasked: bool) -> ExitCode:
    """Remove the sandbox of that number, or the only one, after asking.

    Raises SandboxError, and SettingsError where nothing is to be removed: it is not clear which one, something in it
    is not ours, or a run is at work in it.
    """
    sandboxes = find(admin, settings.account_id)
    if not sandboxes and account_id is None:
        print(f"{no_sandbox(settings)} Nothing is to be removed.")
        return ExitCode.OK
    sandbox = _chosen(sandboxes, settings, account_id)
    if sandbox.strangers:
        strangers = f"The {named(sandbox)} holds what is not the scope check's: {', '.join(sandbox.strangers)}. "
        raise SettingsError([clean(f"{strangers}Move that to another account first.")])
    names = ", ".join(f"{course['name']} ({course['id']})" for course in sandbox.courses)
    if not unasked and not agreed(clean(f"Remove the {named(sandbox)} with its courses: {names or 'none'}?"), print):
        print("Nothing was removed.")
        return ExitCode.NOT_CONFORMANT
    try:
        _remove_alone(admin, settings, sandbox)
    except LockError as error:
        print(clean(f"Nothing was removed: {error}."))
        return ExitCode.NOT_CONFORMANT
    print(f"Removed the {named(sandbox)}.")
    if sandbox.course and settings.course_id == str(sandbox.course["id"]):
        print("Take CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME out of .env.")
    return ExitCode.OK


def _chosen(sandboxes: list[ExistingSandbox], settings: Settings, account_id: str | None) -> ExistingSandbox:
    """The one sandbox that is meant."""
    meant = [sandbox for sandbox in sandboxes if account_id in {None, sandbox.account_id}]
    if len(meant) == 1:
        return meant[0]
    listed = "; ".join(map(named, sandboxes)) or "none"
    if meant:
        raise SettingsError([f"Several stand below {where(settings)}: {listed}. Name the ACCOUNT_ID of one."])
    raise SettingsError([f"{account_id} is no sandbox below {where(settings)}. These are: {listed}."])


def _remove_alone(admin: CanvasClient, settings: Settings, sandbox: ExistingSandbox) -> None:
    """Remove it while no run is at work in its course. Raises LockError where that cannot be made sure of."""
    if sandbox.course is None:
        remove(admin, sandbox)
        return
    try:
        lock = TargetLock(JournalTarget(str(settings.base_url), str(sandbox.course["id"]))).acquire()
    except TargetBusy as busy:
        raise SettingsError([str(busy)]) from None
    try:
        remove(admin, sandbox)
    finally:
        lock.release()
