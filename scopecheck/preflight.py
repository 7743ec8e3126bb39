"""What Canvas says about the key before anybody logs in.

`GET /login/oauth2/auth` checks client, redirect URI, scopes, account and only then the log-in, in this order
(oauth2_provider_controller.rb). So a logged-out question with all required scopes and one that no Canvas has tells
which are missing and whether scopes are enforced at all; `prompt=none` makes Canvas answer instead of showing a log-in.
No redirect is followed and no Sec-Fetch header is sent, since newest Canvas refuses those of scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from scopecheck.answer import Answer
from scopecheck.client import Call, CanvasClient

CANARY: Final = "url:GET|/api/v1/scope_conformance/no_such_route"
"""A scope that no Canvas has: an enforcing key refuses it."""

_BATCH: Final = 39
"""Scopes in one request beside the canary: the refusal lists them in a header of some 8 KB."""

_LISTED: Final = re.compile(r"url:[A-Z]+\|[^\s,]+")


class Said(Enum):
    """What one answer of `/login/oauth2/auth` says."""

    PASSED = auto()
    """All checks up to the log-in passed."""
    SCOPES_REFUSED = auto()
    KEY_OFF = auto()
    UNKNOWN_KEY = auto()
    REDIRECT_URI_REFUSED = auto()
    NOTHING = auto()
    """Not Canvas, or an answer that says nothing."""


@dataclass(frozen=True)
class Preflight:
    """What was learned; None means that Canvas did not let it be known."""

    answered: Answer
    """The answer that the findings rest on, or the one that broke them off."""
    key_known: bool | None = None
    redirect_uri_accepted: bool | None = None
    enforced: bool | None = None
    missing: list[str] | None = None
    """Required scopes that the key lacks, in the profile's order."""
    key_on: bool | None = None
    answers: list[Answer] = field(default_factory=list)


def preflight(client: CanvasClient, client_id: str, redirect_uri: str, scopes: Sequence[str]) -> Preflight:
    """Ask Canvas about a key: two requests, more only for long lists or a Canvas that lists nothing."""
    asked = _Questions(client, client_id, redirect_uri)
    missing: list[str] = []
    enforced = True
    said, answer = Said.NOTHING, Answer("GET", client.base_url, None, fault="nothing was asked")
    for start in range(0, max(1, len(scopes)), _BATCH):
        batch = list(scopes[start : start + _BATCH])
        said, answer = asked.about([*batch, CANARY])
        if said in _BREAK_OFF:
            return _broken_off(said, answer, asked)
        if said is Said.SCOPES_REFUSED:
            missing += _missing_of(answer, batch, asked)
        else:
            enforced = False
            break
    if not enforced:
        on = said is Said.PASSED
        return Preflight(answer, True, True, False, None, on, asked.answers)
    return Preflight(answer, True, True, True, missing, _is_on(asked, scopes, missing), asked.answers)


@dataclass
class _Questions:
    client: CanvasClient
    client_id: str
    redirect_uri: str
    answers: list[Answer] = field(default_factory=list)

    def about(self, scopes: Iterable[str]) -> tuple[Said, Answer]:
        """One question, and what its answer says."""
        query = [
            ("client_id", self.client_id),
            ("response_type", "code"),
            ("redirect_uri", self.redirect_uri),
            ("prompt", "none"),
            ("state", "scope-conformance"),
            ("scope", " ".join(scopes)),
        ]
        answer = self.client.send(Call("GET", "/login/oauth2/auth", query=query, authorized=False))
        self.answers.append(answer)
        return what_it_says(answer, self.client.base_url, self.redirect_uri), answer


_BREAK_OFF: Final = frozenset({Said.UNKNOWN_KEY, Said.REDIRECT_URI_REFUSED, Said.NOTHING})


def _broken_off(said: Said, answer: Answer, asked: _Questions) -> Preflight:
    if said is Said.UNKNOWN_KEY:
        return Preflight(answer, key_known=False, answers=asked.answers)
    if said is Said.REDIRECT_URI_REFUSED:
        return Preflight(answer, key_known=True, redirect_uri_accepted=False, answers=asked.answers)
    return Preflight(answer, answers=asked.answers)


def _missing_of(answer: Answer, batch: Sequence[str], asked: _Questions) -> list[str]:
    """The scopes of a refused batch that the key lacks.

    Canvas of before about 2020 refuses with a 400 that lists nothing: there each scope is asked about by itself.
    """
    listed = set(_LISTED.findall(_description(answer)))
    if listed:
        return [scope for scope in batch if scope in listed]
    if asked.about(batch)[0] is not Said.SCOPES_REFUSED:
        return []
    return [scope for scope in batch if asked.about([scope])[0] is Said.SCOPES_REFUSED]


def _is_on(asked: _Questions, scopes: Sequence[str], missing: Sequence[str]) -> bool | None:
    """Scopes are tested before the account, so on or off shows only with scopes that pass."""
    passing = [scope for scope in scopes if scope not in missing][:_BATCH]
    if not passing:
        return None
    said, _ = asked.about(passing)
    return {Said.PASSED: True, Said.KEY_OFF: False}.get(said)


def what_it_says(answer: Answer, base_url: str, redirect_uri: str) -> Said:
    """Read one answer of `/login/oauth2/auth`."""
    if answer.status in {400, 401}:
        return _refused(answer)
    if answer.status is None or not 300 <= answer.status < 400:
        return Said.NOTHING
    location = urljoin(base_url, answer.headers.get("location", ""))
    error = dict(parse_qsl(urlsplit(location).query)).get("error")
    # Results for the out-of-band redirect URI go to Canvas itself.
    to_canvas = _origin(location) == _origin(base_url)
    if error and (to_canvas or location.split("?")[0] == redirect_uri.split("?")[0]):
        return _BY_ERROR.get(error, Said.NOTHING)
    # Canvas that does not know `prompt` sends the logged-out to its own log-in page.
    return Said.PASSED if to_canvas and urlsplit(location).path.startswith("/login") else Said.NOTHING


_BY_ERROR: Final = {
    "invalid_scope": Said.SCOPES_REFUSED,
    "unauthorized_client": Said.KEY_OFF,
    "login_required": Said.PASSED,
    "interaction_required": Said.PASSED,
    "unsupported_prompt_type": Said.PASSED,
}


def _refused(answer: Answer) -> Said:
    body = answer.json if isinstance(answer.json, dict) else {}
    description = str(body.get("error_description", ""))
    if body.get("error") == "invalid_scope":
        return Said.SCOPES_REFUSED
    if body.get("error") == "invalid_client" or "unknown client" in description:
        return Said.UNKNOWN_KEY
    if "redirect_uri" in description:
        return Said.REDIRECT_URI_REFUSED
    return Said.NOTHING


def _description(answer: Answer) -> str:
    return dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query)).get("error_description", "")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
