"""The key check of where the token comes from: did this key issue it?

The `dk` of X-Canvas-Meta names the key that issued the token, on every answer past the scope check (canvas/signs.py).
Where a proxy strips it, a token that was fetched with CANVAS_REFRESH_TOKEN and the key's secret is proved; a pasted one
can only be proved wrong: it is alive although the key is off or unknown, or key and token differ in whether scopes are
enforced.
"""

from __future__ import annotations

from scopecheck.canvas.ids import issued_by
from scopecheck.key.outcome import DEAD_ALREADY, NO_TOKEN, CheckOutcome, failed, not_checked, ok, unknown_key
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyFacts


def token_from_key(facts: KeyFacts) -> CheckOutcome:
    """Whether the token was issued through the key of CANVAS_CLIENT_ID, as far as Canvas shows that."""
    refused = facts.token_refusal
    if refused and refused.cause is causes.TOKEN_FROM_ANOTHER_KEY:
        return failed(causes.TOKEN_FROM_ANOTHER_KEY, refused.message, refused.answer, remedy=refused.remedy)
    if not facts.has_token:
        return not_checked(NO_TOKEN)
    named = _named_key(facts)
    if named:
        return named
    if facts.refreshed:
        return ok("The token was fetched with the key's own ID and secret.")
    if facts.token.dead:
        return not_checked(DEAD_ALREADY)
    wrong = _contradiction(facts)
    if wrong:
        evidence = [*(facts.preflight.answers[-1:] if facts.preflight else ()), *facts.canaries.answers]
        return _foreign(facts, f"{wrong}: it was not issued through this key.", *evidence)
    return not_checked(
        "Not checked: CANVAS_CLIENT_ID is not set."
        if facts.client_id is None
        else "Not checked: no answer named the key that issued the token (X-Canvas-Meta is missing); nothing suggests "
        "that it was another key. Set CANVAS_REFRESH_TOKEN and CANVAS_CLIENT_SECRET to have this proved."
    )


def of_another_key(facts: KeyFacts) -> CheckOutcome | None:
    """The failed check, if another key issued the token: then what the token may do is no fault of this key."""
    issued = token_from_key(facts)
    return issued if issued.cause is causes.TOKEN_FROM_ANOTHER_KEY else None


def _foreign(facts: KeyFacts, message: str, *evidence: Answer) -> CheckOutcome:
    """A token of another key; where Canvas has no key CANVAS_CLIENT_ID, that number is what is wrong, not the token.

    A token that is not limited to scopes would not do for the right key either.
    """
    preflight = facts.preflight
    if preflight and preflight.key_known is False and facts.key_record is None and facts.canaries.enforced:
        return unknown_key(message, *evidence, preflight.answered)
    return failed(causes.TOKEN_FROM_ANOTHER_KEY, message, *evidence)


def _named_key(facts: KeyFacts) -> CheckOutcome | None:
    """What the key that Canvas names says; None if it names none, or one that may be on another shard."""
    key_id, answer = facts.identity.key_id, facts.identity.answer
    if key_id is None or answer is None or facts.client_id is None:
        return None
    same = issued_by(key_id, facts.client_id, facts.identity.user_id)
    if same is None:
        return None
    if same:
        return ok(f"Canvas names key {key_id} as the one that issued the token.", answer)
    text = f"Canvas names key {key_id} as the one that issued the token; CANVAS_CLIENT_ID is {facts.client_id}."
    return _foreign(facts, text, answer)


def _contradiction(facts: KeyFacts) -> str | None:
    """What shows that a living token is from another key: a key that is off or unknown keeps no token alive."""
    preflight = facts.preflight
    if facts.token.alive and preflight and preflight.key_known is False:
        return "Canvas does not know the key, but accepts the token"
    if facts.token.alive and preflight and preflight.key_on is False:
        return "The key is off, but Canvas accepts the token"
    key, token = facts.key_enforces, facts.canaries.enforced
    if key is True and token is False:
        return "The key enforces scopes, but the token is not limited to any"
    if key is False and token is True:
        return "The key does not enforce scopes, but the token is limited to some"
    return None
