"""The parts of `setup` besides the key: the role with its user, and the sandbox."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scopecheck.administration.access_plan import AccessPlan, read_plan, require_all_rights, wanted
from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.ids import in_path
from scopecheck.commands.command import Say
from scopecheck.commands.role import change_access
from scopecheck.commands.role_text import has_steps, plan_lines
from scopecheck.commands.sandbox import make_sandbox, write_course
from scopecheck.commands.sandbox_text import for_env, named
from scopecheck.config.settings import Settings
from scopecheck.installation import CLI
from scopecheck.model.call import Call
from scopecheck.sandbox.existing import SUBSCRIPTIONS, ExistingSandbox, contents, find
from scopecheck.transport.client import CanvasClient


@dataclass
class RolePart:
    """What there is to do for the role, its user, and the assignment of both."""

    admin: CanvasClient
    settings: Settings
    plan: AccessPlan

    title = "the role and its user"

    @property
    def has_changes(self) -> bool:
        """Whether there is anything that can be done."""
        return has_steps(self.plan)

    def lines(self) -> Iterator[str]:
        """The plan."""
        return (line for line in plan_lines(self.plan) if line)

    def require_possible(self) -> None:
        """Raises SettingsError if the token is known to lack a right."""
        require_all_rights(self.admin, self.plan)

    def carry_out(self, _: Say) -> bool:
        """Do it, and say what was done; whether it succeeded."""
        changed = change_access(self.admin, self.plan, self.settings)
        self.plan = changed.after or self.plan
        return changed.problem is None


@dataclass
class SandboxPart:
    """What there is to do for the sandbox course."""

    admin: CanvasClient
    settings: Settings
    path: Path
    """The `.env` that the course gets into."""
    is_there: bool
    """Whether the settings name a course that Canvas has."""
    found: ExistingSandbox | None
    """A sandbox that was made before, and is complete."""
    incomplete: tuple[ExistingSandbox, ...] = ()
    """Those whose making was broken off."""

    title = "the sandbox"

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to do."""
        return not self.is_there

    def lines(self) -> Iterator[str]:
        """The plan."""
        course = self.settings.course_id
        if self.is_there:
            yield f"  course {course} is there"
            return
        if course:
            yield f"! CANVAS_SANDBOX_COURSE_ID={course} is no course of this Canvas, and is replaced"
        for each in self.incomplete:
            yield f"! sandbox {named(each)} was not completed, and is left alone; to remove it:"
            yield f"    {CLI} sandbox remove {each.account_id}"
        if self.found:
            yield f"  sandbox {named(self.found)} is there"
        else:
            yield "+ a sub-account with a course full of content, unpublished, and a blueprint for it"
        yield f"+ in {self.path}: the course's ID and name"

    def require_possible(self) -> None:
        """Nothing is known to stand in the way."""

    def carry_out(self, _: Say) -> bool:
        """Do it, and say what was done; whether it succeeded. Raises SandboxError."""
        course = (self.found and self.found.course) or make_sandbox(self.admin, self.settings).course
        return write_course(for_env(course), self.path)


def read_role_part(admin: CanvasClient, settings: Settings, options: Namespace) -> RolePart:
    """What there is to do. Raises SettingsError and NotRead."""
    return RolePart(admin, settings, read_plan(admin, wanted(settings.profile, options.login, options.user_name)))


def read_sandbox_part(admin: CanvasClient, settings: Settings, options: Namespace) -> SandboxPart:
    """What there is to do. Raises SandboxError."""
    course = settings.course_id
    gone = course and read(admin.send(Call("GET", f"/api/v1/courses/{in_path(course)}"))) is Reading.NOT_FOUND
    is_there = bool(course) and not gone
    found = [] if is_there else find(admin, settings.account_id)
    complete = [each for each in found if each.course and _is_complete(admin, str(each.course["id"]))]
    incomplete = tuple(each for each in found if each not in complete)
    path = options.root / ".env"
    return SandboxPart(admin, settings, path, is_there, complete[-1] if complete else None, incomplete)


def _is_complete(admin: CanvasClient, course_id: str) -> bool:
    """Whether the last thing that is made of a sandbox is there: the blueprint's association."""
    return bool(contents(admin, course_id)[SUBSCRIPTIONS])
