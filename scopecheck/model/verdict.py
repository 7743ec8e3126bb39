"""The parts of a result: verdict, proof, and the result of one scope, one key check, one run.

These records travel from xdist's workers to the controller and into the reports as JSON (msgspec), so they contain
only plain values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from scopecheck.model.named import UNNAMED, Named
from scopecheck.model.user_rights import UserRights


class Verdict(StrEnum):
    """What a run says about one scope."""

    GRANTED = "granted"
    MISSING = "missing"
    MISCONFIGURED = "misconfigured"
    UNPROVED = "unproved"


class Proof(StrEnum):
    """How a granted scope was proved."""

    EXERCISED = "exercised"
    PROBED = "probed"


class CheckVerdict(StrEnum):
    """What a run says about one property of the key or token."""

    OK = "ok"
    FAILED = "failed"
    UNPROVED = "unproved"
    NOT_CHECKED = "not-checked"


class KeyCheck(StrEnum):
    """The properties of key and token that no single endpoint shows."""

    KEY_KNOWN = "key-known"
    REDIRECT_URI = "redirect-uri"
    KEY_ON = "key-on"
    SCOPES_ON_KEY = "scopes-on-key"
    SCOPES_ENFORCED = "scopes-enforced"
    TOKEN_ALIVE = "token-alive"
    TOKEN_FROM_KEY = "token-from-key"
    INCLUDES_ALLOWED = "includes-allowed"
    USER_ADMINISTERS = "user-administers"


@dataclass(frozen=True)
class Exchange:
    """One HTTP exchange as evidence, already redacted."""

    request: str
    """`PUT /api/v1/courses/7/pages/x`, without the host."""
    sent: str
    """An excerpt of the request's body, empty if there was none."""
    status: int | None
    """None if no answer came."""
    headers: dict[str, str]
    """The answer's headers that help with diagnosis."""
    body: str
    """An excerpt of the answer's body, or what happened instead of an answer."""
    elapsed_ms: int


@dataclass(frozen=True)
class ScopeResult:
    """The verdict for one scope, with its evidence."""

    scope: str
    section: str
    verdict: Verdict
    proof: Proof | None
    cause: str | None
    message: str
    remedy: str | None
    requests: int
    evidence: list[Exchange] = field(default_factory=list)
    canvas_name: str | None = None
    """This Canvas's name for the scope, where it is known to be another."""
    refused_in: list[str] = field(default_factory=list)
    """The live courses in which the call was refused, if it was not in others."""


@dataclass(frozen=True)
class KeyResult:
    """The verdict for one key check, with its evidence."""

    check: KeyCheck
    verdict: CheckVerdict
    cause: str | None
    message: str
    remedy: str | None
    evidence: list[Exchange] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """The Canvas that a run tested; contains no secret."""

    base_url: str
    embedded: bool
    account_id: str
    course_id: str | None
    client_id: str | None = None
    canvas_version: str | None = None
    """How old it is, by its signs: Canvas tells no version of itself."""
    user_id: str | None = None
    """The global ID of the token's user."""
    user_name: str | None = None
    key_id: str | None = None
    """The global ID of the key that issued the token."""


@dataclass(frozen=True)
class FailedRestore:
    """One change that could not be undone, and where the old value is saved."""

    what: str
    message: str
    saved_as: str | None = None


@dataclass(frozen=True)
class Cleanup:
    """What was undone or removed at the end of a run."""

    restored: int = 0
    failed: list[FailedRestore] = field(default_factory=list)
    swept: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What was not undone because somebody else had replaced it."""
    unsettled: list[str] = field(default_factory=list)
    """Changes that may still take effect: a request for them was not answered, and not long enough ago."""


@dataclass(frozen=True)
class RunResult:
    """Everything that one run found."""

    profile: str
    mode: str
    started_at: str
    duration_s: float
    target: Target
    key: list[KeyResult]
    scopes: list[ScopeResult]
    cleanup: Cleanup
    expected: int
    """How many scopes the profile has."""
    missing_on_key: list[str] | None = None
    """The required scopes that the preflight found missing on the key; None if it could not tell."""
    names: dict[str, str | None] = field(default_factory=dict)
    """Required scopes to this Canvas's names, as far as they are known; None: this Canvas has no such scope."""
    named: Named = UNNAMED
    """What remedies call the key and the user."""
    token_limited: bool = False
    """Whether the token is limited to scopes, so that the key that issued it enforces them."""
    rights: UserRights = field(default_factory=UserRights)
    """What is known of the rights of the token's user."""
    notes: list[str] = field(default_factory=list)
    """What concerns the whole run and is reported once: a dead token, an existing course in use, a broken lock."""
    limits: list[str] = field(default_factory=list)
    """What the run did not prove although it may be green, beside what its verdicts show: clauses for the headline,
    such as `only sub-account 42 was read`."""
    part: str = ""
    """What selected only a part of the cases, such as `-k pages`; empty if nothing did."""
    ended: str = ""
    """Why the run ended before its last case, as a clause; empty if it did not."""
    stopped: str = ""
    """The option that ended the run at a failure, such as `--maxfail=3`; empty if none did."""
    unconfigured: str = ""
    """For a demonstration on the embedded Canvas: why no other was tested."""

    @property
    def conformant(self) -> bool:
        """Whether every scope is granted, no key check failed or is unproved, and every change was undone for good."""
        return (
            len(self.scopes) == self.expected
            and all(result.verdict is Verdict.GRANTED for result in self.scopes)
            and all(result.verdict in {CheckVerdict.OK, CheckVerdict.NOT_CHECKED} for result in self.key)
            and not self.cleanup.failed
            and not self.cleanup.unsettled
        )

    def counts(self) -> dict[str, int]:
        """How many scopes have each verdict."""
        return {verdict.value: sum(r.verdict is verdict for r in self.scopes) for verdict in Verdict}
