"""What the controller learned once and passes to every worker, in memory only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scopecheck.model.answer import TargetSigns
from scopecheck.model.named import UNNAMED, Named
from scopecheck.model.user_rights import UserRights
from scopecheck.model.verdict import KeyResult


@dataclass(frozen=True)
class DeadToken:
    """Why no scope can be judged: reported once, not 31 times."""

    cause: str
    message: str
    remedy: str


@dataclass(frozen=True)
class ReadCourse:
    """A live course that is read, by its ID in the settings or its number."""

    id: str
    has_files: bool = False
    """Whether it is known to have files, so that listing them creates no folder for them."""
    account_id: str | None = None
    """The account that it lies in; None if that is not known."""
    outside: bool = False
    """Whether it is known to lie in no account that the token's user administers."""


@dataclass(frozen=True)
class ReadCourses:
    """The live courses that probe mode reads, in the order in which they are read."""

    courses: list[ReadCourse] = field(default_factory=list)
    named: bool = False
    """Whether the settings name them: then reads that leave something behind are made too."""
    none_because: str = ""
    """Why there is none."""


@dataclass(frozen=True)
class Setup:
    """What the controller learned once and passes to every worker, in memory only."""

    base_url: str
    token: str = field(repr=False)
    secrets: list[str] = field(repr=False)
    """Every secret that the controller knew by then, to be masked wherever answers repeat it."""
    mode: str
    tag: str
    started_at: str
    account_id: str
    course_id: str | None
    sandbox_account: str | None
    """The account that the sandbox course is in; None if that could not be read."""
    reports: str
    signs: TargetSigns
    """What the target's answers have carried so far."""
    key: list[KeyResult]
    missing_on_key: list[str] | None = None
    names: dict[str, str | None] = field(default_factory=dict)
    """Required scopes to this Canvas's names, as far as they are known; None: this Canvas has no such scope."""
    probes_prove: bool = True
    """Whether a call to a nonexistent course is refused for its scope before the course is looked up."""
    dead: DeadToken | None = None
    admin_dead: bool = False
    """Whether Canvas rejected the administrator's token."""
    user_id: str | None = None
    """The global ID of the token's user; None if no answer named it."""
    user_name: str | None = None
    """That user's name, if an administrator's token could read it."""
    key_id: str | None = None
    """The global ID of the key that issued the token; None if no answer named it."""
    canvas_version: str | None = None
    """How old this Canvas is, by its signs; None if there was none."""
    rights: UserRights = field(default_factory=UserRights)
    """What is known of that user's rights."""
    limits: list[str] = field(default_factory=list)
    """What a green run leaves open, beside what its verdicts show: clauses for the headline."""
    writes_refused: str | None = None
    """Why nothing may be written although the mode is exercise."""
    named: Named = UNNAMED
    """What remedies call the key and the user."""
    token_limited: bool = False
    """Whether the token is limited to scopes, so that the key that issued it enforces them."""
    is_lti: bool | None = None
    """Whether the key is an LTI key, by its own record."""
    notes: list[str] = field(default_factory=list)
    """What concerns the whole run, and is said once."""
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Sandbox objects created for this run, by kind."""
    read_courses: ReadCourses = field(default_factory=ReadCourses)
    """What probe mode reads instead of a sandbox course."""
