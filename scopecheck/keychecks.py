"""The eight key checks: what preflight, canaries and the live course together say of key and token.

How far `token-from-key` goes: Canvas names a token's key to nobody but that key's own token endpoint. Proved is only a
token that was fetched with CANVAS_REFRESH_TOKEN and the key's secret. A pasted access token can be caught out (the key
enforces scopes and the token is not held to them, or the other way round), but not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from scopecheck import causes, triage
from scopecheck.answer import Answer
from scopecheck.canary import Canaries
from scopecheck.causes import Cause
from scopecheck.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, read
from scopecheck.oauth import TokenRefused
from scopecheck.preflight import CANARY, Preflight
from scopecheck.verdict import CheckVerdict, KeyCheck


@dataclass(frozen=True)
class Findings:
    """All that the controller learned about key and token. None: not asked, for lack of settings."""

    key_name: str
    scopes: Sequence[str]
    preflight: Preflight | None = None
    key_record: KeyRecord | None = None
    refreshed: bool = False
    token_refused: TokenRefused | None = None
    no_token: bool = False
    canaries: Canaries = field(default_factory=Canaries)
    readings: Sequence[Answer] = ()
    """Every answer that the token got, the canaries' included."""
    included: Included | None = None

    @property
    def missing_on_key(self) -> list[str] | None:
        """The required scopes that the key lacks, by the preflight or else by the key's own record."""
        if self.preflight and self.preflight.missing is not None:
            return self.preflight.missing
        if self.key_record and self.key_record.scopes is not None:
            return [scope for scope in self.scopes if scope not in self.key_record.scopes]
        return None


@dataclass(frozen=True)
class KeyRecord:
    """The key as Canvas's developer keys API shows it to an administrator; None: not shown."""

    scopes: frozenset[str] | None
    enforced: bool | None
    includes: bool | None
    on: bool | None
    answer: Answer


@dataclass(frozen=True)
class Included:
    """Whether an include that was asked for came back."""

    answer: Answer
    member: str
    present: bool | None
    """None where the answer could not show it."""


@dataclass(frozen=True)
class Checked:
    """One key check's outcome, before it is put into words for a report."""

    verdict: CheckVerdict
    message: str
    cause: Cause | None = None
    detail: str = ""
    evidence: Sequence[Answer] = ()
    remedy: str | None = None


def check_all(found: Findings) -> dict[KeyCheck, Checked]:
    """All eight checks, in their order."""
    return {check: judge(found) for check, judge in _CHECKS.items()}


def _ok(message: str, *evidence: Answer) -> Checked:
    return Checked(CheckVerdict.OK, message, evidence=evidence)


def _failed(cause: Cause, message: str, *evidence: Answer, detail: str = "") -> Checked:
    return Checked(CheckVerdict.FAILED, message, cause, detail, evidence)


def _unproved(message: str, *evidence: Answer, cause: Cause | None = None) -> Checked:
    return Checked(CheckVerdict.UNPROVED, message, cause or causes.NOT_CANVAS_ANSWERING, evidence=evidence)


def _not_checked(message: str) -> Checked:
    return Checked(CheckVerdict.NOT_CHECKED, message)


_NO_PREFLIGHT: Final = "Not asked: CANVAS_CLIENT_ID and CANVAS_REDIRECT_URI are not both set."


def _from_preflight(judge: Callable[[Findings, Preflight], Checked]) -> Callable[[Findings], Checked]:
    """A check that the preflight alone answers: not asked, asked and not told, or told."""

    def check(found: Findings) -> Checked:
        return judge(found, found.preflight) if found.preflight else _not_checked(_NO_PREFLIGHT)

    return check


@_from_preflight
def _key_known(_found: Findings, said: Preflight) -> Checked:
    if said.key_known:
        return _ok("Canvas knows the key, and it is active.", said.answered)
    if said.key_known is False:
        return _failed(causes.KEY_UNKNOWN_HERE, "Canvas does not know the key CANVAS_CLIENT_ID.", said.answered)
    return _unproved(f"Canvas did not answer the question about the key: {said.answered.says()}.", said.answered)


