"""What an answer of `/login/oauth2/auth` says, in old and new wording, and what is not an answer from Canvas."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from scopecheck.model.answer import Answer

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect URI for programs without one: the result goes to Canvas itself (lib/canvas/oauth/provider.rb)."""

_LISTED: Final = re.compile(r"url:[A-Z]+\|[^\s,]+")


class AuthorizeReading(Enum):
    """What an answer says. Canvas checks in the order of these members, from UNKNOWN_KEY on."""

    NOTHING = auto()
    """Not Canvas, or an answer that says nothing."""
    UNKNOWN_KEY = auto()
    REDIRECT_URI_REFUSED = auto()
    SCOPES_REFUSED = auto()
    KEY_OFF = auto()
    PASSED = auto()
    """All checks up to the login passed."""
    LOG_IN = auto()
    """The same from a Canvas that does not know `prompt=none`, or a portal that lets nobody through."""


UNKNOWN_CLIENT: Final = "unknown client"
REDIRECT_URI: Final = "redirect_uri"
"""What the description of a refusal in JSON names."""

_BY_ERROR: Final = {
    "invalid_scope": AuthorizeReading.SCOPES_REFUSED,
    "unauthorized_client": AuthorizeReading.KEY_OFF,
    "login_required": AuthorizeReading.PASSED,
    "interaction_required": AuthorizeReading.PASSED,
    "unsupported_prompt_type": AuthorizeReading.PASSED,
}
_INVALID_CLIENT: Final = "invalid_client"
_INVALID_REQUEST: Final = "invalid_request"
ERRORS: Final = frozenset({*_BY_ERROR, _INVALID_CLIENT, _INVALID_REQUEST})
"""The `error` codes that are read."""


def read_authorize(answer: Answer, base_url: str, redirect_uri: str) -> AuthorizeReading:
    """Read one answer; pure, and any answer has a reading."""
    if answer.status is None:
        return AuthorizeReading.NOTHING
    if not 300 <= answer.status < 400:
        return _refused(answer)
    target, home, callback = _location(answer), _split(base_url), _split(redirect_uri)
    if target is None or home is None or callback is None:
        return AuthorizeReading.NOTHING
    to_canvas = _origin(target) == _origin(home)
    if redirect_uri == OUT_OF_BAND:
        to_callback = to_canvas and target.path == "/login/oauth2/auth"
    else:
        to_callback = (_origin(target), target.path or "/") == (_origin(callback), callback.path or "/")
    error = dict(parse_qsl(target.query)).get("error")
    if error and to_callback:
        return _BY_ERROR.get(error, AuthorizeReading.NOTHING)
    return (
        AuthorizeReading.LOG_IN
        if to_canvas and re.match(r"/login(/|$)", target.path) and not error
        else AuthorizeReading.NOTHING
    )


def listed_scopes(answer: Answer) -> frozenset[str]:
    """The scopes that a refusal lists as requested but not granted."""
    target = _location(answer)
    query = dict(parse_qsl(target.query)) if target else {}
    return scopes_in(query.get("error_description", ""))


def scopes_in(description: str) -> frozenset[str]:
    """The scopes that an error's description names."""
    return frozenset(_LISTED.findall(description))


def _refused(answer: Answer) -> AuthorizeReading:
    """A refusal in JSON: always for the client and redirect URI, for scopes only before about 2020."""
    body = answer.json if isinstance(answer.json, dict) else {}
    error, description = body.get("error"), str(body.get("error_description", ""))
    if answer.status not in {400, 401}:
        return AuthorizeReading.NOTHING
    if error == "invalid_scope":
        return AuthorizeReading.SCOPES_REFUSED
    if error == _INVALID_CLIENT and UNKNOWN_CLIENT in description:
        return AuthorizeReading.UNKNOWN_KEY
    if error == _INVALID_REQUEST and REDIRECT_URI in description:
        return AuthorizeReading.REDIRECT_URI_REFUSED
    return AuthorizeReading.NOTHING


def _location(answer: Answer) -> SplitResult | None:
    """Where a redirect goes; None if it has no usable address."""
    location = answer.headers.get("location")
    try:
        return _split(urljoin(answer.url, location)) if location else None
    except ValueError:
        return None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
