"""The key checks that need a token: is it alive, is it this key's, and do its includes come through?

How far `token-from-key` goes: Canvas names a token's key to nobody but that key's own token endpoint. Proved is only a
token that was fetched with CANVAS_REFRESH_TOKEN and the key's secret. A pasted access token can be caught out (it is
alive although the key is off or unknown; the key enforces scopes and the token is not held to them, or the other way
round), but not proved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from scopecheck.canvas.classify import DEAD_TOKEN, Reading, is_record, read
from scopecheck.canvas.production_copy import production_copy
from scopecheck.key import triage
from scopecheck.key.outcome import CheckOutcome, failed, not_checked, ok, unknown_key, unproved
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyFacts, TokenLife
from scopecheck.model.verdict import CheckVerdict

_NO_TOKEN: Final = "Not asked: there is no token."
_DEAD_TOKEN: Final = "Not asked: the token is not alive."


def token_life(canaries: Sequence[Answer], course: Answer | None) -> TokenLife:
    """What the token's first answers show of it; a success alone proves no life: other software gives that too."""
    answers = [*canaries, *([course] if course else [])]
    dead = next((answer for answer in answers if read(answer) in DEAD_TOKEN), None)
    told = {Reading.SCOPE_MISSING, Reading.NOT_FOUND, Reading.NOT_PERMITTED}
    alive = next((a for a in answers if read(a) in told or (a is course and is_record(a))), None)
    return TokenLife(answers, dead, None if dead else alive)


def token_alive(found: KeyFacts) -> CheckOutcome:
    """Whether Canvas accepts the token; invalid, expired, revoked and of another Canvas are told apart."""
    if found.token_refusal:
        refused = found.token_refusal
        verdict = CheckVerdict.UNPROVED if refused.proves_nothing else CheckVerdict.FAILED
        return CheckOutcome(verdict, refused.message, refused.cause, remedy=refused.remedy, evidence=[refused.answer])
    if found.no_token:
        return not_checked(_NO_TOKEN)
    if found.token.dead:
        return _dead(found, found.token.dead)
    if found.token.alive:
        return ok("Canvas accepts the token.", found.token.alive)
    last = found.token.answers[-1]
    return unproved(f"No call with the token got a usable answer: {last.says()}.", last)


_MEANS: Final[Mapping[Reading, str]] = {
    Reading.TOKEN_EXPIRED: "The token has passed the expiry date that it was made with.",
    Reading.TOKEN_REVOKED: "The token was revoked: by its user, or by Canvas when a scope was taken off the key.",
    Reading.TOKEN_INVALID: "Canvas does not accept the token: it has run its hour, was revoked or replaced by a "
    "refresh, belongs to another Canvas, or its user may not log in any more.",
    Reading.UNAUTHENTICATED: "Canvas treats the token's user as logged out: the user may be deleted.",
}


def _dead(found: KeyFacts, answer: Answer) -> CheckOutcome:
    reading = read(answer)
    said, record = found.preflight, found.key_record
    if reading is Reading.TOKEN_INVALID and said and said.key_known is False:
        text = "This Canvas knows neither the token nor the key CANVAS_CLIENT_ID."
        return unknown_key(text, said.answered, answer)
    off = said.key_on is False if said and said.key_on is not None else record is not None and record.on is False
    if reading is Reading.TOKEN_INVALID and off:
        return failed(causes.KEY_OFF, "Canvas does not accept the token, since its key is off.", answer)
    if reading is Reading.TOKEN_INVALID and found.refreshed:
        return _never_worked(found, answer)
    copy = production_copy(answer.url)
    beside = f" {copy.detail}." if copy else ""
    return failed(triage.UNPROVED[reading], _MEANS[reading] + beside, answer)


def _never_worked(found: KeyFacts, answer: Answer) -> CheckOutcome:
    """A token that Canvas issued a moment ago; it does so without saving it where the key lacks the token's scopes."""
    text = "Canvas refreshed the token, but does not accept the fresh one"
    if found.missing_on_key:
        text += ": the token was issued with scopes that the key does not carry"
        return failed(causes.SCOPES_SENT_TO_UNSCOPED_KEY, f"{text}.", answer)
    text += ": something else refreshed it at the same moment, or its user may not log in any more"
    return failed(causes.TOKEN_EXPIRED, f"{text}.", answer)


