"""What the controller learned about key and token, and the shape of what it concludes from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scopecheck import causes, triage
from scopecheck.answer import Answer
from scopecheck.canary import Canaries
from scopecheck.causes import Cause
from scopecheck.classify import DEAD_TOKEN, Reading, read
from scopecheck.environment import environment
from scopecheck.evidence import exchange
from scopecheck.oauth import TokenRefused
from scopecheck.preflight import Preflight
from scopecheck.secret import Secret
from scopecheck.verdict import CheckVerdict, KeyCheck, KeyResult


@dataclass(frozen=True)
class KeyRecord:
    """The key as Canvas's developer keys API shows it to an administrator; None: not shown."""

    answer: Answer
    active: bool | None = None
    on: bool | None = None
    scopes: frozenset[str] | None = None
    enforced: bool | None = None
    includes: bool | None = None
    redirect_uris: frozenset[str] | None = None
    is_lti: bool | None = None


@dataclass(frozen=True)
class Included:
    """Whether an include that was asked for came back."""

    answer: Answer
    member: str
    present: bool | None
    """None where the answer could not show it."""


@dataclass(frozen=True)
class Findings:
    """All that the controller learned about key and token. None: not asked, for lack of settings."""

    key_name: str
    scopes: Sequence[str]
    redirect_uri: str | None = None
    needs_includes: bool = True
    preflight: Preflight | None = None
    key_record: KeyRecord | None = None
    unknown_names: Mapping[str, str] = field(default_factory=dict)
    """Required scopes that this Canvas has under another name, with that name."""
    refreshed: bool = False
    token_refused: TokenRefused | None = None
    no_token: bool = False
    canaries: Canaries = field(default_factory=Canaries)
    course: Answer | None = None
    """The sandbox course, read with the token."""
    included: Included | None = None

    @property
    def missing_on_key(self) -> list[str] | None:
        """The required scopes that the key lacks, by the preflight or else by the key's own record."""
        if self.preflight and self.preflight.missing is not None:
            return self.preflight.missing
        if self.key_record and self.key_record.scopes is not None:
            return [scope for scope in self.scopes if scope not in self.key_record.scopes]
        return None

    @property
    def key_enforces(self) -> bool | None:
        """Whether the key enforces scopes, by the preflight or else by the key's own record."""
        if self.preflight and self.preflight.enforced is not None:
            return self.preflight.enforced
        return self.key_record.enforced if self.key_record else None

    @property
    def readings(self) -> list[Answer]:
        """Every answer that the token got."""
        return [*self.canaries.answers, *([self.course] if self.course else [])]

    @property
    def has_token(self) -> bool:
        """Whether there is a token to ask with."""
        return not (self.no_token or self.token_refused)

    @property
    def dead(self) -> Answer | None:
        """An answer that says that the token is dead."""
        return next((answer for answer in self.readings if read(answer) in DEAD_TOKEN), None)

    @property
    def alive(self) -> Answer | None:
        """An answer that only a living token gets. A success alone is none: other software gives that too."""
        if self.dead:
            return None
        told = {Reading.SCOPE_MISSING, Reading.NOT_FOUND, Reading.NOT_PERMITTED}
        return next((a for a in self.readings if read(a) in told or (a is self.course and is_record(a))), None)


def is_record(answer: Answer) -> bool:
    """Whether an answer is one of Canvas's records, with its id."""
    return read(answer) is Reading.OK and isinstance(answer.json, dict) and "id" in answer.json


@dataclass(frozen=True)
class Checked:
    """One key check's outcome, before it is put into words for a report."""

    verdict: CheckVerdict
    message: str
    cause: Cause | None = None
    detail: str = ""
    evidence: Sequence[Answer] = ()
    remedy: str | None = None


def ok(message: str, *evidence: Answer) -> Checked:
    """The key or token is as the integration needs it."""
    return Checked(CheckVerdict.OK, message, evidence=evidence)


def failed(cause: Cause, message: str, *evidence: Answer, detail: str = "", remedy: str | None = None) -> Checked:
    """It is not."""
    return Checked(CheckVerdict.FAILED, message, cause, detail, evidence, remedy)


def unproved(message: str, *evidence: Answer, cause: Cause | None = None, remedy: str | None = None) -> Checked:
    """It was asked, and nothing was learned; the cause shows in the last answer where none is given."""
    seen = triage.UNPROVED.get(read(evidence[-1])) if evidence else None
    return Checked(CheckVerdict.UNPROVED, message, cause or seen or causes.NOT_CANVAS_ANSWERING, "", evidence, remedy)


def unknown_key(message: str, *evidence: Answer) -> Checked:
    """Canvas does not know the key; on a copy of production that is what an overwriting leaves behind."""
    copy = environment(evidence[-1].url)
    if copy is None:
        return failed(causes.KEY_UNKNOWN_HERE, message, *evidence)
    return failed(causes.ENVIRONMENT_RESET, message, *evidence, detail=copy.detail)


def not_checked(message: str) -> Checked:
    """It was not asked."""
    return Checked(CheckVerdict.NOT_CHECKED, message)


def worded(checked: Mapping[KeyCheck, Checked], key_name: str, secrets: Iterable[Secret]) -> list[KeyResult]:
    """The outcomes as reports show them, with their remedies and redacted evidence."""
    known = list(secrets)
    return [
        KeyResult(
            check,
            outcome.verdict,
            outcome.cause.slug if outcome.cause else None,
            outcome.message,
            outcome.remedy
            or (outcome.cause.remedy_for(key=key_name, detail=outcome.detail) if outcome.cause else None),
            [exchange(answer, known) for answer in outcome.evidence],
        )
        for check, outcome in checked.items()
    ]
