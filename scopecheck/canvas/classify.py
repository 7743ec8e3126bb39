"""What an answer means: the only module that knows Canvas's wording.

A status alone decides nothing: a missing permission is a 401 in some versions and a 403 in others, a missing scope is
a 401 like a dead token, and a throttle is a 403 before the token is even looked at. Canvas never translates its scope
and token messages; it does translate its permission message, but not the `status` member beside it
(authentication_methods.rb, application_controller.rb, request_throttle.rb).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from scopecheck.model.answer import Answer


class Reading(StrEnum):
    """What one answer says. The first five come from behind the scope check."""

    OK = "ok"
    NOT_FOUND = "not-found"
    NOT_PERMITTED = "not-permitted"
    REFUSED = "refused"
    EMPTY = "empty"

    SCOPE_MISSING = "scope-missing"

    TOKEN_INVALID = "token-invalid"
    TOKEN_EXPIRED = "token-expired"
    TOKEN_REVOKED = "token-revoked"
    UNAUTHENTICATED = "unauthenticated"

    THROTTLED = "throttled"
    NO_USER_AGENT = "no-user-agent"
    SERVER_FAULT = "server-fault"
    REDIRECTED = "redirected"
    NOT_CANVAS = "not-canvas"
    NO_ANSWER = "no-answer"


PAST_THE_GATE = frozenset({Reading.OK, Reading.NOT_FOUND, Reading.NOT_PERMITTED, Reading.REFUSED, Reading.EMPTY})
"""Readings that only a request which passed the scope check can give."""

DEAD_TOKEN = frozenset({Reading.TOKEN_INVALID, Reading.TOKEN_EXPIRED, Reading.TOKEN_REVOKED, Reading.UNAUTHENTICATED})
UNCHANGED = DEAD_TOKEN | {
    Reading.SCOPE_MISSING,
    Reading.NOT_PERMITTED,
    Reading.NOT_FOUND,
    Reading.REFUSED,
    Reading.THROTTLED,
}
"""Readings of a write that changed nothing in Canvas; a fault is not among them."""
PASSING = frozenset({Reading.THROTTLED, Reading.SERVER_FAULT, Reading.NO_ANSWER, Reading.NOT_CANVAS})
"""Readings that may be different a moment later: what retries are for."""

TAB_DISABLED = "That page has been disabled for this course"
"""The 404 of a list whose tab the course has switched off (application_controller.rb)."""

BLUEPRINT_LOCK = "locked by Master Course"
"""Part of the refusal to change what a blueprint locks (master_courses/restrictor.rb)."""

_BY_MESSAGE: Mapping[str, Reading] = {
    "Insufficient scopes on access token.": Reading.SCOPE_MISSING,
    "Invalid access token.": Reading.TOKEN_INVALID,
    "Expired access token.": Reading.TOKEN_EXPIRED,
    "Revoked access token.": Reading.TOKEN_REVOKED,
    "user authorization required": Reading.UNAUTHENTICATED,
    "user not authorized to perform that action": Reading.NOT_PERMITTED,
    "Unauthorized to delete this file": Reading.NOT_PERMITTED,
    "Cannot delete a file that has been submitted as part of an assignment": Reading.NOT_PERMITTED,
    "The specified resource does not exist.": Reading.NOT_FOUND,
    "page not found": Reading.NOT_FOUND,
    TAB_DISABLED: Reading.NOT_FOUND,
    "Terms only belong to root_accounts.": Reading.REFUSED,
    "Can't set folder path and folder id": Reading.REFUSED,
    "invalid on_duplicate option": Reading.REFUSED,
    "file size exceeds quota": Reading.REFUSED,
    "file already exists; use on_duplicate='overwrite' or 'rename'": Reading.REFUSED,
    "This file must have usage_rights set before it can be published.": Reading.REFUSED,
    "The user_entered_title parameter must have a value": Reading.REFUSED,
}
"""Canvas's own sentences, wherever they are in the body."""

_BY_STATUS_MEMBER: Mapping[str, Reading] = {
    "unauthenticated": Reading.UNAUTHENTICATED,
    "unauthorized": Reading.NOT_PERMITTED,
}
"""The `status` member beside a message that Canvas may have translated."""

