"""Mends a developer key step by step: reads it right before each step, and reads back what Canvas kept.

The list of scopes is sent whole, and **taking a scope off ends every token of the key** (developer_key.rb). So a
scope that somebody else adds between reading and writing would be taken off: each request is preceded by a reading of
its own, is sent once only, and is followed by another.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scopecheck.administration.key_found import KeyNotDone, called, read_again, token_count
from scopecheck.administration.key_plan import Change, KeyPlan, Kind, ScopesHere, Wish, plan_key
from scopecheck.administration.key_writing import (
    keep_record,
    not_kept,
    refused,
    require_safe,
    send_once,
    unread_after,
    update,
)
from scopecheck.config.settings import SettingsError
from scopecheck.key.record import KEYS, ShownKey
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.transport.client import CanvasClient

_TRIES: Final = 3
"""How often one step is sent, where Canvas did not answer or keep it."""


@dataclass
class Outcome:
    """What became of a key: what was planned before, and what is left by the record as read back last."""

    before: ShownKey
    planned: KeyPlan
    after: ShownKey
    left: KeyPlan
    sent: int = 0
    """Requests that were to change something."""
    lost: list[str] = field(default_factory=list)
    """Scopes that the key had and has no more, though nobody asked for that: all of its tokens end."""
    tokens_ended: bool = False
    """Whether the key had active tokens, and has none any more."""
    unread: bool = False
    """Whether the key could not be read back after the last request: `after` and `left` are from before it."""
    failure: KeyNotDone | SettingsError | None = None
    kept: list[Path] = field(default_factory=list)
    """The files with the key's record before and after."""

    @property
    def done(self) -> tuple[Change, ...]:
        """What was planned, and is so now."""
        return tuple(change for change in self.planned.changes if change not in self.left.changes)

    @property
    def all_right(self) -> bool:
        """Whether the key is now all that is required, and nothing happened that should not."""
        return self.left.nothing_to_do and not (self.lost or self.tokens_ended or self.failure)


def repair(
    admin: CanvasClient,
    key: ShownKey,
    wish: Wish,
    here: ScopesHere,
    reports: Path,
    *,
    agreed: Collection[Change],
    consent: Collection[Kind] = (),
) -> Outcome:
    """Make those changes to the key that were agreed on; of the kinds in CONSENT only those in `consent`.

    Nothing is taken off. What goes wrong after the first request is in the outcome. Raises SettingsError and KeyNotDone
    as long as nothing was sent.
    """
    return _Repair(admin, key, wish, here, reports, frozenset(agreed), frozenset(consent)).run()


@dataclass
class _Repair:
    admin: CanvasClient
    key: ShownKey
    wish: Wish
    here: ScopesHere
    reports: Path
    agreed: frozenset[Change]
    consent: frozenset[Kind]

    def run(self) -> Outcome:
        now = self.read()
        outcome = Outcome(now, self.plan(now), now, self.plan(now))
        tries, answer = 0, None
        while (step := self.next(outcome)) and not (outcome.failure or outcome.lost):
            if tries == _TRIES and answer:
                outcome.failure = not_kept(answer)
                break
            left = outcome.left.changes
            answer = self.take(step, outcome)
            tries = tries + 1 if outcome.left.changes == left else 0
        if outcome.sent and not outcome.unread:
            keep_after(outcome, self.reports)
        return outcome

    def read(self) -> ShownKey:
        return read_again(self.admin, self.key)

    def plan(self, now: ShownKey) -> KeyPlan:
        return plan_key(self.wish, self.here, now.record)

    def next(self, outcome: Outcome) -> Call | None:
        """The next request: the settings first, all in one; then the key is activated, and last of all switched on."""
        to_do = outcome.left.allowed(self.consent)
        kinds = {change.kind for change in to_do}
        fields = _fields(to_do, outcome.after)
        if fields:
            return update(outcome.after, fields)
        if Kind.ACTIVATE in kinds:
            return update(outcome.after, {"event": "activate"})
        return switching_on(outcome.after) if Kind.SWITCH_ON in kinds else None

    def take(self, step: Call, outcome: Outcome) -> Answer | None:
        """Make the request, and note in the outcome what Canvas then shows."""
        try:
            self.require_allowed(outcome, step)
            if not outcome.sent:
                outcome.kept.append(keep_record(self.reports, outcome.after, "before"))
        except SettingsError as error:
            if not outcome.sent:
                raise
            outcome.failure = error
            return None
        outcome.sent += 1
        answer = send_once(self.admin, step)
        try:
            now = self.read()
        except (SettingsError, KeyNotDone) as error:
            outcome.failure, outcome.unread = unread_after(error), True
            return answer
        outcome.lost += sorted((outcome.after.record.scopes or frozenset()) - (now.record.scopes or frozenset()))
        outcome.tokens_ended = bool(token_count(outcome.before)) and token_count(now) == 0
        outcome.after, outcome.left = now, self.plan(now)
        if self.next(outcome) == step:
            outcome.failure = refused(answer)
        return answer

    def require_allowed(self, outcome: Outcome, step: Call) -> None:
        """Raises SettingsError if there is more to do than was agreed on, or if the change may take a scope off."""
        if not self.agreed.issuperset(outcome.left.allowed(self.consent)):
            raise SettingsError([
                f"{called(self.key)} was changed by somebody else meanwhile, so there is more to do than was "
                "shown; run the command again."
            ])  # fmt: skip
        if step.method == "PUT":
            require_safe(self.key, outcome.left)


def keep_after(outcome: Outcome, reports: Path) -> None:
    """Keep the record as read back; if that fails, it is the outcome's failure unless there is another."""
    try:
        outcome.kept.append(keep_record(reports, outcome.after, "after"))
    except SettingsError as error:
        outcome.failure = outcome.failure or error


def switching_on(key: ShownKey) -> Call:
    """The request that switches a key on for its account (developer_key_account_bindings_controller.rb)."""
    wanted = {"developer_key_account_binding": {"workflow_state": "on"}}
    return Call("POST", f"{KEYS}/{key.record.key_id}/developer_key_account_bindings", json=wanted, has_json=True)


def _fields(to_do: Collection[Change], now: ShownKey) -> dict[str, Any]:
    """Only what changes: the lists whole, as they are now and with what is added."""
    scopes = [change.value for change in to_do if change.kind is Kind.SCOPE]
    uris = [change.value for change in to_do if change.kind is Kind.REDIRECT_URI]
    kinds = {change.kind for change in to_do}
    return {
        **({"scopes": [*now.row["scopes"], *scopes]} if scopes else {}),
        **({"require_scopes": True} if Kind.ENFORCE in kinds else {}),
        **({"allow_includes": True} if Kind.INCLUDES in kinds else {}),
        # One text with a line for each (developer_key.rb splits it at blanks).
        **({"redirect_uris": "\n".join([*_uris(now), *uris])} if uris else {}),
    }


def _uris(now: ShownKey) -> list[str]:
    """The redirect URIs in the record's own order."""
    given = now.row.get("redirect_uris")
    return given.split() if isinstance(given, str) else [str(uri) for uri in given or ()]
