"""The key checks: what the preflight, the canaries, the key's record and the live course show together.

The preflight comes first, because it is the live Canvas's own answer. If it was not run or learned nothing, the key's
record decides, provided that an administrator's token may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from scopecheck.canvas.scope_names import box, has_no_box
from scopecheck.key import triage
from scopecheck.key.includes_check import NAME_THE_KEY, includes_allowed
from scopecheck.key.outcome import INACTIVE, CheckOutcome, failed, not_checked, ok, unknown_key, unproved
from scopecheck.key.preflight import CANARY
from scopecheck.key.redirect_form import wrong_form
from scopecheck.key.role_checks import user_administers
from scopecheck.key.token_checks import token_alive
from scopecheck.key.token_origin import of_another_key, token_from_key
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.causes import Cause
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.verdict import CheckVerdict, KeyCheck


def check_all(facts: KeyFacts) -> dict[KeyCheck, CheckOutcome]:
    """All checks, in their order."""
    return {check: judge(facts) for check, judge in _CHECKS.items()}


def _key_known(facts: KeyFacts) -> CheckOutcome:
    preflight, record = facts.preflight, facts.key_record
    if preflight and preflight.key_known:
        return ok("Canvas knows the key, and it is active.", preflight.answered)
    if record and record.active is False:
        return failed(causes.KEY_INACTIVE, INACTIVE, record.answer)
    if preflight and preflight.key_known is False:
        return unknown_key("Canvas does not know the key CANVAS_CLIENT_ID.", preflight.answered)
    if record and record.active:
        return ok("The key's record says that it is active.", record.answer)
    return _unknown(facts)


def _redirect_uri(facts: KeyFacts) -> CheckOutcome:
    preflight, record = facts.preflight, facts.key_record
    wrong = _malformed(facts)
    if wrong:
        return failed(
            causes.REDIRECT_URI_MALFORMED, wrong, *([preflight.answered] if preflight else []),
            detail=facts.needs.redirect_uri,
        )  # fmt: skip
    if preflight and preflight.redirect_uri_accepted:
        return ok("The key accepts CANVAS_REDIRECT_URI.", preflight.answered)
    if preflight and preflight.redirect_uri_accepted is False:
        return failed(causes.REDIRECT_URI_MISMATCH, "CANVAS_REDIRECT_URI is not on the key.", preflight.answered)
    # Older Canvas accepts subdomains too, so a record without the URI proves nothing.
    if record and record.redirect_uris and facts.redirect_uri in record.redirect_uris:
        return ok("The key's record has CANVAS_REDIRECT_URI.", record.answer)
    return _unknown(facts)


def _malformed(facts: KeyFacts) -> str | None:
    """What is wrong with the form of CANVAS_REDIRECT_URI, in a sentence; None if nothing is or it is not set."""
    wrong = wrong_form(facts.redirect_uri, facts.needs) if facts.redirect_uri else None
    return f"CANVAS_REDIRECT_URI {wrong}." if wrong else None


def _key_on(facts: KeyFacts) -> CheckOutcome:
    preflight, record = facts.preflight, facts.key_record
    if preflight and preflight.key_on is not None:
        return _on_or_off(preflight.key_on, "The key is", preflight.answers[-1])
    if record and record.on is not None:
        return _on_or_off(record.on, "The key's record says that it is", record.answer)
    if preflight and facts.missing_on_key and len(facts.missing_on_key) == len(facts.scopes):
        text = "Canvas shows on or off only for a scope that the key carries, and it carries none of the required ones."
        return unproved(text, preflight.answers[-1], cause=_lacking_cause(facts, facts.missing_on_key))
    return _unknown(facts)


def _on_or_off(on: bool, text: str, answer: Answer) -> CheckOutcome:
    return ok(f"{text} on for this account.", answer) if on else failed(
        causes.KEY_OFF, f"{text} off for this account.", answer
    )  # fmt: skip


def _unknown(facts: KeyFacts) -> CheckOutcome:
    """A question that neither the preflight nor the key's record answered."""
    preflight = facts.preflight
    if preflight is None:
        return not_checked("Not checked: set both CANVAS_CLIENT_ID and CANVAS_REDIRECT_URI to have this checked.")
    if preflight.key_known is False:
        text = "This cannot be checked while Canvas does not know the key."
        unknown = unknown_key(text, preflight.answered, record=facts.key_record)
        return replace(unknown, verdict=CheckVerdict.UNPROVED, message=text)
    if _malformed(facts) and not preflight.redirect_uri_accepted:
        text = "This cannot be checked while CANVAS_REDIRECT_URI is wrong."
        remedy = causes.REDIRECT_URI_MALFORMED.remedy_for(detail=facts.needs.redirect_uri, **facts.named.words)
        return unproved(text, preflight.answered, cause=causes.REDIRECT_URI_MALFORMED, remedy=remedy)
    if preflight.redirect_uri_accepted is False:
        text = "This cannot be checked while the key does not accept CANVAS_REDIRECT_URI."
        return unproved(text, preflight.answered, cause=causes.REDIRECT_URI_MISMATCH)
    return unproved(f"Canvas gave no conclusive answer: {preflight.answers[-1].says()}.", preflight.answers[-1])


