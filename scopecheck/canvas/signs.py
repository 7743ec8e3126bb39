"""The headers by which Canvas signs its answers: who answered, for whom, and how far the request came.

`X-Request-Context-Id` and `X-Canvas-Meta` are on every answer of Canvas, of whatever status
(request_context/generator.rb). `X-Canvas-User-Id`, and `at` and `dk` (the token's and the developer key's global IDs)
within `X-Canvas-Meta`, are on answers to a token that was accepted with its scope, and on none before that; `t` and `i`
in it name the course or account of the request on most of these (measured on a Canvas of 2022).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class Signs:
    """What the headers of one answer tell; None: not told."""

    canvas: bool
    """Whether one of the headers is there that Canvas puts on every answer."""
    throttle: bool
    """Whether a header of Canvas's throttle is there, which is weaker evidence (request_throttle.rb)."""
    dead_token: bool
    """Whether `WWW-Authenticate` says that the token was not accepted (authentication_methods.rb)."""
    user_id: str | None = None
    real_user_id: str | None = None
    """Who acts as that user (application_controller.rb, set_user_id_header)."""
    token_id: str | None = None
    key_id: str | None = None
    controller: str | None = None
    action: str | None = None
    context: tuple[str, str] | None = None
    """What the request was about, as Canvas's logs have it: a class (`Course`, `Account`) and an ID."""

    @property
    def past_the_gate(self) -> bool:
        """Whether token and scope were certainly accepted."""
        return self.user_id is not None or self.key_id is not None


def signs_of(headers: Mapping[str, str]) -> Signs:
    """The signs in an answer's headers; names are lower-case."""
    meta = dict(part.strip().partition("=")[::2] for part in headers.get("x-canvas-meta", "").split(";") if "=" in part)
    return Signs(
        canvas="x-request-context-id" in headers or "x-canvas-meta" in headers,
        throttle="x-request-cost" in headers or "x-rate-limit-remaining" in headers,
        dead_token="canvas-lms" in headers.get("www-authenticate", ""),
        user_id=_id(headers.get("x-canvas-user-id")),
        real_user_id=_id(headers.get("x-canvas-real-user-id")),
        token_id=_id(meta.get("at")),
        key_id=_id(meta.get("dk")),
        controller=meta.get("o") or None,
        action=meta.get("n") or None,
        context=(meta["t"], meta["i"]) if meta.get("t") and meta.get("i") else None,
    )


def is_from_canvas(headers: Mapping[str, str]) -> bool:
    """Whether an answer carries a header that hardly anything but Canvas sets."""
    signs = signs_of(headers)
    return signs.canvas or signs.throttle or signs.dead_token


def _id(value: str | None) -> str | None:
    return value if value and _DIGITS.fullmatch(value) else None
