"""The key checks that need a token: is it alive, and do its includes come through?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, is_record, read
from scopecheck.canvas.production_copy import production_copy
from scopecheck.canvas.scope_names import box
from scopecheck.canvas.signs import signs_of
from scopecheck.key import triage
from scopecheck.key.grant import REFRESHED_ELSEWHERE
from scopecheck.key.outcome import (
    DEAD_ALREADY,
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
from scopecheck.key.role_fix import kind_for, role_fix
from scopecheck.key.token_origin import of_another_key
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import Identity, KeyFacts, TokenLife
from scopecheck.model.named import SUITE
from scopecheck.model.verdict import CheckVerdict


LISTS_COURSES: Final = "url:GET|/api/v1/accounts/:account_id/courses"
"""The scope of the call that shows includes where no sandbox course does."""


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


def identity(answers: Sequence[Answer]) -> Identity:
    """The user and the key that the first answer past the scope check names."""
    for answer in answers:
        signs = signs_of(answer.headers)
        if read(answer) in PAST_THE_GATE and signs.past_the_gate:
            acts = signs.real_user_id if signs.real_user_id != signs.user_id else None
            return Identity(signs.user_id, signs.key_id, answer, acts)
    return Identity()


def token_alive(facts: KeyFacts) -> CheckOutcome:
    """Whether Canvas accepts the token; it tells invalid, expired and revoked apart."""
    if facts.token_refusal:
        refused = facts.token_refusal
        record = facts.key_record
        if refused.cause in _NO_SUCH_KEY and record and record.active is False:
            return failed(causes.KEY_INACTIVE, INACTIVE, refused.answer)
        verdict = CheckVerdict.UNPROVED if refused.proves_nothing else CheckVerdict.FAILED
        # The same words as those of the check whether the key is on, which name the key.
        remedy = None if refused.cause is causes.KEY_OFF else refused.remedy
        return CheckOutcome(verdict, refused.message, refused.cause, remedy=remedy, evidence=[refused.answer])
    if facts.no_token:
        return not_checked(NO_TOKEN)
    if facts.token.dead:
        return _dead(facts, facts.token.dead)
    if facts.token.alive:
        return ok("Canvas accepts the token.", facts.token.alive)
    last = facts.token.answers[-1]
    return unproved(f"No call with the token got a usable answer: {says(last)}.", last)


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


def includes_allowed(facts: KeyFacts) -> CheckOutcome:
    """Whether an include that was asked for came back: Canvas drops it silently if the key allows none."""
    if not facts.needs.allow_includes:
        return not_checked("Not checked: the profile does not require include parameters.")
    record = facts.key_record
    if record and record.includes is not None and (facts.included is None or facts.included.present is None):
        if record.includes:
            return ok("The key's record says that includes are allowed.", record.answer)
        text = "The key's record says that includes are not allowed."
        return failed(causes.INCLUDES_NOT_ALLOWED, text, record.answer)
    if not facts.has_token:
        return not_checked(NO_TOKEN)
    if facts.token.dead:
        return not_checked(DEAD_ALREADY)
    return _by_answer(facts)


def _by_answer(facts: KeyFacts) -> CheckOutcome:
    included = facts.included
    if included is None:
        return not_checked("Not checked: no course was read.")
    if included.present is None:
        return _not_shown(facts, included.answer)
    if not included.present:
        text = f"Canvas left out {included.member}, although include[] asked for it."
        return failed(causes.INCLUDES_NOT_ALLOWED, text, included.answer)
    if not facts.canaries.enforced:
        # Canvas strips includes only where it enforces scopes (authentication_methods.rb).
        text = (
            f"Canvas returned {included.member}, but that counts only if scopes are enforced, and no answer shows it."
        )
        foreign = of_another_key(facts)
        if foreign and facts.canaries.enforced is False and facts.key_enforces is not False:
            return replace(foreign, verdict=CheckVerdict.UNPROVED, message=text, evidence=facts.canaries.answers)
        cause = causes.SCOPES_NOT_ENFORCED if False in {facts.canaries.enforced, facts.key_enforces} else None
        remedy = NAME_THE_KEY if cause and not facts.client_id else None
        return unproved(text, *facts.canaries.answers, cause=cause, remedy=remedy)
    return ok(f"Canvas returned {included.member} when include[] asked for it.", included.answer)


def _not_shown(facts: KeyFacts, answer: Answer) -> CheckOutcome:
    reading = read(answer)
    text = f"No answer shows whether include[] works: {says(answer)}."
    missing = _missing_scope(facts, answer)
    if missing:
        return _behind_scope(facts, text, answer, missing)
    if reading is Reading.NOT_FOUND:
        # Where no course was read, those of the account were asked for.
        return unproved(text, answer, cause=causes.ACCOUNT_NOT_FOUND)
    if reading in {Reading.OK, Reading.NOT_PERMITTED, Reading.SCOPE_MISSING} and not is_record(answer):
        text = "No answer shows whether include[] works: there is no course that the token's user may read."
        remedy = _right_to_list(facts) if reading is Reading.NOT_PERMITTED else None
        if remedy:
            return unproved(text, answer, cause=causes.USER_LACKS_PERMISSION, remedy=remedy)
        return unproved(text, answer, cause=causes.SANDBOX_UNFIT, remedy=_SET_A_COURSE)
    return unproved(text, answer)


def _right_to_list(facts: KeyFacts) -> str | None:
    """How the user comes to the right to list courses, as for the scope itself; None if the profile does not say."""
    kind = kind_for(facts.profile, facts.rights, LISTS_COURSES) if facts.profile else None
    return str(role_fix(kind, facts.profile, facts.rights, [LISTS_COURSES])) if kind and facts.profile else None


def _missing_scope(facts: KeyFacts, answer: Answer) -> str | None:
    """The required scope without which no course could be read: includes show when one is."""
    asked = (
        (facts.course, "url:GET|/api/v1/courses/:id"),
        (answer, LISTS_COURSES),
    )
    refused = (scope for said, scope in asked if said and read(said) is Reading.SCOPE_MISSING)
    return next((scope for scope in refused if scope in facts.scopes), None)


def _behind_scope(facts: KeyFacts, text: str, answer: Answer, scope: str) -> CheckOutcome:
    """Unproved with the cause of the missing scope: whoever gives that back makes this check possible, too."""
    cause = triage.missing_cause(scope, facts.missing_on_key, len(facts.scopes), facts.names, is_lti=facts.is_lti)
    select = causes.SELECT.format(boxes=box(scope, facts.names), **facts.named.words)
    return unproved(text, answer, cause=cause, remedy=select if cause is causes.SCOPE_MISSING_ON_KEY else None)


NAME_THE_KEY: Final = (
    "Set CANVAS_CLIENT_ID, CANVAS_CLIENT_SECRET and CANVAS_REDIRECT_URI to those of the integration's key, and run "
    "again: without them nobody can tell whether the key does not enforce scopes, or the token is not the key's. If "
    f"Enforce Scopes is on already, use a token of this key, from {SUITE}, not one created under Account > Settings > "
    "New Access Token."
)
"""What to do about a token that is not limited to scopes, where it is not known of which key it ought to be."""

_SET_A_COURSE: Final = (
    "Set CANVAS_ADMIN_TOKEN, so that the key's record can be read instead, or set CANVAS_ACCOUNT_ID to an account with "
    "a course that the token's user may read."
)
