"""From an answer to what it means, by its shape first: headers, members, and how far the request came.

No status decides alone: lack of a right is 401 on older Canvas and 403 on today's, a missing scope is a 401 like a dead
token, and a throttle is a 403 before anybody looked at the token. What tells them apart (measured on a Canvas of 2022):

| answer          | `WWW-Authenticate` | names the user or key | member `status` |
| --------------- | ------------------ | --------------------- | --------------- |
| token dead      | yes                | no                    | only logged out |
| scope missing   | no                 | no                    | no              |
| role refused    | no                 | yes                   | yes, translated |
| does not exist  | no                 | yes                   | no              |

Wording decides what that leaves open: where a proxy strips Canvas's headers, and sentences that are never translated.
Where that decides nothing either, other answers to the same token tell at least that the token is not what is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from scopecheck.canvas import sentences as words
from scopecheck.canvas.misdirected import is_misdirected
from scopecheck.canvas.sentences import sentences
from scopecheck.canvas.signs import Signs, signs_of
from scopecheck.model.answer import OUT_OF_TIME, Answer, TargetSigns
from scopecheck.model.foreign_text import clean
from scopecheck.model.told import sentence


class Reading(StrEnum):
    """What one answer says. The first five come from behind the scope gate."""

    OK = "ok"
    NOT_FOUND = "not-found"
    NOT_PERMITTED = "not-permitted"
    REFUSED = "refused"
    EMPTY = "empty"

    SCOPE_MISSING = "scope-missing"
    NOT_FOUND_FIRST = "not-found-first"
    """Looked up before the scope was checked, as for a key of another account: that proves neither."""

    TOKEN_INVALID = "token-invalid"
    TOKEN_EXPIRED = "token-expired"
    TOKEN_REVOKED = "token-revoked"
    UNAUTHENTICATED = "unauthenticated"

    UNCLEAR = "unclear"
    """A refusal in unknown words to a token that is accepted: most likely the user lacks a right."""

    THROTTLED = "throttled"
    MISDIRECTED = "misdirected"
    """Canvas's answer to somebody else's request, or about another course or account."""
    NO_USER_AGENT = "no-user-agent"
    SERVER_FAULT = "server-fault"
    REDIRECTED = "redirected"
    NOT_CANVAS = "not-canvas"
    NO_ANSWER = "no-answer"
    OUT_OF_TIME = "out-of-time"
    """No answer, because the run had no time left for it."""


PAST_THE_GATE = frozenset({Reading.OK, Reading.NOT_FOUND, Reading.NOT_PERMITTED, Reading.REFUSED, Reading.EMPTY})
"""Readings that only a request which passed the scope check can give."""

DEAD_TOKEN = frozenset({Reading.TOKEN_INVALID, Reading.TOKEN_EXPIRED, Reading.TOKEN_REVOKED, Reading.UNAUTHENTICATED})
UNCHANGED = DEAD_TOKEN | {
    Reading.SCOPE_MISSING,
    Reading.NOT_FOUND_FIRST,
    Reading.NOT_PERMITTED,
    Reading.NOT_FOUND,
    Reading.REFUSED,
    Reading.UNCLEAR,
    Reading.THROTTLED,
}
"""Readings of a write after which Canvas holds what it held before; a fault is not among them."""
PASSING = frozenset(
    {
        Reading.THROTTLED,
        Reading.SERVER_FAULT,
        Reading.NO_ANSWER,
        Reading.OUT_OF_TIME,
        Reading.NOT_CANVAS,
        Reading.MISDIRECTED,
    }
)
"""Readings that may be another a moment later: what a retry is for."""

_MOST: Final = 20
_LONGEST: Final = 500
"""How many sentences of an error body are shown, and how much of each."""

_READS: Final = frozenset({"GET", "HEAD"})
_READING_ACTIONS: Final = frozenset({"index", "show", "api_index", "api_show"})
"""What Canvas calls actions that only read (config/routes.rb); a refusal of a scope names the action, too."""

_LOGGED_OUT: Final = frozenset({"unauthenticated", "unverified"})
"""The member `status` of who is not logged in, in English."""


def read(answer: Answer) -> Reading:
    """What the answer means; pure, and total: any answer has a reading."""
    status, signs = answer.status, signs_of(answer.headers)
    if status is None:
        return Reading.OUT_OF_TIME if (answer.fault or "").startswith(OUT_OF_TIME) else Reading.NO_ANSWER
    if status == 429 or (status == 403 and words.THROTTLED in answer.text and not isinstance(answer.json, dict)):
        return Reading.THROTTLED
    if status >= 500:
        return Reading.SERVER_FAULT
    if 300 <= status < 400:
        return Reading.REDIRECTED
    if answer.target.signed and not signs.canvas:
        return Reading.NO_USER_AGENT if _lacks_user_agent(status, answer.json) else Reading.NOT_CANVAS
    if is_misdirected(answer, signs):
        return Reading.MISDIRECTED
    before_the_gate = answer.authorized and answer.target.identifies and not signs.past_the_gate
    if status < 300:
        return Reading.UNAUTHENTICATED if before_the_gate else _read_success(answer)
    reading = _read_refusal(status, answer.json, signs, before_the_gate=before_the_gate)
    if reading is Reading.SCOPE_MISSING and answer.method not in _READS and signs.action in _READING_ACTIONS:
        # What Canvas refused is a GET that something on the way made of this request.
        return Reading.NOT_CANVAS
    return Reading.UNCLEAR if _is_unclear(answer, signs, reading) else reading


def messages(answer: Answer) -> list[str]:
    """The sentences in an error body of any of Canvas's shapes, fit to be shown."""
    return [clean(sentence(said, _LONGEST)) for said in sentences(answer.json)[:_MOST]]


