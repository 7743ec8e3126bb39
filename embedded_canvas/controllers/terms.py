"""Enrollment terms (terms_api_controller.rb, lib/api/v1/enrollment_term.rb)."""

from __future__ import annotations

from typing import Any

from embedded_canvas import errors
from embedded_canvas.context import Context
from embedded_canvas.http import Response, json_response
from embedded_canvas.routing import route
from embedded_canvas.state import Term, iso, now


def term_json(term: Term) -> dict[str, Any]:
    """One term as lists and courses show it."""
    return {
        "id": term.id,
        "name": term.name,
        "start_at": iso(term.start_at),
        "end_at": iso(term.end_at),
        "created_at": iso(term.created_at),
        "workflow_state": term.workflow_state,
        "grading_period_group_id": None,
        "sis_term_id": None,
        "sis_import_id": None,
    }


@route("GET", "/api/v1/accounts/:account_id/terms")
def index(context: Context) -> Response:
    """Terms under a wrapper; of a root account only, which is tested before the right."""
    account = context.account()
    if account.root_account_id is not None:
        raise errors.message(400, "Terms only belong to root_accounts.")
    context.require("read_terms", account)
    live = [term for term in context.tables.terms.values() if term.workflow_state == "active"]
    dated = sorted((term for term in live if term.start_at), key=lambda term: str(term.start_at), reverse=True)
    return context.page([term for term in live if not term.start_at] + dated, term_json, wrapper="enrollment_terms")


@route("POST", "/api/v1/accounts/:account_id/terms")
def create(context: Context) -> Response:
    """Make a term."""
    account = context.account()
    context.require("manage_account_settings", account)
    wanted = context.params.get("enrollment_term") or {}
    term = Term(context.tables.next_id(), str(wanted.get("name", "")), now())
    context.tables.terms[term.id] = term
    return json_response(term_json(term))
