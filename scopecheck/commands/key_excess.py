"""`key remove-excess`: take scopes off the key, once its name has been typed."""

from __future__ import annotations

import sys

from scopecheck.administration.key_excess import remove_excess
from scopecheck.administration.key_found import called
from scopecheck.administration.key_plan import ScopesHere, Wish, plan_key
from scopecheck.commands.command import Say
from scopecheck.commands.key_text import authorize_again, excess_text, outcome_text, tokens_text
from scopecheck.config.settings import Settings
from scopecheck.key.record import ShownKey
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.report.columns import wrapped
from scopecheck.report.words import counted
from scopecheck.transport.client import CanvasClient


def remove_all(
    admin: CanvasClient, settings: Settings, wish: Wish, key: ShownKey, here: ScopesHere, say: Say
) -> ExitCode:
    """Show what is too much, have the key's name typed, and take it off. Raises SettingsError and KeyNotDone."""
    excess = plan_key(wish, here, key.record).excess
    if not excess:
        say(clean(f"{called(key)} has no scope beyond what {wish.profile.title} requires. Nothing to do."))
        return ExitCode.OK
    say(clean(f"{called(key)} on {admin.base_url} has {counted(len(excess), 'scope')} beyond the profile:\n"))
    for line in excess_text(excess):
        say(line)
    name = key.record.name or str(key.record.key_id)
    say("")
    for line in wrapped(clean(f"Taking scopes off ends every token of the key, at once: {tokens_text(key)}.")):
        say(line)
    say(clean(f"To take them off, type the name of the key, {name}: "))
    if sys.stdin.readline().strip() != name:
        say("Nothing was done.")
        return ExitCode.INTERRUPTED
    outcome = remove_excess(
        admin, key, wish, here, settings.reports, agreed=[each.name for each in excess]
    )  # fmt: skip
    taken = len(excess) - len(outcome.left.excess)
    if taken:
        say(f"Taken off and read back: {counted(taken, 'scope')}. Now {authorize_again(wish)}.")
    for line in outcome_text(outcome, wish):
        say(line)
    return ExitCode.NOT_CONFORMANT if outcome.failure or outcome.lost or outcome.left.excess else ExitCode.OK
