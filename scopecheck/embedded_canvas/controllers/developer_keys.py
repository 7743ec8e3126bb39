"""Developer keys as an administrator manages them (developer_keys_controller.rb, developer_key.rb)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.developer_key_json import TEXTS, inherited_json, own_json
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.keys import SHARD
from scopecheck.embedded_canvas.records import Account, DeveloperKey
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.scopes import valid_scopes
from scopecheck.embedded_canvas.values import text, truth

RIGHT: Final = "manage_developer_keys"
_OWN: Final = "root-account"


@route("GET", "/api/v1/accounts/:account_id/developer_keys", "developer_keys#index")
def index(context: Context) -> Response:
    """The root account's own keys, newest first; with `inherited` those of site admin and the consortium parent."""
    _root_account(context)
    live = [key for key in context.tables.keys.values() if key.workflow_state != "deleted"]
    live.sort(key=lambda key: key.id, reverse=True)
    if context.params.get("inherited"):
        inherited = [key for key in live if key.owner == "other-account" or (key.owner == "site-admin" and key.visible)]
        return context.page(inherited, lambda key: inherited_json(context, key))
    wanted = context.text("id")
    own = [key for key in live if key.owner == _OWN and wanted in {None, "", str(key.id), str(key.id % SHARD)}]
    return context.page(own, lambda key: own_json(context, key, listed=True))


@route("POST", "/api/v1/accounts/:account_id/developer_keys", "developer_keys#create")
def create(context: Context) -> Response:
    """Create a key: its tokens expire, and it is off until its binding is switched on."""
    _root_account(context)
    wanted = _wanted(context)
    _refuse_unknown_scopes(context, wanted)
    number = SHARD + context.tables.next_id()
    key = DeveloperKey(number, "", secrets.token_hex(32), [], False, False, [], binding="off")
    _assign(key, wanted)
    context.tables.keys[key.id] = key
    return json_response(own_json(context, key))


@route("PUT", "/api/v1/developer_keys/:id", "developer_keys#update")
def update(context: Context) -> Response:
    """Update a key; removing a scope revokes all tokens of the key, adding one none.

    Unknown scopes are refused by old Canvas, and silently dropped by today's.
    """
    key = _own_key(context)
    wanted = _wanted(context)
    if context.config.is_old:
        _refuse_unknown_scopes(context, wanted)
    before = set(key.scopes)
    key.workflow_state = _EVENTS.get(str(wanted.get("event")), key.workflow_state)
    _assign(key, wanted)
    if not key.is_lti_key:
        valid = valid_scopes(context.config)
        key.scopes = [scope for scope in key.scopes if scope in valid]
    if before.difference(key.scopes):
        for token in context.tables.tokens.values():
            if token.key_id == key.id:
                token.workflow_state = "deleted"
    return json_response(own_json(context, key))


@route("DELETE", "/api/v1/developer_keys/:id", "developer_keys#destroy")
def destroy(context: Context) -> Response:
    """Soft-delete a key."""
    key = _own_key(context)
    key.workflow_state = "deleted"
    return json_response(own_json(context, key))


_EVENTS: Final = {"activate": "active", "deactivate": "inactive"}


def _root_account(context: Context) -> Account:
    account = context.account()
    if account.root_account_id is not None:
        raise errors.not_found()
    context.require(RIGHT, account)
    return account


def _own_key(context: Context) -> DeveloperKey:
    """The path's key: an unknown one is 404 before the caller's right is checked, an inherited one is refused."""
    wanted = context.path["id"]
    number = int(wanted) if wanted.isdecimal() else 0
    key = context.tables.keys.get(number) or context.tables.keys.get(SHARD + number)
    if key is None or key.workflow_state == "deleted":
        raise errors.not_found()
    root = next(account for account in context.tables.accounts.values() if account.root_account_id is None)
    context.require(RIGHT, root)
    if key.owner != _OWN:
        raise context.not_permitted()
    return key


def _wanted(context: Context) -> dict[str, Any]:
    wanted = context.params.get("developer_key")
    if not wanted or not isinstance(wanted, dict):
        raise errors.messages(400, "developer_key is missing")
    return wanted


def _refuse_unknown_scopes(context: Context, wanted: Mapping[str, Any]) -> None:
    valid = valid_scopes(context.config)
    unknown = [scope for scope in _texts(wanted.get("scopes")) if scope not in valid]
    if unknown:
        raise errors.invalid_text(scopes=f"cannot contain {', '.join(unknown)}")


def _texts(value: object) -> list[str]:
    """A list of texts without duplicates; anything but a list counts as absent (strong parameters)."""
    return list(dict.fromkeys(map(str, value))) if isinstance(value, list) else []


def _uris(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else _texts(value)


_COLUMNS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "name": lambda value: text(value) or "",
    "scopes": _texts,
    "require_scopes": truth,
    "allow_includes": truth,
    "auto_expire_tokens": truth,
    "test_cluster_only": truth,
    "visible": truth,
    "redirect_uri": lambda value: text(value) or None,
    "redirect_uris": _uris,
}
"""Parameters with a column of the same name, and how their values are read."""


def _assign(key: DeveloperKey, wanted: Mapping[str, Any]) -> None:
    for name, read in _COLUMNS.items():
        if name in wanted:
            setattr(key, name, read(wanted[name]))
    key.texts |= {name: text(wanted[name]) for name in TEXTS if name in wanted}
    key.require_scopes = key.require_scopes or key.is_lti_key