def token_from_key(found: KeyFacts) -> CheckOutcome:
    """Whether the token was issued through the key of CANVAS_CLIENT_ID, as far as Canvas lets that be known."""
    refused = found.token_refusal
    if refused and refused.cause is causes.TOKEN_FROM_ANOTHER_KEY:
        return failed(causes.TOKEN_FROM_ANOTHER_KEY, refused.message, refused.answer, remedy=refused.remedy)
    if not found.has_token:
        return not_checked(_NO_TOKEN)
    if found.refreshed:
        return ok("The token was fetched with the key's own ID and secret.")
    if found.token.dead:
        return not_checked(_DEAD_TOKEN)
    wrong = _speaks_against(found)
    if wrong:
        evidence = [*(found.preflight.answers[-1:] if found.preflight else ()), *found.canaries.answers]
        return failed(causes.TOKEN_FROM_ANOTHER_KEY, f"{wrong}: it was not issued through this key.", *evidence)
    return not_checked(
        "Canvas does not tell which key a pasted access token is of, and nothing speaks against it. "
        "Set CANVAS_REFRESH_TOKEN with CANVAS_CLIENT_SECRET to have it proved."
    )


def _speaks_against(found: KeyFacts) -> str | None:
    """What shows that a living token is of another key: a key that is off or unknown keeps no token alive."""
    said = found.preflight
    if found.token.alive and said and said.key_known is False:
        return "Canvas does not know the key, but accepts the token"
    if found.token.alive and said and said.key_on is False:
        return "The key is off, but Canvas accepts the token"
    key, token = found.key_enforces, found.canaries.enforced
    if key is True and token is False:
        return "The key enforces scopes, but the token is not held to any"
    if key is False and token is True:
        return "The key does not enforce scopes, but the token is held to some"
    return None


def includes_allowed(found: KeyFacts) -> CheckOutcome:
    """Whether an include that was asked for came back: Canvas drops it silently where the key allows none."""
    if not found.needs_includes:
        return not_checked("Not asked: the profile does not require include parameters.")
    record = found.key_record
    if record and record.includes is not None and (found.included is None or found.included.present is None):
        if record.includes:
            return ok("The key's record says that includes are allowed.", record.answer)
        text = "The key's record says that includes are not allowed."
        return failed(causes.INCLUDES_NOT_ALLOWED, text, record.answer)
    if not found.has_token:
        return not_checked(_NO_TOKEN)
    if found.token.dead:
        return not_checked(_DEAD_TOKEN)
    return _by_answer(found)


def _by_answer(found: KeyFacts) -> CheckOutcome:
    included = found.included
    if included is None:
        return not_checked("Not asked: no course was read.")
    if included.present is None:
        return _not_shown(included.answer, course_set=found.course is not None)
    if not included.present:
        text = f"Canvas answered without {included.member}, although include[] asked for it."
        return failed(causes.INCLUDES_NOT_ALLOWED, text, included.answer)
    if not found.canaries.enforced:
        # Canvas strips includes only where it enforces scopes (authentication_methods.rb).
        text = f"Canvas gave {included.member}, but it is not seen to enforce scopes, and without that it always does."
        cause = causes.SCOPES_NOT_ENFORCED if False in {found.canaries.enforced, found.key_enforces} else None
        return unproved(text, *found.canaries.answers, cause=cause)
    return ok(f"Canvas gave {included.member} when include[] asked for it.", included.answer)


def _not_shown(answer: Answer, *, course_set: bool) -> CheckOutcome:
    reading = read(answer)
    text = f"No answer could show whether include[] works: {answer.says()}."
    if reading is Reading.SCOPE_MISSING:
        remedy = _GIVE_SCOPES if course_set else _GIVE_A_COURSE
        return unproved(text, answer, cause=causes.SANDBOX_UNFIT, remedy=remedy)
    if reading in {Reading.OK, Reading.NOT_FOUND, Reading.NOT_PERMITTED} and not is_record(answer):
        text = "No answer could show whether include[] works: there is no course that the token's user may read."
        return unproved(text, answer, cause=causes.SANDBOX_UNFIT, remedy=_GIVE_A_COURSE)
    return unproved(text, answer)


_GIVE_SCOPES: Final = (
    "Mend url:GET|/api/v1/courses/:id or url:GET|/api/v1/accounts/:account_id/courses first, since includes show in a "
    "course, and run again; or set CANVAS_ADMIN_TOKEN, so that the key's record can be read instead."
)
_GIVE_A_COURSE: Final = (
    "Set CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME to a course that the token's user may read; or set "
    "CANVAS_ADMIN_TOKEN, so that the key's record can be read instead."
)
