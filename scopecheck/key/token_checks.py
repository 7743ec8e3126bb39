"""The key check of whether the token is alive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, is_record, read
from scopecheck.canvas.production_copy import production_copy
from scopecheck.canvas.signs import signs_of
from scopecheck.key import triage
from scopecheck.key.grant import REFRESHED_ELSEWHERE
from scopecheck.key.outcome import (
    INACTIVE,
    NO_TOKEN,
    CheckOutcome,
    failed,
    not_checked,
    ok,
    says,
    unknown_key,
    unproved,
)
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import Identity, KeyFacts, TokenLife
from scopecheck.model.verdict import CheckVerdict


def token_life(canaries: Sequence[Answer], course: Answer | None, included: Answer | None = None) -> TokenLife:
    """What the first answers show about the token; a bare success proves nothing: other software gives that too."""
    answers = [*canaries, *(answer for answer in (course, included) if answer)]
    dead = next((answer for answer in answers if read(answer) in DEAD_TOKEN), None)

    def shows_life(answer: Answer) -> bool:
        reading = read(answer)
        named = reading in PAST_THE_GATE and signs_of(answer.headers).past_the_gate
        conclusive = reading in {Reading.SCOPE_MISSING, Reading.NOT_FOUND, Reading.NOT_PERMITTED}
        return named or conclusive or (answer is course and is_record(answer))

    return TokenLife(answers, dead, None if dead else next(filter(shows_life, answers), None))


def identity(answers: Sequence[Answer], issued_to: str | None = None) -> Identity:
    """The user and the key that the first answer past the scope check names.

    If none does, because a proxy strips the headers that name them, at least whom the token was issued to.
    """
    for answer in answers:
        signs = signs_of(answer.headers)
        if read(answer) in PAST_THE_GATE and signs.past_the_gate:
            acts = signs.real_user_id if signs.real_user_id != signs.user_id else None
            return Identity(signs.user_id, signs.key_id, answer, acts)
    return Identity(issued_to)


def token_alive(facts: KeyFacts) -> CheckOutcome:
    """Whether Canvas accepts the token; it tells invalid, expired and revoked apart."""
    if facts.token_refusal:
        refused = facts.token_refusal
        record = facts.key_record
        if refused.cause in _NO_SUCH_KEY and record and record.active is False:
            return failed(causes.KEY_INACTIVE, INACTIVE, refused.answer)
        verdict = CheckVerdict.UNPROVED if refused.proves_nothing else CheckVerdict.FAILED
        # The same words as those of the check whether the key is on, which name the key.
        remedy = None if refused.cause in _OF_THE_KEY else refused.remedy
        return CheckOutcome(verdict, refused.message, refused.cause, remedy=remedy, evidence=[refused.answer])
    if facts.no_token:
        return not_checked(NO_TOKEN)
    if facts.token.dead:
        return _dead(facts, facts.token.dead)
    if facts.token.alive:
        return ok("Canvas accepts the token.", facts.token.alive)
    last = facts.token.answers[-1]
    return unproved(f"No call with the token got a usable answer: {says(last)}.", last)


_OF_THE_KEY: Final = (causes.KEY_OFF, causes.KEY_UNKNOWN_HERE)
"""Why Canvas exchanges no refresh token, where the key checks say what to do, with the key's name."""

_NO_SUCH_KEY: Final = (causes.KEY_UNKNOWN_HERE, causes.ENVIRONMENT_RESET)
"""Why Canvas exchanges no refresh token, if it seems not to know the key."""

_MEANS: Final[Mapping[Reading, str]] = {
    Reading.TOKEN_EXPIRED: "The token has reached the expiration date that it was created with.",
    Reading.TOKEN_REVOKED: "The token was revoked: by its user, or by Canvas when a scope was removed from the key.",
    Reading.TOKEN_INVALID: "Canvas does not accept the token: it has expired (an hour after it was issued), was "
    "revoked, was replaced by a refresh, ended when a scope was removed from the key (which ends all of the key's "
    "tokens), was issued by another Canvas, or belongs to a user who can no longer log in.",
    Reading.UNAUTHENTICATED: "Canvas treats the token's user as logged out: the user may have been deleted.",
}


def _dead(facts: KeyFacts, answer: Answer) -> CheckOutcome:
    reading = read(answer)
    preflight, record = facts.preflight, facts.key_record
    if reading is Reading.TOKEN_INVALID and record and record.active is False:
        return failed(causes.KEY_INACTIVE, "Canvas does not accept the token, because its key is inactive.", answer)
    if reading is Reading.TOKEN_INVALID and preflight and preflight.key_known is False:
        text = "This Canvas knows neither the token nor the key in CANVAS_CLIENT_ID."
        return unknown_key(text, preflight.answered, answer)
    on = preflight.key_on if preflight and preflight.key_on is not None else record.on if record else None
    if reading is Reading.TOKEN_INVALID and on is False:
        return failed(causes.KEY_OFF, "Canvas does not accept the token, because its key is off.", answer)
    if reading is Reading.TOKEN_INVALID and facts.refreshed:
        return _never_worked(facts, answer)
    if reading is Reading.UNAUTHENTICATED and not _was_seen(facts):
        text = "Canvas answers as if no token had been sent."
        return unproved(text, *facts.token.answers, cause=causes.AUTHORIZATION_LOST)
    copy = production_copy(answer.url)
    note = f" {copy.detail}." if copy else ""
    return failed(triage.UNPROVED[reading], _MEANS[reading] + note, answer)


def _was_seen(facts: KeyFacts) -> bool:
    """Whether an answer shows that Canvas saw the token: it checks scopes before it looks whether the user is deleted.

    The order is that of authentication_methods.rb.
    """
    return any(
        read(answer) is Reading.SCOPE_MISSING or signs_of(answer.headers).past_the_gate
        for answer in facts.token.answers
    )


def _never_worked(facts: KeyFacts, answer: Answer) -> CheckOutcome:
    """A token that Canvas issued a moment ago; if the key lacks its scopes, Canvas issues it without saving it."""
    text = "Canvas refreshed the token, but does not accept the new one"
    if facts.missing_on_key:
        text += ": the token was issued with scopes that the key does not carry"
        return failed(causes.SCOPES_SENT_TO_UNSCOPED_KEY, f"{text}.", answer)
    text += f": {REFRESHED_ELSEWHERE} at the same moment, or its user can no longer log in"
    return failed(causes.TOKEN_EXPIRED, f"{text}.", answer)
