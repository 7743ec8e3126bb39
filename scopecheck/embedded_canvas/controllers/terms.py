"""Enrollment terms (terms_api_controller.rb, lib/api/v1/enrollment_term.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import Account, Term
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import moment

_STATES: Final = {"active": {"active"}, "deleted": {"deleted"}, "all": {"active", "deleted"}}


def term_json(context: Context, term: Term, includes: frozenset[str] = frozenset()) -> dict[str, Any]:
    """One term as lists and courses show it; with SIS IDs if the caller may see them."""
    root = _root(context)
    courses = [c for c in context.tables.courses.values() if c.term_id == term.id and c.workflow_state != "deleted"]
    return {
        "id": term.id,
        "name": term.name,
        "start_at": iso(term.start_at),
        "end_at": iso(term.end_at),
        "created_at": iso(term.created_at),
        "workflow_state": term.workflow_state,
        "grading_period_group_id": None,
        **({"sis_term_id": None} if context.may("read_sis", root) else {}),
        **({"sis_import_id": None} if context.may("manage_sis", root) else {}),
        **({"overrides": {}} if "overrides" in includes else {}),
        **({"course_count": len(courses)} if "course_count" in includes else {}),
    }


def _root(context: Context) -> Account:
    return next(each for each in context.tables.accounts.values() if each.root_account_id is None)


@route("GET", "/api/v1/accounts/:account_id/terms", "terms_api#index")
def index(context: Context) -> Response:
    """Terms in a wrapper: those without dates first, then the latest.

    Only root accounts have terms, which is checked before the right. Unknown states count as `active`.
    """
    account = context.account()
    if account.root_account_id is not None:
        raise errors.message(400, "Terms only belong to root_accounts.")
    context.require("read_terms", account)
    asked = context.params.get("workflow_state")
    states = set().union(*(_STATES.get(str(each), set()) for each in (asked if isinstance(asked, list) else [asked])))
    name = str(context.params.get("term_name") or "").lower()
    found = [
        term
        for term in sorted(context.tables.terms.values(), key=lambda each: each.id)
        if term.account_id == account.id
        and term.workflow_state in (states or _STATES["active"])
        and name in term.name.lower()
    ]
    # "~" sorts after every year, so terms without a date come first.
    found.sort(key=lambda term: (iso(term.start_at) or "~", iso(term.end_at) or "~"), reverse=True)
    includes = context.includes()
    return context.page(found, lambda term: term_json(context, term, includes), wrapper="enrollment_terms")


@route("POST", "/api/v1/accounts/:account_id/terms", "terms#create")
def create(context: Context) -> Response:
    """Create a term."""
    account = context.account()
    context.require("manage_account_settings", account)
    wanted = context.fields("enrollment_term")
    term = Term(
        context.tables.next_id(), str(wanted.get("name", "")), now(),
        moment(wanted.get("start_at")), moment(wanted.get("end_at")),
    )  # fmt: skip
    context.tables.terms[term.id] = term
    return json_response(term_json(context, term))
