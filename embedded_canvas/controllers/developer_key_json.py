"""How a developer key and its binding look as JSON (lib/api/v1/developer_key.rb, its account binding's serializer)."""

from __future__ import annotations

from typing import Any, Final

from embedded_canvas.context import Context
from embedded_canvas.keys import SHARD, binding_state
from embedded_canvas.known import ROOT
from embedded_canvas.moments import iso
from embedded_canvas.records import DeveloperKey

TEXTS: Final = ("email", "icon_url", "notes", "vendor_code", "client_credentials_audience")
"""Columns without effect on what the key does."""


def own_json(context: Context, key: DeveloperKey) -> dict[str, Any]:
    """A key of this account for those who manage it, with its secret; `auto_expire_tokens` is never shown."""
    issued = [t for t in context.tables.tokens.values() if t.key_id == key.id and t.workflow_state == "active"]
    texts = {name: key.texts.get(name) for name in TEXTS}
    return _common(key) | texts | {
        "user_id": None,
        "user_name": None,
        "scopes": key.scopes,
        "require_scopes": key.require_scopes,
        "allow_includes": key.allow_includes,
        "api_key": key.secret,
        "redirect_uri": key.redirect_uri,
        "redirect_uris": "\n".join(key.redirect_uris),
        "access_token_count": len(issued),
        "last_used_at": None,
        "test_cluster_only": key.test_cluster_only,
        "account_name": context.tables.accounts[ROOT].name,
        "visible": key.visible,
    }  # fmt: skip


def inherited_json(key: DeveloperKey) -> dict[str, Any]:
    """An inherited key: neither its scopes nor its settings are shown."""
    origin = "global" if key.owner == "site-admin" else "federated_parent"
    return _common(key) | {"icon_url": key.texts.get("icon_url"), "inherited_from": origin}


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


def _common(key: DeveloperKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "created_at": iso(key.created_at),
        "workflow_state": key.workflow_state,
        "lti_registration_id": None,
        "is_lti_key": key.is_lti_key,
        "is_lti_registration": False,
        "developer_key_account_binding": binding_json(key),
    }
