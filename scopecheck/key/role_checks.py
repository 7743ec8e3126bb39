"""The key check about the user who authorized the integration: an administrator, with the role that was asked for?

The token's own list of accounts tells whether its user administers any. What no scope needs, but the integration for
work of its own, only the record of the user's roles shows, which an administrator's token may read.
"""

from __future__ import annotations

from scopecheck.canvas.classify import Reading, read
from scopecheck.key import triage
from scopecheck.key.outcome import CheckOutcome, failed, not_checked, ok, unproved
from scopecheck.key.role_fix import Kind, role_fix, unshown_boxes
from scopecheck.model import causes
from scopecheck.model.key_facts import KeyFacts


def user_administers(facts: KeyFacts) -> CheckOutcome:
    """Whether the user administers an account, and, as far as the record shows it, has all permissions of the role."""
    profile, accounts, standing = facts.profile, facts.accounts, facts.standing
    if profile is None or profile.role is None:
        return not_checked("Not checked: the profile asks for no role.")
    if not facts.has_token:
        return not_checked("Not checked: there is no token.")
    if facts.token.dead:
        return not_checked("Not checked: the token is not alive.")
    if accounts is None:
        return not_checked("Not checked: the profile has no scope that lists the user's accounts.")
    if read(accounts) is Reading.SCOPE_MISSING:
        return not_checked("Not checked: the token may not list its user's accounts, because that scope is missing.")
    if standing.accounts is None:
        cause = triage.UNPROVED.get(read(accounts), causes.UNEXPECTED_ANSWER)
        text = f"No answer shows which accounts the user administers: {accounts.says()}."
        return unproved(text, accounts, cause=cause)
    if standing.administers_nothing:
        text = "The list of accounts is empty: the user who authorized the integration administers no account."
        remedy = str(role_fix(Kind.ADMINISTRATOR, profile, standing, ()))
        return failed(causes.USER_LACKS_PERMISSION, text, accounts, remedy=remedy)
    off = unshown_boxes(profile, standing)
    if off:
        text = f"The user's role lacks what {profile.title} needs for its own work: {', '.join(off)}."
        remedy = str(role_fix(Kind.PERMISSION, profile, standing, (), unneeded=True))
        return failed(causes.USER_LACKS_PERMISSION, text, accounts, remedy=remedy)
    return ok(_administers(facts), accounts)


def limit_of(facts: KeyFacts) -> str | None:
    """What a run with this token does not prove, if its user administers sub-accounts only."""
    if not facts.standing.sub_accounts_only:
        return None
    return (
        f"The user who authorized the integration administers only {_accounts(facts)}, no root account: nothing is "
        "proved for the rest of the institution."
    )


def _administers(facts: KeyFacts) -> str:
    only = "only " if facts.standing.sub_accounts_only else ""
    text = f"The user administers {only}{_accounts(facts)}"
    names = dict.fromkeys(role.name for role in facts.standing.roles or ())
    return f"{text}, as {', '.join(names)}." if names else f"{text}."


def _accounts(facts: KeyFacts) -> str:
    ids = facts.standing.accounts or []
    word = "sub-account" if facts.standing.sub_accounts_only else "account"
    return f"{word}{'s' if len(ids) > 1 else ''} {', '.join(ids)}"
