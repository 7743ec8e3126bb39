"""Saves the form the way Canvas saves the key screen: by its own actions, as an administrator of the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers import developer_key_bindings, developer_keys
from scopecheck.embedded_canvas.errors import Refusal
from scopecheck.embedded_canvas.http import Request
from scopecheck.embedded_canvas.key_screen.outcome import Outcome, Standing
from scopecheck.embedded_canvas.keys import binding_state
from scopecheck.embedded_canvas.known import ADMINISTRATOR
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.embedded_canvas.routing import Action

_BOXES: Final = ("require_scopes", "allow_includes")


def save(canvas: Canvas, key: DeveloperKey, form: Mapping[str, Any]) -> Outcome:
    """Save what the form has of this key, and say what came of it. Hold the tables' lock.

    A form has no field for a box that is not checked. Of an inherited key it has the state alone.
    """
    before = Standing.of(canvas.tables, key)
    try:
        if key.owner == "root-account":
            _ask(canvas, developer_keys.update, {"id": str(key.id)}, {"developer_key": _columns(key, form)})
        state = form.get("state")
        if state is not None and state != binding_state(key):
            path = {"account_id": "self", "developer_key_id": str(key.id)}
            _ask(
                canvas, developer_key_bindings.create_or_update, path,
                {"developer_key_account_binding": {"workflow_state": state}},
            )  # fmt: skip
    except Refusal as refusal:
        said = f"{refusal.response.status} {refusal.response.body.decode()}"
        return Outcome(before, Standing.of(canvas.tables, key), said)
    return Outcome(before, Standing.of(canvas.tables, key))


def _columns(key: DeveloperKey, form: Mapping[str, Any]) -> dict[str, Any]:
    """The form as Canvas's own page sends it; an LTI key has no boxes for scopes."""
    scopes = {} if key.is_lti_key else {"scopes": form.get("scopes", [])}
    boxes = {name: name in form for name in _BOXES}
    return {"redirect_uris": form.get("redirect_uris", ""), **boxes, **scopes}


def _ask(canvas: Canvas, action: Action, path: Mapping[str, str], params: dict[str, Any]) -> None:
    administrator = canvas.tables.users[ADMINISTRATOR]
    action(Context(Request("PUT", "/"), canvas.config, canvas.tables, path, params, user=administrator))
