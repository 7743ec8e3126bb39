"""The eight key checks: what preflight, canaries, the key's record and the live course together say.

The preflight is the first witness of the key, since it is the live Canvas's own answer; where it was not held or
learned nothing, the key's record speaks, if an administrator's token may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from scopecheck.key import triage
from scopecheck.key.outcome import CheckOutcome, failed, not_checked, ok, unknown_key, unproved
from scopecheck.key.preflight import CANARY
from scopecheck.key.token_checks import includes_allowed, token_alive, token_from_key
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.causes import Cause
from scopecheck.model.key_facts import KeyFacts, Preflight
from scopecheck.model.verdict import CheckVerdict, KeyCheck


def check_all(found: KeyFacts) -> dict[KeyCheck, CheckOutcome]:
    """All eight checks, in their order."""
    return {check: judge(found) for check, judge in _CHECKS.items()}


def _key_known(found: KeyFacts) -> CheckOutcome:
    said, record = found.preflight, found.key_record
    if said and said.key_known:
        return ok("Canvas knows the key, and it is active.", said.answered)
    if said and said.key_known is False:
        return unknown_key("Canvas does not know the key CANVAS_CLIENT_ID.", said.answered)
    if record and record.active:
        return ok("The key's record says that it is active.", record.answer)
    if record and record.active is False:
        return failed(causes.KEY_UNKNOWN_HERE, "The key's record says that it is not active.", record.answer)
    return _untold(said)


def _redirect_uri(found: KeyFacts) -> CheckOutcome:
    said, record = found.preflight, found.key_record
    if said and said.redirect_uri_accepted:
        return ok("The key accepts CANVAS_REDIRECT_URI.", said.answered)
    if said and said.redirect_uri_accepted is False:
        return failed(causes.REDIRECT_URI_MISMATCH, "CANVAS_REDIRECT_URI is not on the key.", said.answered)
    # Older Canvas accepts subdomains too, so that a record without the URI proves nothing.
    if record and record.redirect_uris and found.redirect_uri in record.redirect_uris:
        return ok("The key's record has CANVAS_REDIRECT_URI.", record.answer)
    return _untold(said)


def _key_on(found: KeyFacts) -> CheckOutcome:
    said, record = found.preflight, found.key_record
    if said and said.key_on is not None:
        return _on_or_off(said.key_on, "The key is", said.answers[-1])
    if record and record.on is not None:
        return _on_or_off(record.on, "The key's record says that it is", record.answer)
    if said and found.missing_on_key and len(found.missing_on_key) == len(found.scopes):
        text = "Canvas tells on or off only with a scope that the key has, and it has none of the required ones."
        return unproved(text, said.answers[-1], cause=_lacking_cause(found, found.missing_on_key))
    return _untold(said)


def _on_or_off(on: bool, text: str, answer: Answer) -> CheckOutcome:
    return ok(f"{text} on for this account.", answer) if on else failed(
        causes.KEY_OFF, f"{text} off for this account.", answer
    )  # fmt: skip


def _untold(said: Preflight | None) -> CheckOutcome:
    """A question that neither the preflight nor the key's record answered."""
    if said is None:
        return not_checked("Not asked: CANVAS_CLIENT_ID and CANVAS_REDIRECT_URI are not both set.")
    if said.key_known is False:
        text = "Cannot be asked before the key is known."
        return replace(unknown_key(text, said.answered), verdict=CheckVerdict.UNPROVED)
    if said.redirect_uri_accepted is False:
        text = "Cannot be asked before the redirect URI is accepted."
        return unproved(text, said.answered, cause=causes.REDIRECT_URI_MISMATCH)
    return unproved(f"Canvas gave no answer that tells: {said.answers[-1].says()}.", said.answers[-1])


