"""Bundles written by hand, from what a real Canvas of spring 2022 answered: shapes, headers and statuses only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from scopecheck.bundle.answers import call_of
from scopecheck.bundle.bundle import BUNDLE_VERSION, Bundle, Circumstances, Found, Recorded
from scopecheck.exercises.probe import probe_call
from scopecheck.key.canaries import CANARY_CALLS
from scopecheck.model.call import Call
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import Verdict
from tests.selftest.exercises.sweep import SCOPES

HOME: Final = "https://canvas.invalid"
SIGNED: Final = {"content-type": "application/json", "x-request-cost": "0.05", "x-rate-limit-remaining": "551.0",
                 "x-request-context-id": "0"}  # fmt: skip
USER: Final = {"x-canvas-user-id": "10000000000002", "x-canvas-meta": "at=10000000000084;dk=10000000000002"}


def given(mode: Any = "probe") -> Circumstances:
    """The circumstances of a run without a sandbox course and without a key's ID."""
    return Circumstances("ally", list(SCOPES), True, mode, "scopecheck-20220501T000000-abcd", HOME, False, "self",
                         None, None, None, None, False, False, False, True)  # fmt: skip


def bundle(exchanges: Sequence[Recorded]) -> Bundle:
    """A bundle in which no verdict is known yet: the test says what they are."""
    nothing = dict.fromkeys(SCOPES, Found(Verdict.UNPROVED, None, None))
    return Bundle(BUNDLE_VERSION, "1.0", given(), nothing, {}, list(exchanges))


def answered(call: Call, status: int, body: Any, headers: Mapping[str, str], text: str = "") -> Recorded:
    """One exchange under the token."""
    query = "&".join(f"{name}={value}" for name, value in call.query)
    asked = call_of(call.method, f"{HOME}{call.path}{f'?{query}' if query else ''}", HOME)
    if text:
        return Recorded("token", asked, status, dict(headers), text=text)
    return Recorded("token", asked, status, dict(headers), json=body)


def scope_refused(call: Call, report: int) -> Recorded:
    """401 without the user, with the number of an error report, as a production set-up gives it."""
    body = {"errors": [{"message": "Insufficient scopes on access token."}], "error_report_id": report}
    return answered(call, 401, body, {**SIGNED, "x-canvas-meta": "o=accounts;n=index"})


def role_refused_in_spanish(call: Call) -> Recorded:
    """401 with the user and the token's ID, in the user's language."""
    body = {"status": "no autorizado", "errors": [{"message": "usuario no autorizado para realizar esta acción"}]}
    return answered(call, 401, body, {**SIGNED, **USER})


def dead(call: Call) -> Recorded:
    """401 with WWW-Authenticate and without the user."""
    body = {"errors": [{"message": "Invalid access token."}]}
    return answered(call, 401, body, {**SIGNED, "www-authenticate": 'Bearer realm="canvas-lms"'})


def throttled(call: Call) -> Recorded:
    """403 in plain text; what is left is not 0, and nothing says how long to wait."""
    headers = {"content-type": "text/plain", "x-rate-limit-remaining": "19.997", "x-canvas-meta": "",
               "x-request-context-id": "0"}  # fmt: skip
    return answered(call, 403, None, headers, "403 Forbidden (Rate Limit Exceeded)\n")


def not_found(call: Call) -> Recorded:
    """404 with the user."""
    body = {"errors": [{"message": "The specified resource does not exist."}]}
    return answered(call, 404, body, {**SIGNED, **USER})


def probes() -> dict[str, Call]:
    """The probe of each scope."""
    found = {scope: probe_call(Scope.parse(scope)) for scope in SCOPES}
    return {scope: call for scope, call in found.items() if call}


def first_canary() -> Call:
    """The canary that is sent first."""
    return next(call for scope, call in CANARY_CALLS if scope not in SCOPES)
