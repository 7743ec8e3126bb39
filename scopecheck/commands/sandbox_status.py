"""`sandbox status`: existing sandboxes, their contents, and whether runs may write to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scopecheck.commands.sandbox_text import for_env, lines, named, no_sandbox
from scopecheck.config.settings import Settings
from scopecheck.installation import CLI
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.sandbox.existing import ExistingSandbox, contents, find
from scopecheck.sandbox.guard import GuardError, course_call, guard
from scopecheck.transport.client import CanvasClient


def status(admin: CanvasClient, settings: Settings) -> ExitCode:
    """Show every sandbox; NOT_CONFORMANT if a run would be refused in one. Raises SandboxError."""
    sandboxes = find(admin, settings.account_id)
    if not sandboxes:
        print(f"{no_sandbox(settings)} To create one: {CLI} sandbox create")
    return max([ExitCode.OK, *(_show(admin, settings, sandbox) for sandbox in sandboxes)])


def _show(admin: CanvasClient, settings: Settings, sandbox: ExistingSandbox) -> ExitCode:
    print(f"Sandbox {named(sandbox)}:")
    for stranger in sandbox.strangers:
        print(clean(f"  not created by the scope check: {stranger}"))
    course = sandbox.course
    if course is None:
        print(f"  has no course to write to; remove it: {CLI} sandbox remove")
        return ExitCode.NOT_CONFORMANT
    unfit = _unfit(admin, settings, course)
    print(clean(f"  course {course['id']}: {unfit or 'ready for exercise mode'}"))
    counts = contents(admin, str(course["id"]))
    print(
        "  contents: " + ", ".join(f"{kind} {'unknown' if count is None else count}" for kind, count in counts.items())
    )
    print(f"  settings for .env:\n{lines(for_env(course), '    ')}")
    return ExitCode.NOT_CONFORMANT if unfit else ExitCode.OK


def _unfit(admin: CanvasClient, settings: Settings, course: Mapping[str, Any]) -> str | None:
    """Why the guard would not let a run write to the course; None if it would."""
    course_id = str(course["id"])
    meant = replace(settings, course_id=course_id, course_name=str(course["name"]))
    try:
        return guard(admin.send(course_call(course_id)), meant, allow_students=False)
    except GuardError as error:
        return str(error)
