"""The key's own record, and the account's list of scopes, read with an administrator's token.

Both APIs are for root accounts and need the permission to manage developer keys (developer_keys_controller.rb,
scopes_api_controller.rb); without it nothing is learned, and nothing is concluded.
"""

from __future__ import annotations

from typing import Any

from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.ids import same_id
from scopecheck.canvas.scopes_list import ListedScope, listed_scopes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import clean
from scopecheck.model.key_facts import KeyRecord
from scopecheck.model.secret import Secret
from scopecheck.model.told import sentence
from scopecheck.transport.client import CanvasClient


def read_key_record(admin: CanvasClient, client_id: str) -> tuple[KeyRecord | None, Answer | None]:
    """The key's record, None if this token sees no such key; and what Canvas answered if it may see none.

    Looks among the account's own keys, then among the inherited ones: an inherited key shows neither scopes nor
    settings, only whether it is on (lib/api/v1/developer_key.rb).
    """
    for inherited in ((), (("inherited", "true"),)):
        query = [("per_page", "100"), ("id", client_id), *inherited]
        answer = admin.send(Call("GET", "/api/v1/accounts/self/developer_keys", query=query))
        if read(answer) is not Reading.OK or not isinstance(answer.json, list):
            return None, answer
        rows = [row for row in answer.json if isinstance(row, dict)]
        # Canvas shows each key's secret to whoever may manage keys (lib/api/v1/developer_key.rb).
        admin.secrets.add(*(Secret(row["api_key"]) for row in rows if isinstance(row.get("api_key"), str)))
        for row in rows:
            if same_id(row.get("id"), client_id):
                return _record(answer, row), None
    return None, None


def read_scopes_list(admin: CanvasClient) -> list[ListedScope]:
    """The scopes that the key screen of this Canvas lists; empty if this token may not see them."""
    answer = admin.send(Call("GET", "/api/v1/accounts/self/scopes"))
    return listed_scopes(answer.json) if read(answer) is Reading.OK else []


def _record(answer: Answer, row: dict[str, Any]) -> KeyRecord:
    scopes, state, uris = row.get("scopes"), row.get("workflow_state"), row.get("redirect_uris")
    # A string with one URI per line; a list in some versions.
    listed = uris.split() if isinstance(uris, str) else uris if isinstance(uris, list) else None
    name = row.get("name")
    return KeyRecord(
        answer,
        key_id=str(row["id"]),
        name=clean(sentence(name)) if isinstance(name, str) and name.strip() else None,
        active=state == "active" if isinstance(state, str) else None,
        on=_on(row),
        scopes=frozenset(map(str, scopes)) if isinstance(scopes, list) else None,
        enforced=_flag(row, "require_scopes"),
        includes=_flag(row, "allow_includes"),
        redirect_uris=None if listed is None else frozenset(map(str, listed)),
        is_lti=_flag(row, "is_lti_key"),
    )


def _flag(row: dict[str, Any], name: str) -> bool | None:
    value = row.get(name)
    return value if isinstance(value, bool) else None


def _on(row: dict[str, Any]) -> bool | None:
    binding = row.get("developer_key_account_binding")
    state = binding.get("workflow_state") if isinstance(binding, dict) else None
    return {"on": True, "off": False}.get(str(state))