@_from_preflight
def _redirect_uri(_found: Findings, said: Preflight) -> Checked:
    if said.redirect_uri_accepted:
        return _ok("The key accepts CANVAS_REDIRECT_URI.", said.answered)
    if said.redirect_uri_accepted is False:
        return _failed(causes.REDIRECT_URI_MISMATCH, "CANVAS_REDIRECT_URI is not on the key.", said.answered)
    return _after(said)


@_from_preflight
def _key_on(found: Findings, said: Preflight) -> Checked:
    if said.key_on:
        return _ok("The key is on for this account.", *said.answers[-1:])
    if said.key_on is False:
        return _failed(causes.KEY_OFF, "The key is off for this account.", *said.answers[-1:])
    if said.missing and len(said.missing) == len(found.scopes):
        return _unproved(
            "Canvas tells on or off only with a scope that the key has, and it has none of the required ones.",
            *said.answers[-1:],
            cause=causes.WRONG_KIND_OF_KEY,
        )
    return _after(said)


def _after(said: Preflight) -> Checked:
    """A later question of the preflight, which an earlier answer kept from being asked."""
    if said.key_known is False:
        return _unproved("Cannot be asked before the key is known.", said.answered, cause=causes.KEY_UNKNOWN_HERE)
    if said.redirect_uri_accepted is False:
        text = "Cannot be asked before the redirect URI is accepted."
        return _unproved(text, said.answered, cause=causes.REDIRECT_URI_MISMATCH)
    return _unproved(f"Canvas did not answer: {said.answers[-1].says()}.", *said.answers[-1:])


def _scopes_on_key(found: Findings) -> Checked:
    missing, said = found.missing_on_key, found.preflight
    evidence = [said.answered] if said else [found.key_record.answer] if found.key_record else []
    if missing is None and said and said.enforced is False:
        text = "Cannot be told: the key does not enforce scopes, so Canvas compares none."
        return _unproved(text, said.answered, cause=causes.SCOPES_NOT_ENFORCED)
    if missing is None:
        return _after(said) if said else _not_checked(_NO_PREFLIGHT)
    if not missing:
        return _ok(f"The key carries all {len(found.scopes)} required scopes.", *evidence)
    cause = triage.missing_cause(missing[0], missing, len(found.scopes), {})
    return Checked(
        CheckVerdict.FAILED,
        f"The key lacks {len(missing)} of {len(found.scopes)} required scopes: {', '.join(missing)}.",
        cause,
        evidence=evidence,
        remedy=None if cause is causes.WRONG_KIND_OF_KEY else _tick(found.key_name, missing),
    )


def _tick(key: str, missing: Sequence[str]) -> str:
    return (
        f"In Canvas, open Admin > Developer Keys > {key} > Edit, tick {', '.join(missing)} and save; then authorize "
        "the integration again, since a token keeps the scopes it was issued with."
    )


def _scopes_enforced(found: Findings) -> Checked:
    on_key = found.preflight.enforced if found.preflight else None
    if on_key is None and found.key_record:
        on_key = found.key_record.enforced
    at_call = found.canaries.enforced
    evidence = found.canaries.answers
    if on_key is False:
        answered = [found.preflight.answered] if found.preflight else []
        text = f"Canvas accepted {CANARY}, a scope that does not exist: the key does not enforce scopes."
        return _failed(causes.SCOPES_NOT_ENFORCED, text, *answered)
    if at_call is False:
        text = "A call outside the required scopes was let through, so that 'granted' means nothing."
        return _failed(causes.SCOPES_NOT_ENFORCED, text, *evidence)
    if at_call is True:
        return _ok("A call outside the required scopes was refused.", *evidence)
    if on_key and (found.no_token or found.token_refused):
        return _ok(
            "The key refuses a scope that does not exist.", *([found.preflight.answered] if found.preflight else [])
        )
    return (
        _unproved("No canary call got an answer that tells.", *evidence)
        if evidence
        else _not_checked("Not asked: there is no token, and no client ID with a redirect URI.")
    )