_CANVAS_HEADERS = frozenset({"x-request-cost", "x-rate-limit-remaining", "x-canvas-meta"})
"""Headers that Canvas sets and hardly anything else does (request_throttle.rb)."""

_REFUSALS = frozenset({400, 409, 422})
"""Statuses of a refusal by Canvas's own rules, with `errors` in it; any gateway can answer with a bare `message`."""

_THROTTLE_TEXT = "Rate Limit Exceeded"
_USER_AGENT_TEXT = "valid user agent"


def read(answer: Answer) -> Reading:
    """What the answer means; pure, and any answer has a reading."""
    status = answer.status
    if status is None:
        return Reading.NO_ANSWER
    if status == 429 or (status == 403 and _THROTTLE_TEXT in answer.text):
        return Reading.THROTTLED
    if status >= 500:
        return Reading.SERVER_FAULT
    if 300 <= status < 400:
        return Reading.REDIRECTED
    if status < 300:
        return _read_success(answer)
    return _read_refusal(status, answer)


def messages(answer: Answer) -> list[str]:
    """The sentences in an error body of any of Canvas's shapes."""
    return _sentences(answer.json)


def is_record(answer: Answer) -> bool:
    """Whether an answer is one of Canvas's records, with its id."""
    return read(answer) is Reading.OK and isinstance(answer.json, dict) and "id" in answer.json


def _read_success(answer: Answer) -> Reading:
    if answer.status == 204:
        return Reading.EMPTY
    return Reading.OK if isinstance(answer.json, (dict, list)) else Reading.NOT_CANVAS


def _read_refusal(status: int, answer: Answer) -> Reading:
    body = answer.json
    if not isinstance(body, dict):
        return Reading.NOT_CANVAS
    # A client library's tests have the scope message on a 403, so the status does not matter here.
    for text in _sentences(body):
        if text in _BY_MESSAGE:
            return _BY_MESSAGE[text]
    member = str(body.get("status"))
    if member in _BY_STATUS_MEMBER and _is_message_list(body.get("errors")):
        return _BY_STATUS_MEMBER[member]
    if status == 403 and _USER_AGENT_TEXT in str(body.get("message", "")):
        return Reading.NO_USER_AGENT
    return _read_by_shape(status, body, anonymous=not is_from_canvas(answer.headers))


def is_from_canvas(headers: Mapping[str, str]) -> bool:
    """Whether an answer carries a header that hardly anything but Canvas sets."""
    return "canvas-lms" in headers.get("www-authenticate", "") or not _CANVAS_HEADERS.isdisjoint(headers)


def _read_by_shape(status: int, body: Mapping[str, Any], *, anonymous: bool) -> Reading:
    errors = body.get("errors")
    if status == 404:
        # Gateways answer 404 with JSON too: an unknown sentence counts only if Canvas's own headers came with it.
        return Reading.NOT_FOUND if _is_message_list(errors) and not anonymous else Reading.NOT_CANVAS
    if status == 401:
        # Pages answer 401, not 400, for a field that the user may not set (wiki_pages_api_controller.rb).
        if _is_model_errors(errors):
            return Reading.NOT_PERMITTED
        return Reading.NOT_CANVAS if anonymous and not errors else Reading.UNAUTHENTICATED
    if _is_model_errors(errors) or (status in _REFUSALS and errors):
        return Reading.REFUSED
    return Reading.NOT_CANVAS if anonymous else Reading.REFUSED


def _is_message_list(errors: object) -> bool:
    return isinstance(errors, list) and any(isinstance(e, dict) and "message" in e for e in errors)


def _is_model_errors(errors: object) -> bool:
    return isinstance(errors, dict) and any(isinstance(value, list) for value in errors.values())


_DEEPEST: Final = 8
"""How deep an error body is read; Canvas's own are less than half as deep."""


def _sentences(body: object, depth: int = 0) -> list[str]:
    """Every `message` string of an error body, outermost first."""
    if depth == _DEEPEST:
        return []
    if isinstance(body, list):
        return [text for item in body for text in _sentences(item, depth + 1)]
    if not isinstance(body, dict):
        return []
    own = [body["message"]] if isinstance(body.get("message"), str) else []
    return own + [text for key, value in body.items() if key != "message" for text in _sentences(value, depth + 1)]
