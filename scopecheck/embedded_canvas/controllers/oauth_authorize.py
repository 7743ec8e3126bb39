"""`/login/oauth2/auth`: what Canvas checks before anybody logs in (oauth2_provider_controller.rb).

Errors about client and redirect URI go to the caller, all later ones to the redirect URI. Scopes are checked before
the key's state for the account, and both before login, so anybody can find out which scopes a key lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scopecheck.embedded_canvas import web_pages
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.oauth_consent import issue_code
from scopecheck.embedded_canvas.http import Response, redirect, text_response
from scopecheck.embedded_canvas.keys import OUT_OF_BAND, accepts_redirect, find_key, is_on
from scopecheck.embedded_canvas.oauth_answers import back_to, refused, unknown_client
from scopecheck.embedded_canvas.records import AuthorizationRequest, DeveloperKey
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.sessions import logged_in_user, renewed

_INVALID_SCOPE: Final = (
    "A requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner."
)


@route("GET", "/login/oauth2/auth", "oauth2_provider#auth", login=False)
def auth(context: Context) -> Response:
    """Check an integration's request, then send the user to login or consent, or straight back."""
    headers, new = context.request.headers, not context.config.is_old
    if new and headers.get("sec-fetch-mode", "navigate") != "navigate":
        return text_response("", 403)
    code, error = context.text("code"), context.text("error")
    if code or error:
        return web_pages.out_of_band(code, error, context.text("error_description"))
    key = find_key(context.tables, context.text("client_id"))
    if key is None:
        raise unknown_client()
    asked = _asked(context, key)
    scripted = new and asked.redirect_uri == OUT_OF_BAND and headers.get("sec-fetch-dest", "document") != "document"
    if scripted or not accepts_redirect(key, asked.redirect_uri, context.config):
        raise refused("invalid_request", "redirect_uri does not match client settings")
    problem = _scope_problem(context, key, asked.scopes) or _problem(context, key) or _prompt_problem(context, key)
    if problem:
        error, description = problem
        uri = asked.redirect_uri
        return back_to(uri, context.request, error=error, error_description=description, state=asked.state)
    return _onward(context, key, asked)


def _asked(context: Context, key: DeveloperKey) -> AuthorizationRequest:
    scopes = context.text("scope")
    if scopes is None:
        scopes = context.text("scopes") or ""
    uri, state = context.text("redirect_uri") or "", context.text("state")
    return AuthorizationRequest(key.id, uri, scopes.split(), state, context.text("code_challenge"))


# A problem is an error that is sent to the redirect URI, with its description.


def _scope_problem(context: Context, key: DeveloperKey, scopes: Sequence[str]) -> tuple[str, str] | None:
    """A key that enforces scopes refuses an empty list and lists every scope that it lacks.

    Raises a Refusal on ancient Canvas, which answers the caller and lists nothing.
    """
    missing = [scope for scope in scopes if scope not in key.scopes]
    if not key.require_scopes or (scopes and not missing):
        return None
    if context.config.version == "ancient":
        raise refused("invalid_scope", _INVALID_SCOPE)
    listed = f"The following scopes were requested, but not granted: {_sentence(missing)}"
    return "invalid_scope", f"{_INVALID_SCOPE} {listed}"


def _sentence(texts: Sequence[str]) -> str:
    """An English list: `a`, `a and b`, `a, b, and c`."""
    *most, last = texts or [""]
    if not most:
        return last
    return f"{', '.join(most)}{',' if len(most) > 1 else ''} and {last}"


def _problem(context: Context, key: DeveloperKey) -> tuple[str, str] | None:
    if context.text("resource") and not context.config.is_old:
        return "invalid_target", "the resource is not known"
    if not is_on(key):
        return "unauthorized_client", "Client does not have access to the specified Canvas account."
    if context.text("response_type") != "code":
        return "unsupported_response_type", "response_type must be code"
    return None


def _prompt_problem(context: Context, key: DeveloperKey) -> tuple[str, str] | None:
    prompt = context.text("prompt")
    if prompt not in {None, "none", "login"}:
        return "unsupported_prompt_type", "prompt must be none or left out"
    if prompt == "none" and logged_in_user(context) is None:
        return "login_required", "prompt=none but there is no current session"
    if prompt == "none" and not key.trusted:
        return "interaction_required", "the user has to consent"
    return None


def _onward(context: Context, key: DeveloperKey, asked: AuthorizationRequest) -> Response:
    """To login or consent, keeping the request in the session; with a trusted key straight back with a code."""
    user = logged_in_user(context)
    forced = context.text("prompt") == "login" or bool(context.text("force_login"))
    if user is None or forced:
        path = f"/login{'?force_login=true' if forced else ''}"
    elif key.trusted:
        return issue_code(context, user, asked)
    else:
        path = "/login/oauth2/confirm"
    return renewed(context, redirect(context.request.origin + path), user.id if user else None, asked)
