"""The key's own record, and the account's list of scopes, read with an administrator's token.

Both APIs are for root accounts and need the permission to manage developer keys (developer_keys_controller.rb,
scopes_api_controller.rb); without it nothing is learned, and nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

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

KEYS: Final = "/api/v1/accounts/self/developer_keys"
"""Where a root account's keys are listed, and new ones made."""
SCOPES: Final = "/api/v1/accounts/self/scopes"
_MOST_PAGES: Final = 100
"""Of the list of keys; an answer can name a next page forever."""


@dataclass(frozen=True)
class ShownKey:
    """A key as the list of keys shows it to an administrator."""

    record: KeyRecord
    row: Mapping[str, Any] = field(repr=False)
    """The whole row, with the key's secret in it."""
    inherited: bool = False


def read_key_record(admin: CanvasClient, client_id: str) -> tuple[KeyRecord | None, Answer | None]:
    """The key's record, None if this token sees no such key; and what Canvas answered if it may see none.

    Looks among the account's own keys, then among the inherited ones: an inherited key shows neither scopes nor
    settings, only whether it is on (lib/api/v1/developer_key.rb).
    """
    shown, answer = read_key(admin, client_id)
    return (shown.record, None) if shown else (None, None if _is_list(answer) else answer)


def read_key(admin: CanvasClient, client_id: str, *, with_secret: bool = False) -> tuple[ShownKey | None, Answer]:
    """The same key with all that Canvas shows of it, and the last answer: a list, or why there is none.

    Its secret is masked once the client knows it, but `with_secret`.
    """
    for inherited in (False, True):
        query = [("per_page", "100"), ("id", client_id), *([("inherited", "true")] if inherited else ())]
        answer = admin.send(Call("GET", KEYS, query=query, brings_secrets=with_secret))
        for shown in _shown(admin, answer, inherited=inherited):
            if same_id(shown.record.key_id, client_id):
                return shown, answer
        if not _is_list(answer):
            break
    return None, answer


def own_keys(admin: CanvasClient) -> tuple[list[ShownKey], Answer]:
    """All of the account's own keys, and the last answer: if it is no list, some are not among them.

    Pages are asked for by number, since the links lead to the key screen, which takes no token (measured on a Canvas
    of 2022).
    """
    found: list[ShownKey] = []
    for page in range(1, _MOST_PAGES + 1):
        answer = admin.send(Call("GET", KEYS, query=[("per_page", "100"), ("page", str(page))]))
        found += _shown(admin, answer, inherited=False)
        if not _is_list(answer) or not answer.next_page:
            break
    return found, answer


def read_new_key(admin: CanvasClient, answer: Answer) -> ShownKey | None:
    """The key in the answer to its creation; None if there is none."""
    row = answer.json if read(answer) is Reading.OK else None
    return _known(admin, answer, row, inherited=False) if isinstance(row, dict) and "id" in row else None


def read_scopes_list(admin: CanvasClient) -> list[ListedScope]:
    """The scopes that the key screen of this Canvas lists; empty if this token may not see them."""
    answer = admin.send(Call("GET", SCOPES))
    return listed_scopes(answer.json) if read(answer) is Reading.OK else []


def _shown(admin: CanvasClient, answer: Answer, *, inherited: bool) -> list[ShownKey]:
    rows = answer.json if _is_list(answer) else []
    return [_known(admin, answer, row, inherited=inherited) for row in rows if isinstance(row, dict) and "id" in row]


def _is_list(answer: Answer) -> bool:
    return read(answer) is Reading.OK and isinstance(answer.json, list)


def _known(admin: CanvasClient, answer: Answer, row: dict[str, Any], *, inherited: bool) -> ShownKey:
    # Canvas shows each key's secret to whoever may manage keys (lib/api/v1/developer_key.rb).
    if isinstance(row.get("api_key"), str):
        admin.secrets.add(Secret(row["api_key"]))
    return ShownKey(_record(answer, row), row, inherited)


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