def target_signs(answer: Answer) -> TargetSigns:
    """What one answer shows of how its target signs, and whether the target accepts the token."""
    signs = signs_of(answer.headers)
    return TargetSigns(signs.canvas, signs.canvas and signs.past_the_gate, answer.authorized and _accepted(answer))


def _accepted(answer: Answer) -> bool:
    """Whether the answer is one that only a living token gets: a refusal of something else, or a record."""
    shown = answer.json[0] if isinstance(answer.json, list) and answer.json else answer.json
    is_shown = read(answer) is Reading.OK and isinstance(shown, dict) and "id" in shown
    return is_shown or read(answer) in {Reading.SCOPE_MISSING, Reading.NOT_FOUND, Reading.NOT_PERMITTED}


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """The objects of a list; none if the answer is no list, or a refusal."""
    body = answer.json if read(answer) is Reading.OK else None
    return [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []


def is_record(answer: Answer) -> bool:
    """Whether an answer is one of Canvas's records, with its id."""
    return read(answer) is Reading.OK and isinstance(answer.json, dict) and "id" in answer.json


_LIST_OF_A_COURSE: Final = re.compile(r"/api/v1/courses/[^/]+/[a-z_]+")


def is_tab_off(answer: Answer) -> bool:
    """Whether a list is refused because the course's tab for it is switched off, in any language.

    That is a 404 with nothing but a `message` (application_controller.rb); for a course that does not exist Canvas
    answers with `errors`, and a list is never missing by itself. Other software's 404 names no user.
    """
    if answer.status != 404 or not isinstance(answer.json, dict):
        return False
    if words.TAB_DISABLED in " ".join(messages(answer)):
        return True
    is_list = answer.method == "GET" and _LIST_OF_A_COURSE.fullmatch(urlsplit(answer.url).path) is not None
    alone = isinstance(answer.json.get("message"), str) and "errors" not in answer.json
    return is_list and alone and signs_of(answer.headers).past_the_gate


def _read_success(answer: Answer) -> Reading:
    if answer.status == 204:
        return Reading.EMPTY
    return Reading.OK if isinstance(answer.json, (dict, list)) else Reading.NOT_CANVAS


def _read_refusal(status: int, body: object, signs: Signs, *, before_the_gate: bool) -> Reading:
    if not isinstance(body, dict):
        return Reading.NOT_CANVAS
    said = sentences(body)
    if signs.dead_token:
        return _read_dead_token(body, said)
    # Never translated; a client library's tests know it on a 403, so no status is asked for.
    if words.SCOPE_MISSING in said:
        return Reading.SCOPE_MISSING
    if _lacks_user_agent(status, body):
        return Reading.NO_USER_AGENT
    if signs.past_the_gate:
        return _read_past_the_gate(status, body)
    if before_the_gate:
        return _read_before_the_gate(status, body)
    by_words = next((_BY_SENTENCE[text] for text in said if text in _BY_SENTENCE), None)
    return by_words or _read_by_members(status, body, signs)


def _is_unclear(answer: Answer, signs: Signs, reading: Reading) -> bool:
    """Whether neither header nor known words back a reading that other answers to the same token contradict.

    The token and scope refusals are never translated, so in unknown words it is neither of them.
    """
    body = answer.json
    if signs.canvas or signs.dead_token or not (answer.authorized and answer.target.accepts and isinstance(body, dict)):
        return False
    known = not words.WHOLE.isdisjoint(sentences(body)) or body.get("status") in _LOGGED_OUT
    refuses = answer.status == 401 or (answer.status in {403, 404} and _is_message_list(body.get("errors")))
    return refuses and not known and reading in {Reading.UNAUTHENTICATED, Reading.NOT_CANVAS}


def _lacks_user_agent(status: int, body: object) -> bool:
    return status == 403 and isinstance(body, dict) and words.NO_USER_AGENT in str(body.get("message", ""))


def _read_dead_token(body: Mapping[str, Any], said: list[str]) -> Reading:
    if "status" in body or not _is_message_list(body.get("errors")):
        return Reading.UNAUTHENTICATED
    if words.EXPIRED in said:
        return Reading.TOKEN_EXPIRED
    return Reading.TOKEN_REVOKED if words.REVOKED in said else Reading.TOKEN_INVALID


def _read_past_the_gate(status: int, body: Mapping[str, Any]) -> Reading:
    """An answer that names the token's user or key: the scope was granted, whatever was refused then."""
    if status == 404:
        return Reading.NOT_FOUND
    if status == 401 or (status == 403 and not _is_model_errors(body.get("errors"))):
        return Reading.NOT_PERMITTED
    return Reading.REFUSED


def _read_before_the_gate(status: int, body: Mapping[str, Any]) -> Reading:
    """An answer that names nobody, where others do: the token or its scope was refused, or the token got lost."""
    if status == 401 and "status" not in body and _is_message_list(body.get("errors")):
        return Reading.SCOPE_MISSING
    if status == 404:
        return Reading.NOT_FOUND_FIRST
    return Reading.UNAUTHENTICATED if status == 401 else Reading.NOT_CANVAS


_BY_SENTENCE: Final[Mapping[str, Reading]] = {
    words.INVALID: Reading.TOKEN_INVALID,
    words.EXPIRED: Reading.TOKEN_EXPIRED,
    words.REVOKED: Reading.TOKEN_REVOKED,
    words.NOT_LOGGED_IN: Reading.UNAUTHENTICATED,
    **dict.fromkeys(words.ROLE_REFUSED, Reading.NOT_PERMITTED),
    **dict.fromkeys(words.NOT_FOUND, Reading.NOT_FOUND),
    **dict.fromkeys(words.CONTENT_REFUSED, Reading.REFUSED),
}
"""What one of Canvas's sentences says, wherever in the body it stands."""


def _read_by_members(status: int, body: Mapping[str, Any], signs: Signs) -> Reading:
    """What the members say, in any language, where no header tells how far the request came."""
    errors, member = body.get("errors"), body.get("status")
    signed = signs.canvas or signs.throttle
    if isinstance(member, str) and _is_message_list(errors) and status in {401, 403}:
        if member in _LOGGED_OUT:
            return Reading.UNAUTHENTICATED
        # Without headers, other words than Canvas's own may be other software's, or meant for who is logged out.
        if signs.canvas:
            return Reading.NOT_PERMITTED
        return Reading.UNAUTHENTICATED if status == 401 else Reading.NOT_CANVAS
    if status == 404:
        return Reading.NOT_FOUND if signed and _is_message_list(errors) else Reading.NOT_CANVAS
    if status == 401:
        # Pages answer 401, not 400, for a field that the user may not set (wiki_pages_api_controller.rb).
        if _is_model_errors(errors) and (signed or _is_in_canvas_s_form(errors)):
            return Reading.NOT_PERMITTED
        return Reading.UNAUTHENTICATED if signed or errors else Reading.NOT_CANVAS
    if _is_model_errors(errors) or (status in _REFUSALS and errors):
        return Reading.REFUSED
    return Reading.REFUSED if signed else Reading.NOT_CANVAS


_REFUSALS: Final = frozenset({400, 409, 422})
"""Statuses of a refusal by Canvas's own rules, with `errors` in it; a bare `message` any gateway gives as well."""


def _is_message_list(errors: object) -> bool:
    return isinstance(errors, list) and any(isinstance(e, dict) and "message" in e for e in errors)


def _is_model_errors(errors: object) -> bool:
    return isinstance(errors, dict) and any(isinstance(value, list) for value in errors.values())


def _is_in_canvas_s_form(errors: object) -> bool:
    """Whether each error of a failed validation names its attribute, as Canvas's do; elsewhere they are mere texts."""
    values = errors.values() if isinstance(errors, dict) else ()
    each = [error for value in values if isinstance(value, list) for error in value]
    return bool(each) and all(isinstance(error, dict) and {"attribute", "message"} <= error.keys() for error in each)