def _scopes_on_key(found: KeyFacts) -> CheckOutcome:
    missing, said = found.missing_on_key, found.preflight
    if missing is None and said and said.enforced is False:
        text = "Cannot be told: the key does not enforce scopes, so Canvas compares none."
        return unproved(text, said.answered, cause=causes.SCOPES_NOT_ENFORCED)
    if missing is None:
        return _untold(said)
    by_preflight = said is not None and said.missing is not None
    evidence = said.answers if said and by_preflight else [found.key_record.answer] if found.key_record else []
    if not missing:
        return ok(f"The key carries all {len(found.scopes)} required scopes.", *evidence)
    cause = _lacking_cause(found, missing)
    text = f"The key lacks {len(missing)} of {len(found.scopes)} required scopes: {', '.join(missing)}."
    if len(missing) == len(found.scopes):
        text = f"The key lacks all {len(missing)} required scopes."
    remedy = None if cause is causes.WRONG_KIND_OF_KEY else _tick(found, missing)
    return failed(cause, text, *evidence, remedy=remedy)


def _lacking_cause(found: KeyFacts, missing: Sequence[str]) -> Cause:
    """The one cause of all that the key lacks."""
    kinds = {triage.missing_cause(scope, missing, len(found.scopes), found.unknown_names) for scope in missing}
    cause = kinds.pop() if len(kinds) == 1 else causes.SCOPE_MISSING_ON_KEY
    is_api_key = found.key_record is not None and found.key_record.is_lti is False
    return causes.SCOPE_MISSING_ON_KEY if cause is causes.WRONG_KIND_OF_KEY and is_api_key else cause


def _tick(found: KeyFacts, missing: Sequence[str]) -> str:
    boxes = ", ".join(
        f"{found.unknown_names[scope]} (this Canvas's name of {scope})" if scope in found.unknown_names else scope
        for scope in missing
    )
    edit = causes.EDIT_KEY.format(key=found.key_name)
    return f"{edit}, tick {boxes} and save; {causes.AUTHORIZE_AGAIN}."


def _scopes_enforced(found: KeyFacts) -> CheckOutcome:
    said, record, evidence = found.preflight, found.key_record, found.canaries.answers
    at_call = found.canaries.enforced
    if said and said.enforced is False:
        text = f"Canvas accepted {CANARY}, a scope that does not exist: the key does not enforce scopes."
        return failed(causes.SCOPES_NOT_ENFORCED, text, said.answered)
    if at_call is False:
        text = "A call outside the required scopes was let through, so that 'granted' means nothing."
        return failed(causes.SCOPES_NOT_ENFORCED, text, *evidence)
    if record and found.key_enforces is False:
        text = "The key's record says that it does not enforce scopes."
        return failed(causes.SCOPES_NOT_ENFORCED, text, record.answer)
    if at_call:
        return ok("A call outside the required scopes was refused.", *evidence)
    if found.key_enforces and (found.token.dead or not found.has_token):
        witness = said.answered if said and said.enforced else record.answer if record else None
        return ok("The key refuses a scope that it does not carry.", *([witness] if witness else []))
    if found.token.dead:
        return replace(token_alive(found), verdict=CheckVerdict.UNPROVED, message="Not told: the token is not alive.")
    if evidence:
        return unproved("No canary call got an answer that tells.", *evidence)
    return _untold(said)


_CHECKS: Final[dict[KeyCheck, Callable[[KeyFacts], CheckOutcome]]] = {
    KeyCheck.KEY_KNOWN: _key_known,
    KeyCheck.REDIRECT_URI: _redirect_uri,
    KeyCheck.KEY_ON: _key_on,
    KeyCheck.SCOPES_ON_KEY: _scopes_on_key,
    KeyCheck.SCOPES_ENFORCED: _scopes_enforced,
    KeyCheck.TOKEN_ALIVE: token_alive,
    KeyCheck.TOKEN_FROM_KEY: token_from_key,
    KeyCheck.INCLUDES_ALLOWED: includes_allowed,
}
