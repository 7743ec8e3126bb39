"""The key check of whether includes come through: Canvas drops them silently if the key allows none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from scopecheck.canvas.classify import Reading, is_record, read
from scopecheck.canvas.scope_names import box
from scopecheck.key import triage
from scopecheck.key.outcome import (
    DEAD_ALREADY,
    NO_TOKEN,
    CheckOutcome,
    failed,
    not_checked,
    ok,
    says,
    unproved,
)
from scopecheck.key.role_fix import kind_for, role_fix
from scopecheck.key.token_origin import of_another_key
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.named import SUITE
from scopecheck.model.verdict import CheckVerdict

LISTS_COURSES: Final = "url:GET|/api/v1/accounts/:account_id/courses"
"""The scope of the call that shows includes where no sandbox course does."""


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
