"""Takes scopes off a developer key that its profile does not ask for, which ends every token of the key."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scopecheck.administration.key_changes import Outcome, keep_after
from scopecheck.administration.key_found import KeyNotDone, called, read_again
from scopecheck.administration.key_plan import ScopesHere, Wish, plan_key
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
from scopecheck.key.record import ShownKey
from scopecheck.transport.client import CanvasClient


def remove_excess(
    admin: CanvasClient, key: ShownKey, wish: Wish, here: ScopesHere, reports: Path, *, agreed: Collection[str]
) -> Outcome:
    """Take these scopes off the key, all of which are beyond the profile, and nothing else.

    Raises SettingsError if one of them is not, or if another may be dropped with them, and KeyNotDone if nothing was
    sent.
    """
    now = read_again(admin, key)
    plan = plan_key(wish, here, now.record)
    if {excess.name for excess in plan.excess} != set(agreed):
        raise SettingsError([f"{called(key)} was changed by somebody else meanwhile; run the command again."])
    require_safe(now, plan, taken_off=agreed)
    outcome = Outcome(now, plan, now, plan, kept=[keep_record(reports, now, "before")])
    stays = [scope for scope in now.row["scopes"] if scope not in agreed]
    outcome.sent += 1
    answer = send_once(admin, update(now, {"scopes": stays}))
    try:
        outcome.after = read_again(admin, key)
    except (SettingsError, KeyNotDone) as error:
        outcome.failure, outcome.unread = unread_after(error), True
        return outcome
    outcome.left = plan_key(wish, here, outcome.after.record)
    outcome.lost = sorted(set(stays) - (outcome.after.record.scopes or frozenset()))
    if outcome.left.excess:
        outcome.failure = refused(answer) or not_kept(answer)
    keep_after(outcome, reports)
    return outcome
