"""Turning a developer key on or off for the root account (developer_key_account_bindings_controller.rb)."""

from __future__ import annotations

from typing import Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.developer_key_json import binding_json
from scopecheck.embedded_canvas.controllers.developer_keys import RIGHT
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.embedded_canvas.routing import route

_STATES: Final = ("on", "off", "allow")


@route(
    "POST",
    "/api/v1/accounts/:account_id/developer_keys/:developer_key_id/developer_key_account_bindings",
    "developer_key_account_bindings#create_or_update",
)
def create_or_update(context: Context) -> Response:
    """Set this account's binding: 201 if it had one, as its own keys always do, 200 if it is new."""
    account = context.account()
    context.require(RIGHT, account)
    key = _key(context)
    if account.root_account_id is not None or key.owner == "other-account":
        raise errors.not_found()
    wanted = context.params.get("developer_key_account_binding")
    if not isinstance(wanted, dict) or "workflow_state" not in wanted:
        raise errors.messages(400, "developer_key_account_binding is missing")
    state = str(wanted["workflow_state"])
    if state not in _STATES:
        raise errors.Refusal(json_response({"errors": f"'{state}' is not a valid workflow_state"}, 422))
    existed = key.owner == "root-account" or key.root_binding is not None
    if key.owner == "root-account":
        key.binding = state
    else:
        key.root_binding = state
    return json_response(binding_json(key), 201 if existed else 200)


def _key(context: Context) -> DeveloperKey:
    """The path's key, by its global ID, in this account or above."""
    wanted = context.path["developer_key_id"]
    key = context.tables.keys.get(int(wanted)) if wanted.isdecimal() else None
    if key is None or key.workflow_state == "deleted":
        raise errors.not_found()
    return key