def _token_alive(found: Findings) -> Checked:
    if found.token_refused:
        refused = found.token_refused
        verdict = CheckVerdict.UNPROVED if refused.cause is causes.NOT_CANVAS_ANSWERING else CheckVerdict.FAILED
        return Checked(verdict, refused.message, refused.cause, remedy=refused.remedy, evidence=[refused.answer])
    if found.no_token:
        return _not_checked("Not asked: no token is set.")
    dead = [answer for answer in found.readings if read(answer) in DEAD_TOKEN]
    if dead:
        return _dead(read(dead[0]), dead[0])
    alive = [a for a in found.readings if read(a) in PAST_THE_GATE or read(a) is Reading.SCOPE_MISSING]
    if alive:
        return _ok("Canvas accepts the token.", alive[0])
    last = found.readings[-1]
    return Checked(
        CheckVerdict.UNPROVED,
        f"No call with the token got a usable answer: {last.says()}.",
        triage.UNPROVED.get(read(last), causes.NOT_CANVAS_ANSWERING),
        evidence=[last],
    )


def _dead(reading: Reading, answer: Answer) -> Checked:
    cause = triage.UNPROVED[reading]
    means = {
        Reading.TOKEN_EXPIRED: "The token has expired for good.",
        Reading.TOKEN_REVOKED: "The token was revoked: by its user, or by Canvas when a scope was taken off the key.",
        Reading.TOKEN_INVALID: "Canvas does not accept the token: it has run its hour, was replaced by a refresh, "
        "belongs to another Canvas, or its key is off.",
        Reading.UNAUTHENTICATED: "Canvas treats the token's user as logged out: the user may be deleted.",
    }[reading]
    return _failed(cause, means, answer)


def _token_from_key(found: Findings) -> Checked:
    if found.token_refused and found.token_refused.cause is causes.TOKEN_FROM_ANOTHER_KEY:
        return _failed(causes.TOKEN_FROM_ANOTHER_KEY, found.token_refused.message, found.token_refused.answer)
    on_key = found.preflight.enforced if found.preflight else None
    at_call = found.canaries.enforced
    if on_key is not None and at_call is not None and on_key is not at_call:
        text = (
            "The key enforces scopes, but the token is not held to any: it was not issued through this key."
            if on_key
            else "The key does not enforce scopes, but the token is held to some: it was not issued through this key."
        )
        return _failed(causes.TOKEN_FROM_ANOTHER_KEY, text, *found.canaries.answers)
    if found.refreshed:
        return _ok("The token was fetched with the key's own ID and secret.")
    return _not_checked(
        "Canvas does not tell which key a pasted access token is of, and nothing speaks against it. "
        "Set CANVAS_REFRESH_TOKEN with CANVAS_CLIENT_SECRET to have it proved."
    )


def _includes_allowed(found: Findings) -> Checked:
    if found.no_token or found.token_refused:
        return _not_checked("Not asked: there is no token.")
    included = found.included
    if included is None or included.present is None:
        if found.key_record and found.key_record.includes is not None:
            return _includes_by_record(found.key_record)
        text = "No answer could show whether include[] works: no course could be read."
        return _unproved(text, *([included.answer] if included else []), cause=causes.SANDBOX_UNFIT)
    if included.present:
        return _ok(f"Canvas gave {included.member} when include[] asked for it.", included.answer)
    text = f"Canvas answered without {included.member}, although include[] asked for it."
    return _failed(causes.INCLUDES_NOT_ALLOWED, text, included.answer)


def _includes_by_record(record: KeyRecord) -> Checked:
    if record.includes:
        return _ok("The key's record says that includes are allowed.", record.answer)
    text = "The key's record says that includes are not allowed."
    return _failed(causes.INCLUDES_NOT_ALLOWED, text, record.answer)


_CHECKS: Final[dict[KeyCheck, Callable[[Findings], Checked]]] = {
    KeyCheck.KEY_KNOWN: _key_known,
    KeyCheck.REDIRECT_URI: _redirect_uri,
    KeyCheck.KEY_ON: _key_on,
    KeyCheck.SCOPES_ON_KEY: _scopes_on_key,
    KeyCheck.SCOPES_ENFORCED: _scopes_enforced,
    KeyCheck.TOKEN_ALIVE: _token_alive,
    KeyCheck.TOKEN_FROM_KEY: _token_from_key,
    KeyCheck.INCLUDES_ALLOWED: _includes_allowed,
}
