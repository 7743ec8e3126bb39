"""What came of saving: a key before and after, and what Canvas does about the difference (developer_key.rb)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from scopecheck.embedded_canvas.keys import binding_state
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.embedded_canvas.tables import Tables


@dataclass(frozen=True)
class Standing:
    """A key at one moment, and which of its tokens have not ended."""

    scopes: tuple[str, ...]
    state: str
    """`on`, `off` or `allow`."""
    enforces: bool
    includes: bool
    redirect_uris: tuple[str, ...]
    tokens: frozenset[int]

    @classmethod
    def of(cls, tables: Tables, key: DeveloperKey) -> Self:
        """The key as it is now."""
        tokens = (each for each in tables.tokens.values() if each.key_id == key.id)
        return cls(
            tuple(key.scopes), binding_state(key), key.require_scopes, key.allow_includes, tuple(key.redirect_uris),
            frozenset(each.id for each in tokens if each.workflow_state != "deleted"),
        )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """A key before and after it was saved."""

    before: Standing
    after: Standing
    refusal: str = ""
    """Canvas's answer, if it refused to save."""

    @property
    def taken_off(self) -> list[str]:
        """The scopes that the key has no more."""
        return [scope for scope in self.before.scopes if scope not in self.after.scopes]

    @property
    def put_on(self) -> list[str]:
        """The scopes that the key did not have before."""
        return [scope for scope in self.after.scopes if scope not in self.before.scopes]

    @property
    def turned_off(self) -> bool:
        """Whether the key was on before, and is no more."""
        return self.before.state == "on" != self.after.state

    @property
    def stops(self) -> bool:
        """Whether something no longer works, or was not done."""
        return bool(self.refusal or self.taken_off or self.turned_off)

    @property
    def heading(self) -> str:
        """The most important thing, in a few words."""
        if self.refusal:
            return "Not saved: Canvas refused"
        if self.before == self.after:
            return "Saved: nothing was different"
        if self.taken_off:
            return "Saved: all tokens of this key have ended"
        if self.turned_off:
            return "Saved: the key is off"
        return "Saved: no token has ended"

    @property
    def sentences(self) -> list[str]:
        """What Canvas does, most important first."""
        if self.refusal:
            return [f"Canvas answered: {self.refusal}"]
        before, after = self.before, self.after
        said = [*self._of_scopes()]
        if before.state != after.state:
            said.append(_STATE_NOW[after.state == "on"])
        if before.enforces != after.enforces:
            said.append(_ENFORCES_NOW[after.enforces])
        if before.includes != after.includes:
            said.append(_INCLUDES_NOW[after.includes])
        if before.redirect_uris != after.redirect_uris:
            said.append("Canvas sends users back to the redirect URIs below, and no others. Tokens keep working.")
        return said

    def _of_scopes(self) -> list[str]:
        if self.taken_off:
            count = len(self.before.tokens - self.after.tokens)
            return [
                f"Canvas ends all tokens of a key that loses a scope, and their refresh tokens: {_tokens(count)} here. "
                "A real Canvas does it within seconds. Checking the box again brings none of them back."
            ]
        if self.put_on:
            return [
                "Tokens keep working, but keep the scopes that they were issued with: none gets a new scope before its "
                "user authorizes again."
            ]
        return []


_STATE_NOW = {
    True: "The key is on: Canvas accepts its tokens that have not ended.",
    False: "The key is off: Canvas refuses its tokens and lets nobody authorize. The tokens work again once it is on.",
}
_ENFORCES_NOW = {
    True: "Canvas checks the scopes of tokens from now on. Tokens keep working, as far as their scopes go.",
    False: "Canvas checks no scope of this key any more: its tokens may do whatever their users may do.",
}
_INCLUDES_NOW = {
    True: "Canvas heeds include parameters. Tokens keep working.",
    False: "Canvas silently drops include parameters: calls succeed, and answers lack what was asked for.",
}


def _tokens(count: int) -> str:
    return {0: "there was none", 1: "one"}.get(count, str(count))
