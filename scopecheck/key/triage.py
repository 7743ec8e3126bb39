"""Finds the cause from readings and what is known about the key: key, token, role, or something in between."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.scope_names import Names, has_no_box
from scopecheck.key.obstacles import obstacle
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.causes import Cause

UNPROVED: Final[Mapping[Reading, Cause]] = {
    Reading.TOKEN_INVALID: causes.TOKEN_EXPIRED,
    Reading.TOKEN_EXPIRED: causes.TOKEN_POLICY,
    Reading.TOKEN_REVOKED: causes.TOKEN_KILLED,
    Reading.UNAUTHENTICATED: causes.TOKEN_EXPIRED,
    Reading.UNCLEAR: causes.REFUSED_IN_UNKNOWN_WORDS,
    Reading.NOT_FOUND_FIRST: causes.LOOKUP_BEFORE_SCOPE,
    Reading.THROTTLED: causes.THROTTLED,
    Reading.MISDIRECTED: causes.MISDIRECTED_ANSWER,
    Reading.NO_USER_AGENT: causes.NOT_CANVAS_ANSWERING,
    Reading.SERVER_FAULT: causes.NOT_CANVAS_ANSWERING,
    Reading.REDIRECTED: causes.NOT_CANVAS_ANSWERING,
    Reading.NOT_CANVAS: causes.NOT_CANVAS_ANSWERING,
    Reading.NO_ANSWER: causes.NOT_CANVAS_ANSWERING,
    Reading.OUT_OF_TIME: causes.RUN_OUT_OF_TIME,
}
"""Readings that show nothing about a scope."""

MISCONFIGURED: Final[Mapping[Reading, Cause]] = {
    Reading.NOT_PERMITTED: causes.USER_LACKS_PERMISSION,
    Reading.REFUSED: causes.REFUSED_BY_CANVAS,
}
"""Readings that passed the scope check, but do not help the integration."""


def why_unproved(answer: Answer, *, canvas_seen: bool = False) -> tuple[Cause, str]:
    """Why an answer shows nothing, and what completes that cause's remedy.

    `canvas_seen`: whether Canvas is known to have answered other requests.
    """
    found = obstacle(answer, canvas_seen=canvas_seen)
    if canvas_seen and not found and _says_one_sentence(answer):
        return causes.REFUSED_IN_UNKNOWN_WORDS, ""
    return found or (UNPROVED.get(read(answer), causes.NOT_CANVAS_ANSWERING), "")


def _says_one_sentence(answer: Answer) -> bool:
    """Whether it may be Canvas's refusal of a tab that is off, in another language and without Canvas's headers.

    That is a 404 with nothing but a `message` (tabs are checked in application_controller.rb).
    """
    lone = isinstance(answer.json, dict) and set(answer.json) == {"message"}
    return read(answer) is Reading.NOT_CANVAS and answer.status == 404 and not answer.target.signed and lone


def missing_cause(
    scope: str,
    missing_on_key: Collection[str] | None,
    required: int,
    names: Names,
    *,
    is_lti: bool | None = None,
) -> Cause:
    """Why Canvas said "Insufficient scopes" for this scope.

    `missing_on_key` is the preflight's list (None: not asked), `required` how many scopes the profile has, `is_lti`
    what the key's record says.
    """
    if has_no_box(scope, names):
        return causes.SCOPE_NAME_STALE
    if missing_on_key is None:
        return causes.SCOPE_MISSING_ON_KEY
    if scope not in missing_on_key:
        return causes.TOKEN_NOT_REAUTHORIZED
    if required > 1 and len(missing_on_key) == required and is_lti is not False:
        return causes.WRONG_KIND_OF_KEY
    return causes.SCOPE_MISSING_ON_KEY