def _scopes_on_key(facts: KeyFacts) -> CheckOutcome:
    missing, preflight = facts.missing_on_key, facts.preflight
    if missing is None and preflight and preflight.enforced is False:
        text = "This cannot be checked: the key does not enforce scopes, so Canvas compares none."
        return unproved(text, preflight.answered, cause=causes.SCOPES_NOT_ENFORCED)
    if missing is None:
        return _unknown(facts)
    by_preflight = preflight is not None and preflight.missing is not None
    evidence = (
        preflight.answers if preflight and by_preflight else [facts.key_record.answer] if facts.key_record else []
    )
    if not missing:
        return ok(f"The key carries all {len(facts.scopes)} required scopes.", *evidence)
    cause = _lacking_cause(facts, missing)
    text = f"The key lacks {len(missing)} of {len(facts.scopes)} required scopes: {_boxes(facts, missing)}."
    if len(missing) == len(facts.scopes):
        text = f"The key lacks all {len(missing)} required scopes."
    remedy = _select(facts, missing) if cause is causes.SCOPE_MISSING_ON_KEY else None
    return failed(cause, text, *evidence, remedy=remedy)


def _lacking_cause(facts: KeyFacts, missing: Sequence[str]) -> Cause:
    """The one cause of all the scopes that the key lacks."""
    kinds = {
        triage.missing_cause(scope, missing, len(facts.scopes), facts.names, is_lti=facts.is_lti) for scope in missing
    }
    # What has no box here is said with its scope; the others' cause is the key's.
    return (kinds - {causes.SCOPE_NAME_STALE} or kinds).pop()


def _select(facts: KeyFacts, missing: Sequence[str]) -> str:
    boxes = _boxes(facts, [scope for scope in missing if not has_no_box(scope, facts.names)])
    return causes.SELECT.format(boxes=boxes, **facts.named.words)


def _boxes(facts: KeyFacts, scopes: Sequence[str]) -> str:
    return ", ".join(str(box(scope, facts.names)) for scope in scopes)


def _scopes_enforced(facts: KeyFacts) -> CheckOutcome:
    preflight, record, evidence = facts.preflight, facts.key_record, facts.canaries.answers
    at_call = facts.canaries.enforced
    if preflight and preflight.enforced is False:
        text = f"Canvas accepted {CANARY}, a scope that does not exist: the key does not enforce scopes."
        return failed(causes.SCOPES_NOT_ENFORCED, text, preflight.answered)
    foreign = of_another_key(facts) if at_call is False else None
    if foreign:
        text = "Canvas allowed a call outside the required scopes, because the token was not issued through this key."
        return replace(foreign, message=text, evidence=evidence)
    if at_call is False:
        text = "Canvas allowed a call outside the required scopes, so 'granted' means nothing."
        return failed(causes.SCOPES_NOT_ENFORCED, text, *evidence, remedy=None if facts.client_id else NAME_THE_KEY)
    if record and facts.key_enforces is False:
        text = "The key's record says that it does not enforce scopes."
        return failed(causes.SCOPES_NOT_ENFORCED, text, record.answer)
    if at_call:
        return ok("Canvas refused a call outside the required scopes.", *evidence)
    if facts.key_enforces and (facts.token.dead or not facts.has_token):
        source = preflight.answered if preflight and preflight.enforced else record.answer if record else None
        return ok("The key refuses a scope that it does not carry.", *([source] if source else []))
    if facts.token.dead:
        return replace(
            token_alive(facts), verdict=CheckVerdict.UNPROVED, message="This cannot be checked: the token is not alive."
        )
    if evidence:
        return unproved("No call outside the required scopes got a conclusive answer.", *evidence)
    return _unknown(facts)


_CHECKS: Final[dict[KeyCheck, Callable[[KeyFacts], CheckOutcome]]] = {
    KeyCheck.KEY_KNOWN: _key_known,
    KeyCheck.REDIRECT_URI: _redirect_uri,
    KeyCheck.KEY_ON: _key_on,
    KeyCheck.SCOPES_ON_KEY: _scopes_on_key,
    KeyCheck.SCOPES_ENFORCED: _scopes_enforced,
    KeyCheck.TOKEN_ALIVE: token_alive,
    KeyCheck.TOKEN_FROM_KEY: token_from_key,
    KeyCheck.INCLUDES_ALLOWED: includes_allowed,
    KeyCheck.USER_ADMINISTERS: user_administers,
}
