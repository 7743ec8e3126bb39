"""The headers that Canvas adds to its answers, whatever they say.

Sources: request_context/generator.rb (ID and meta data), authentication_methods.rb (token and key, once the scope check
is passed), application_controller.rb (user and context), request_throttle.rb (memory and time).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Headers, Response
from scopecheck.embedded_canvas.keys import SHARD
from scopecheck.embedded_canvas.routing import UNTOLD, Route
from scopecheck.embedded_canvas.sessions import logged_in_user

_USAGE: Final = "b=1544428;m=1544428;u=0.04;y=0.00;d=0.01;"
"""Memory before and after, and seconds of user, system and database time."""

_REFUSED_UNNAMED: Final = frozenset(
    {
        "content_migrations#index",
        "discussion_topics#index",
        "master_courses/master_templates#imports_index",
        "master_courses/master_templates#subscriptions_index",
        "terms_api#index",
    }
)
"""Actions whose refusal of a missing right does not name them."""

_WITHOUT_CONTEXT: Final = ("courses#update", "master_courses/", "media_objects#")
"""Actions that look up their course without making it the request's context."""


@dataclass
class Trace:
    """How far a request got, which its headers tell."""

    route: Route | None = None
    context: Context | None = None
    lacks_right: bool = False
    """Whether the caller was refused for a missing right."""
    unnamed: bool = False
    """Whether a filter answered before the action was noted."""

    @property
    def passed(self) -> bool:
        """Whether a token was accepted and its scopes covered the request."""
        return self.context is not None and self.context.token is not None


def of_canvas(trace: Trace, number: int, seconds: float) -> Headers:
    """What every answer of Canvas carries; `number` is the request's."""
    return (
        ("X-Request-Context-Id", f"{number:08d}-embedded"),
        ("X-Canvas-Meta", _meta(trace)),
        ("X-Runtime", f"{seconds:.6f}"),
    )


def of_application(trace: Trace, number: int) -> Headers:
    """What answers carry that got past the throttle: the user and the session, where there is one, and cookies."""
    found: list[tuple[str, str]] = []
    user = (trace.context.user or logged_in_user(trace.context)) if trace.context is not None else None
    if user is not None:
        found.append(("X-Canvas-User-Id", str(SHARD + user.id)))
    token = trace.context.token if trace.passed and trace.context is not None else None
    if token is not None and token.real_user_id is not None:
        found.append(("X-Canvas-Real-User-Id", str(SHARD + token.real_user_id)))
    secret = hashlib.sha256(str(number).encode()).hexdigest()
    cookies = {"_csrf_token": secret}
    if trace.passed and trace.context is not None:
        session = secret[:32]
        found.append(("X-Session-Id", session))
        name = "_normandy_session" if trace.context.config.is_old else "canvas_session"
        cookies |= {"log_session_id": session, f"_legacy{name.removeprefix('canvas')}": secret, name: secret}
    return (*found, *(("Set-Cookie", f"{name}={value}; path=/") for name, value in cookies.items()))


def stripped(answer: Response) -> Response:
    """The answer as it comes through a proxy that passes on no headers of Canvas's own."""
    kept = [header for header in answer.headers if not header[0].startswith("X-")]
    return Response(answer.status, answer.body, kept)


def _meta(trace: Trace) -> str:
    return "".join(f"{name}={value};" for name, value in _facts(trace).items()) + _USAGE


def _facts(trace: Trace) -> dict[str, object]:
    """Token, key, controller, action and context, as far as the request got."""
    facts: dict[str, object] = {}
    if trace.context is not None and trace.context.token is not None:
        facts |= {"at": SHARD + trace.context.token.id, "dk": trace.context.token.key_id}
    if trace.route is None or trace.unnamed or trace.route.leads_to == UNTOLD:
        return facts
    if trace.lacks_right and trace.route.leads_to in _REFUSED_UNNAMED:
        return facts
    controller, _, action = trace.route.leads_to.partition("#")
    facts |= {"o": controller, "n": action}
    if trace.context is not None and trace.context.scene and not trace.route.leads_to.startswith(_WITHOUT_CONTEXT):
        kind, number = trace.context.scene
        facts |= {"t": kind, "i": number}
    return facts
