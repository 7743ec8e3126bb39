"""The words of a result: verdict, proof, and what was found for one scope, one key check, one run.

These records travel from xdist's workers to the controller and into the reports as JSON (msgspec), so they hold
plain values only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What a run says of one scope."""

    GRANTED = "granted"
    MISSING = "missing"
    MISCONFIGURED = "misconfigured"
    UNPROVED = "unproved"


class Proof(StrEnum):
    """How a granted scope was proved."""

    EXERCISED = "exercised"
    PROBED = "probed"


class CheckVerdict(StrEnum):
    """What a run says of one property of the key or token."""

    OK = "ok"
    FAILED = "failed"
    UNPROVED = "unproved"
    NOT_CHECKED = "not-checked"


class KeyCheck(StrEnum):
    """The eight properties of key and token that no single endpoint shows."""

    KEY_KNOWN = "key-known"
    REDIRECT_URI = "redirect-uri"
    KEY_ON = "key-on"
    SCOPES_ON_KEY = "scopes-on-key"
    SCOPES_ENFORCED = "scopes-enforced"
    TOKEN_ALIVE = "token-alive"
    TOKEN_FROM_KEY = "token-from-key"
    INCLUDES_ALLOWED = "includes-allowed"


@dataclass(frozen=True)
class Exchange:
    """One HTTP exchange as evidence, already redacted."""

    request: str
    """`PUT /api/v1/courses/7/pages/x`, without the host."""
    sent: str
    """An excerpt of the body that was sent, empty where there was none."""
    status: int | None
    """None where no answer came."""
    headers: dict[str, str]
    """The telling headers of the answer."""
    body: str
    """An excerpt of the answer's body, or what happened instead of an answer."""
    elapsed_ms: int


@dataclass(frozen=True)
class ScopeResult:
    """The verdict for one scope, with what it rests on."""

    scope: str
    section: str
    verdict: Verdict
    proof: Proof | None
    cause: str | None
    message: str
    remedy: str | None
    requests: int
    evidence: list[Exchange] = field(default_factory=list)


@dataclass(frozen=True)
class KeyResult:
    """The verdict for one key check, with what it rests on."""

    check: KeyCheck
    verdict: CheckVerdict
    cause: str | None
    message: str
    remedy: str | None
    evidence: list[Exchange] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """Where a run went: never a secret among it."""

    base_url: str
    embedded: bool
    account_id: str
    course_id: str | None
    client_id: str | None = None
    canvas_version: str | None = None


@dataclass(frozen=True)
class FailedRestore:
    """One change that could not be undone, with the old value's place."""

    what: str
    message: str
    saved_as: str | None = None


@dataclass(frozen=True)
class Cleanup:
    """What was put back or removed at the end of a run."""

    restored: int = 0
    failed: list[FailedRestore] = field(default_factory=list)
    swept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RunResult:
    """All that one run found."""

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
    """The required scopes that the preflight found missing on the key; None where it could not tell."""
    notes: list[str] = field(default_factory=list)
    """What concerns the whole run and is said once: a dead token, a borrowed course, a lock that was broken."""

    @property
    def conformant(self) -> bool:
        """Every scope of the profile granted, no key check failed or unproved, everything put back."""
        return (
            len(self.scopes) == self.expected
            and all(result.verdict is Verdict.GRANTED for result in self.scopes)
            and all(result.verdict in {CheckVerdict.OK, CheckVerdict.NOT_CHECKED} for result in self.key)
            and not self.cleanup.failed
        )

    def counts(self) -> dict[str, int]:
        """How many scopes have each verdict."""
        return {verdict.value: sum(r.verdict is verdict for r in self.scopes) for verdict in Verdict}
