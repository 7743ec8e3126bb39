"""`sandbox remove`: remove a sandbox with everything in it, and nothing else."""

from __future__ import annotations

from pathlib import Path

from scopecheck.canvas.ids import same_id
from scopecheck.commands.command import confirmed
from scopecheck.commands.sandbox_text import named, no_sandbox, where
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.installation import CLI
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.sandbox.existing import ExistingSandbox, find, remove
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.journal_places import places
from scopecheck.sandbox.journal_reading import journals
from scopecheck.sandbox.lease_others import LeaseUnknown, require_free
from scopecheck.sandbox.lock import LockError, TargetBusy, TargetLock
from scopecheck.transport.client import CanvasClient


def remove_one(admin: CanvasClient, settings: Settings, account_id: str | None, *, unasked: bool) -> ExitCode:
    """Remove the sandbox with this sub-account ID, or the only one, after asking.

    Raises SandboxError, and SettingsError if it must not be removed: it is unclear which one is meant, something in it
    is not ours, or a run is using it.
    """
    sandboxes = find(admin, settings.account_id)
    if not sandboxes and account_id is None:
        print(f"{no_sandbox(settings)} Nothing to remove.")
        return ExitCode.OK
    sandbox = _chosen(sandboxes, settings, account_id)
    if sandbox.strangers:
        strangers = (
            f"Sandbox {named(sandbox)} contains what the scope check did not create: {', '.join(sandbox.strangers)}. "
        )
        raise SettingsError([clean(f"{strangers}Move it to another account first.")])
    for said in _open_changes(settings, sandbox):
        print(clean(said))
    names = ", ".join(f"{course['name']} ({course['id']})" for course in sandbox.courses)
    if not unasked and not confirmed(
        clean(f"Remove sandbox {named(sandbox)} with its courses: {names or 'none'}?"), print
    ):
        print("Nothing was removed.")
        return ExitCode.NOT_CONFORMANT
    try:
        _remove_alone(admin, settings, sandbox)
    except (LockError, LeaseUnknown) as error:
        print(clean(f"Nothing was removed: {error}."))
        return ExitCode.NOT_CONFORMANT
    print(f"Removed sandbox {named(sandbox)}.")
    if sandbox.course and same_id(sandbox.course["id"], settings.course_id):
        print("Remove CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME from .env.")
    return ExitCode.OK


def _open_changes(settings: Settings, sandbox: ExistingSandbox) -> list[str]:
    """What journals have open for its course: a video's title, for example, stays changed without the course."""
    if sandbox.course is None:
        return []
    target = JournalTarget(str(settings.base_url), str(sandbox.course["id"]))
    found = journals(_report_folders(settings, target), target)
    return [
        f"The journal {file.path} has changes of a run that was killed: "
        f"{', '.join(entry.what for entry in file.entries)}. To undo them first, answer no, set "
        f"CANVAS_SANDBOX_COURSE_ID to {target.course_id}, and run `{CLI} restore`."
        for file in found
        if file.entries
    ]


def _report_folders(settings: Settings, target: JournalTarget) -> list[Path]:
    return [settings.reports, *places(settings.reports, target).elsewhere]


def _chosen(sandboxes: list[ExistingSandbox], settings: Settings, account_id: str | None) -> ExistingSandbox:
    """The one sandbox that is to be removed."""
    meant = [sandbox for sandbox in sandboxes if account_id is None or same_id(sandbox.account_id, account_id)]
    if len(meant) == 1:
        return meant[0]
    listed = "; ".join(map(named, sandboxes)) or "none"
    if meant:
        raise SettingsError(
            [f"There are several sandboxes below {where(settings)}: {listed}. Give the ACCOUNT_ID of one."]
        )
    raise SettingsError([f"Account {account_id} is not a sandbox below {where(settings)}. Sandboxes there: {listed}."])


def _remove_alone(admin: CanvasClient, settings: Settings, sandbox: ExistingSandbox) -> None:
    """Remove it while no run is using its course. Raises LockError and LeaseUnknown if not sure."""
    if sandbox.course is None:
        remove(admin, sandbox)
        return
    target = JournalTarget(str(settings.base_url), str(sandbox.course["id"]))
    try:
        lock = TargetLock(target).acquire()
    except TargetBusy as busy:
        raise SettingsError([str(busy)]) from None
    try:
        require_free(admin, target, _report_folders(settings, target), lock)
        remove(admin, sandbox)
        lock.note()
    except TargetBusy as busy:
        raise SettingsError([str(busy)]) from None
    finally:
        lock.release()
