"""The key checks that need a token: is it alive, did this key issue it, and do its includes come through?

The `dk` of X-Canvas-Meta names the key that issued the token, on every answer past the scope check (canvas/signs.py).
Where a proxy strips it, a token that was fetched with CANVAS_REFRESH_TOKEN and the key's secret is proved; a pasted one
can only be proved wrong: it is alive although the key is off or unknown, or key and token differ in whether scopes are
enforced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, PAST_THE_GATE, Reading, is_record, read
from scopecheck.canvas.ids import issued_by
from scopecheck.canvas.production_copy import production_copy
from scopecheck.canvas.signs import signs_of
from scopecheck.key import triage
from scopecheck.key.grant import REFRESHED_ELSEWHERE
from scopecheck.key.outcome import CheckOutcome, failed, not_checked, ok, says, unknown_key, unproved
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import Identity, KeyFacts, TokenLife
from scopecheck.model.verdict import CheckVerdict

_NO_TOKEN: Final = "Not checked: there is no token."
_DEAD_TOKEN: Final = "Not checked: the token is not alive."


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
            return Identity(signs.user_id, signs.key_id, answer)
    return Identity()


def token_alive(facts: KeyFacts) -> CheckOutcome:
    """Whether Canvas accepts the token; it tells invalid, expired and revoked apart."""
    if facts.token_refusal:
        refused = facts.token_refusal
        verdict = CheckVerdict.UNPROVED if refused.proves_nothing else CheckVerdict.FAILED
        return CheckOutcome(verdict, refused.message, refused.cause, remedy=refused.remedy, evidence=[refused.answer])
    if facts.no_token:
        return not_checked(_NO_TOKEN)
    if facts.token.dead:
        return _dead(facts, facts.token.dead)
    if facts.token.alive:
        return ok("Canvas accepts the token.", facts.token.alive)
    last = facts.token.answers[-1]
    return unproved(f"No call with the token got a usable answer: {says(last)}.", last)


_MEANS: Final[Mapping[Reading, str]] = {
    Reading.TOKEN_EXPIRED: "The token has reached the expiration date that it was created with.",
    Reading.TOKEN_REVOKED: "The token was revoked: by its user, or by Canvas when a scope was removed from the key.",
    Reading.TOKEN_INVALID: "Canvas does not accept the token: its hour is over, it was revoked or replaced by a "
    "refresh, a scope was taken off the key (which ends all of its tokens), it belongs to another Canvas, or its user "
    "can no longer log in.",
    Reading.UNAUTHENTICATED: "Canvas treats the token's user as logged out: the user may have been deleted.",
}


def _dead(facts: KeyFacts, answer: Answer) -> CheckOutcome:
    reading = read(answer)
    preflight, record = facts.preflight, facts.key_record
    if reading is Reading.TOKEN_INVALID and preflight and preflight.key_known is False:
        text = "This Canvas knows neither the token nor the key in CANVAS_CLIENT_ID."
        return unknown_key(text, preflight.answered, answer)
    on = preflight.key_on if preflight and preflight.key_on is not None else record.on if record else None
    if reading is Reading.TOKEN_INVALID and on is False:
        return failed(causes.KEY_OFF, "Canvas does not accept the token, because its key is off.", answer)
    if reading is Reading.TOKEN_INVALID and facts.refreshed:
        return _never_worked(facts, answer)
    copy = production_copy(answer.url)
    note = f" {copy.detail}." if copy else ""
    return failed(triage.UNPROVED[reading], _MEANS[reading] + note, answer)


def _never_worked(facts: KeyFacts, answer: Answer) -> CheckOutcome:
    """A token that Canvas issued a moment ago; if the key lacks its scopes, Canvas issues it without saving it."""
    text = "Canvas refreshed the token, but does not accept the new one"
    if facts.missing_on_key:
        text += ": the token was issued with scopes that the key does not carry"
        return failed(causes.SCOPES_SENT_TO_UNSCOPED_KEY, f"{text}.", answer)
    text += f": {REFRESHED_ELSEWHERE} at the same moment, or its user can no longer log in"
    return failed(causes.TOKEN_EXPIRED, f"{text}.", answer)


def token_from_key(facts: KeyFacts) -> CheckOutcome:
    """Whether the token was issued through the key of CANVAS_CLIENT_ID, as far as Canvas shows that."""
    refused = facts.token_refusal
    if refused and refused.cause is causes.TOKEN_FROM_ANOTHER_KEY:
        return failed(causes.TOKEN_FROM_ANOTHER_KEY, refused.message, refused.answer, remedy=refused.remedy)
    if not facts.has_token:
        return not_checked(_NO_TOKEN)
    named = _named_key(facts)
    if named:
        return named
    if facts.refreshed:
        return ok("The token was fetched with the key's own ID and secret.")
    if facts.token.dead:
        return not_checked(_DEAD_TOKEN)
    wrong = _contradiction(facts)
    if wrong:
        evidence = [*(facts.preflight.answers[-1:] if facts.preflight else ()), *facts.canaries.answers]
        return failed(causes.TOKEN_FROM_ANOTHER_KEY, f"{wrong}: it was not issued through this key.", *evidence)
    return not_checked(
        "Not checked: CANVAS_CLIENT_ID is not set."
        if facts.client_id is None
        else "Not checked: no answer named the key that issued the token (X-Canvas-Meta is missing); nothing suggests "
        "that it was another key. Set CANVAS_REFRESH_TOKEN and CANVAS_CLIENT_SECRET to have this proved."
    )


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
    return failed(causes.TOKEN_FROM_ANOTHER_KEY, text, answer)


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


def includes_allowed(facts: KeyFacts) -> CheckOutcome:
    """Whether an include that was asked for came back: Canvas drops it silently if the key allows none."""
    if not facts.needs_includes:
        return not_checked("Not checked: the profile does not require include parameters.")
    record = facts.key_record
    if record and record.includes is not None and (facts.included is None or facts.included.present is None):
        if record.includes:
            return ok("The key's record says that includes are allowed.", record.answer)
        text = "The key's record says that includes are not allowed."
        return failed(causes.INCLUDES_NOT_ALLOWED, text, record.answer)
    if not facts.has_token:
        return not_checked(_NO_TOKEN)
    if facts.token.dead:
        return not_checked(_DEAD_TOKEN)
    return _by_answer(facts)


def _by_answer(facts: KeyFacts) -> CheckOutcome:
    included = facts.included
    if included is None:
        return not_checked("Not checked: no course was read.")
    if included.present is None:
        return _not_shown(included.answer, course_set=facts.course is not None)
    if not included.present:
        text = f"Canvas left out {included.member}, although include[] asked for it."
        return failed(causes.INCLUDES_NOT_ALLOWED, text, included.answer)
    if not facts.canaries.enforced:
        # Canvas strips includes only where it enforces scopes (authentication_methods.rb).
        text = (
            f"Canvas returned {included.member}, but that counts only if scopes are enforced, and no answer shows it."
        )
        cause = causes.SCOPES_NOT_ENFORCED if False in {facts.canaries.enforced, facts.key_enforces} else None
        return unproved(text, *facts.canaries.answers, cause=cause)
    return ok(f"Canvas returned {included.member} when include[] asked for it.", included.answer)


def _not_shown(answer: Answer, *, course_set: bool) -> CheckOutcome:
    reading = read(answer)
    text = f"No answer shows whether include[] works: {says(answer)}."
    if reading is Reading.SCOPE_MISSING:
        remedy = _FIX_SCOPES if course_set else _SET_A_COURSE
        return unproved(text, answer, cause=causes.SANDBOX_UNFIT, remedy=remedy)
    if reading in {Reading.OK, Reading.NOT_FOUND, Reading.NOT_PERMITTED} and not is_record(answer):
        text = "No answer shows whether include[] works: there is no course that the token's user may read."
        return unproved(text, answer, cause=causes.SANDBOX_UNFIT, remedy=_SET_A_COURSE)
    return unproved(text, answer)


_FIX_SCOPES: Final = (
    "Includes show when a course is read: fix url:GET|/api/v1/courses/:id or "
    "url:GET|/api/v1/accounts/:account_id/courses first and run again. Or set CANVAS_ADMIN_TOKEN, so that the key's "
    "record can be read instead."
)
_SET_A_COURSE: Final = (
    "Set CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME to a course that the token's user may read. Or set "
    "CANVAS_ADMIN_TOKEN, so that the key's record can be read instead."
)
