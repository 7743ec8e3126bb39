"""The probe: one harmless call that only passes or fails Canvas's scope check, for any scope of any profile.

Canvas checks the scope before it looks anything up (authentication_methods.rb), so a call for something that cannot
exist answers 404, or a refused role, if the scope is granted (for media always the latter). The first ID of the path
is one that no record has, so nothing below an existing course is named: a PUT to an unknown page would create it.
"""

from __future__ import annotations

import re
from typing import Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.canvas.signs import is_from_canvas
from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import NotAsked, NotGranted
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import Proof, ScopeResult, Verdict

_PARAMETER: Final = re.compile(r"[:*]\w+")
_LOOKED_UP_FIRST: Final = re.compile(r"/api/v1/(courses|accounts|users)/")
"""Paths whose course, account or user Canvas looks up before the scope check, if the key is another account's."""


def probe_call(scope: Scope) -> Call | None:
    """The harmless call for a scope, or None if none is known.

    A write is harmless only if its first parameter names a record by id: then there is nothing to write to.
    """
    path = _PARAMETER.sub(NONEXISTENT, scope.shortest_path)
    if not scope.is_write:
        return Call("GET", path, query=[("per_page", "1")] if not scope.parameters else ())
    first = next(iter(scope.parameters), "")
    if not (first == "id" or first.endswith("_id")) or "/self/" in scope.path:
        return None
    if scope.path.endswith("/media_tracks"):
        return Call(scope.verb, path, json=[], has_json=True)
    return Call(scope.verb, path)


def probe(case: Case, reason: str, here: Scope | None = None) -> ScopeResult:
    """Judge a scope by its probe; `reason` says why it was not exercised.

    `here` is the scope by which this Canvas has the route, if it has it under another path.
    """
    reason = reason.removesuffix(".")
    scope = here or case.requirement.scope
    call = probe_call(scope)
    if call is None:
        raise NotAsked(
            Verdict.UNPROVED, causes.NO_HARMLESS_PROBE, f"{case.canvas_name or scope} was not called: {reason}."
        )
    answer = case.check_gate(case.fetch_once(call) if call.method == "GET" else case.send(call))
    reading, got = read(answer), case.tell.says(answer)
    if scope.parameters and reading not in {Reading.NOT_FOUND, Reading.NOT_PERMITTED}:
        raise NotGranted(
            Verdict.UNPROVED,
            causes.UNEXPECTED_ANSWER,
            f"The probe {call.method} {call.path} asked for an object that cannot exist, but got {got}.",
        )
    if not scope.parameters and not (reading is Reading.OK and _may_be_canvas(answer)):
        raise NotGranted(
            Verdict.UNPROVED,
            causes.UNEXPECTED_ANSWER,
            f"The probe {call.method} {call.path} got {got}.",
        )
    if reading is Reading.NOT_FOUND and not case.run.setup.probes_prove and _LOOKED_UP_FIRST.match(call.path):
        raise NotGranted(Verdict.UNPROVED, causes.LOOKUP_BEFORE_SCOPE, f"The probe {call.method} {call.path} got 404.")
    _require_permission(case)
    return case.granted(f"A harmless probe passed; not exercised: {reason}.", Proof.PROBED)


def _require_permission(case: Case) -> None:
    """`NotAsked` where the record of the user's roles shows a permission off without which the call is refused.

    For a call in a course, in the accounts that the run's courses lie in, too.
    """
    scope, role, rights = case.requirement.scope, case.run.profile.role, case.run.setup.rights
    needed = [each for each in role.permissions if str(scope) in each.scopes] if role else []
    lacking, where = [each for each in needed if rights.lacks(each)], ""
    if not lacking and not scope.path.startswith("/api/v1/accounts/"):
        accounts = rights.lacking_in(needed)
        lacking = [each for each in needed if any(account.lacks(each) for account in accounts)]
        where = f" in {' and in '.join(map(str, accounts))}"
    if lacking:
        raise NotAsked(
            Verdict.MISCONFIGURED,
            causes.USER_LACKS_PERMISSION,
            "A harmless probe passed, but by Canvas's record of roles the user who authorized the integration lacks "
            f"{', '.join(each.label for each in lacking)}{where}.",
        )


def _may_be_canvas(answer: Answer) -> bool:
    """Whether a success has one of Canvas's headers, or rows: any software may say [] or {"ok": true}."""
    return is_from_canvas(answer.headers) or (isinstance(answer.json, list) and bool(answer.json))
