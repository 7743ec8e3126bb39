"""Makes a developer key as a profile says: never twice under one name, and off until it is switched on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from scopecheck.administration.key_found import KeyNotDone, Unknown, called, find_by_name, refusal
from scopecheck.administration.key_plan import Kind, ScopesHere, Wish, plan_key
from scopecheck.administration.key_writing import refused
from scopecheck.canvas.classify import Reading, read
from scopecheck.config.settings import SettingsError
from scopecheck.installation import CLI
from scopecheck.key.record import KEYS, ShownKey, read_new_key
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import clean
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.looks import looks
from scopecheck.transport.retries import may_have_landed

_WHOLE: Final = 32
"""Characters that a secret has at least; Canvas makes them of 64, and may show a few of them as a hint instead."""


@dataclass(frozen=True)
class MadeKey:
    """A new key, which is still off, and its secret; None: Canvas did not show it."""

    key: ShownKey
    secret: Secret | None = field(repr=False)


def require_new(admin: CanvasClient, name: str) -> None:
    """Raises SettingsError if the account has a key with this name, and as `find_by_name` does."""
    there = find_by_name(admin, name)
    if there:
        kinds = ", ".join(f"{called(key)}{', an LTI key' if key.record.is_lti else ''}" for key in there)
        raise SettingsError([
            f"The account has a key with this name already: {kinds}. To mend that: {CLI} key repair "
            f"--key {there[0].record.key_id}{'' if there[0].record.on else ' --switch-on'}. To make another one: "
            "--name with a name of its own."
        ])  # fmt: skip


def make_key(admin: CanvasClient, name: str, wish: Wish, here: ScopesHere) -> MadeKey:
    """Make the key with all scopes and settings at once; it is off until `repair` switches it on.

    Raises SettingsError if there is one with this name or the token may not make one, and KeyNotDone.
    """
    require_new(admin, name)
    body = {"developer_key": _fields(name, wish, here)}
    answer = admin.send(Call("POST", KEYS, json=body, has_json=True, brings_secrets=True))
    made = read_new_key(admin, answer) or _made_unanswered(admin, name, answer)
    return MadeKey(made, whole_secret(made))


def _fields(name: str, wish: Wish, here: ScopesHere) -> dict[str, object]:
    """Scopes that this Canvas does not list are asked for all the same: Canvas then says so, and makes no key."""
    plan = plan_key(wish, here)
    return {
        "name": name,
        "scopes": [*(change.value for change in plan.of(Kind.SCOPE)), *plan.not_here],
        "require_scopes": plan.has(Kind.ENFORCE),
        "allow_includes": plan.has(Kind.INCLUDES),
        "redirect_uris": wish.redirect_uri or "",
    }


def _made_unanswered(admin: CanvasClient, name: str, answer: Answer) -> ShownKey:
    """The key whose creation was not answered. Raises SettingsError and KeyNotDone if there is none."""
    forbidden = refusal(answer)
    if forbidden:
        raise SettingsError([forbidden])
    if not may_have_landed(answer) and read(answer) is not Reading.OK:
        raise refused(answer) or KeyNotDone(clean(f"The key was not made: {answer.says()}."), "Run the command again.")
    for _ in looks(admin.pause):
        found = find_by_name(admin, name)
        if len(found) == 1:
            return found[0]
    raise Unknown(
        clean(f"Whether the key was made is not known: {answer.says()}. Canvas lists no key named {name} so far."),
        "Run the command again in a few minutes: it makes no second key of that name.",
    )


def whole_secret(key: ShownKey) -> Secret | None:
    """The key's secret, if Canvas shows it, and not a few characters of it alone."""
    shown = key.row.get("api_key")
    if not isinstance(shown, str) or len(shown) < _WHOLE or key.row.get("api_key_truncated"):
        return None
    return Secret(shown)
