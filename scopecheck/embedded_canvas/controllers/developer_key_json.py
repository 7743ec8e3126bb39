"""How a developer key and its binding look as JSON (lib/api/v1/developer_key.rb, its account binding's serializer)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.keys import SHARD, binding_state
from scopecheck.embedded_canvas.known import ROOT
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import DeveloperKey

TEXTS: Final = ("email", "icon_url", "notes", "vendor_code", "client_credentials_audience")
"""Columns without effect on what the key does."""


def own_json(context: Context, key: DeveloperKey, *, listed: bool = False) -> dict[str, Any]:
    """A key of this account for those who manage it, with its secret; `auto_expire_tokens` is never shown."""
    tokens = [token for token in context.tables.tokens.values() if token.key_id == key.id]
    used = [token.last_used_at for token in tokens if token.last_used_at is not None]
    of_list = {"tool_configuration": None} if listed else {}
    return _common(context, key) | of_list | {name: key.texts.get(name) for name in TEXTS} | {
        "user_id": None,
        "user_name": None,
        "scopes": key.scopes,
        "require_scopes": key.require_scopes,
        "allow_includes": key.allow_includes,
        "api_key": key.secret,
        "redirect_uri": key.redirect_uri,
        "redirect_uris": "\n".join(key.redirect_uris),
        "access_token_count": sum(token.workflow_state == "active" for token in tokens),
        "last_used_at": iso(max(used, default=None)),
        "public_jwk": None,
        "public_jwk_url": None,
        "account_name": context.tables.accounts[ROOT].name,
        "visible": key.visible,
    }  # fmt: skip


def inherited_json(context: Context, key: DeveloperKey) -> dict[str, Any]:
    """An inherited key: neither its scopes nor its settings are shown."""
    origin = "global" if key.owner == "site-admin" else "federated_parent"
    return _common(context, key) | {"icon_url": key.texts.get("icon_url"), "inherited_from": origin}


def binding_json(key: DeveloperKey) -> dict[str, Any]:
    """The binding in force for this account; `account_owns_binding` says whether it is this account's own."""
    own = key.owner == "root-account" or (key.binding == "allow" and key.root_binding is not None)
    return {
        "id": key.id,
        "account_id": SHARD + (ROOT if own else 0),
        "developer_key_id": key.id,
        "workflow_state": binding_state(key),
        "account_owns_binding": own,
    }


def _common(context: Context, key: DeveloperKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "created_at": iso(key.created_at),
        "workflow_state": key.workflow_state,
        "is_lti_key": key.is_lti_key,
        "developer_key_account_binding": binding_json(key),
        **({} if context.config.is_old else _new(key)),
    }


def _new(key: DeveloperKey) -> dict[str, Any]:
    """What newer Canvas adds."""
    return {
        "lti_registration_id": None,
        "is_lti_registration": False,
        "unified_tool_id": None,
        "test_cluster_only": key.test_cluster_only,
    }
