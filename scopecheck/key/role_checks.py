"""The key check about the user who authorized the integration: an administrator, with the role that was asked for?

The token's own list of accounts tells whether its user administers any. What no scope needs, but the integration for
work of its own, only the record of the user's roles shows, which an administrator's token may read.
"""

from __future__ import annotations

from scopecheck.canvas.classify import Reading, read
from scopecheck.key import triage
from scopecheck.key.outcome import DEAD_ALREADY, NO_TOKEN, CheckOutcome, failed, not_checked, ok, says, unproved
from scopecheck.key.role_fix import Kind, role_fix, unshown_boxes
from scopecheck.model import causes
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.profile import Profile
from scopecheck.model.user_rights import UserRights


def user_administers(facts: KeyFacts) -> CheckOutcome:
    """Whether the user administers an account, and, as far as the record shows it, has all permissions of the role."""
    profile, accounts, rights = facts.profile, facts.accounts, facts.rights
    if profile is None or profile.role is None:
        return not_checked("Not checked: the profile asks for no role.")
    if not facts.has_token:
        return not_checked(NO_TOKEN)
    if facts.token.dead:
        return not_checked(DEAD_ALREADY)
    if accounts is None:
        return not_checked("Not checked: the profile has no scope that lists the user's accounts.")
    if read(accounts) is Reading.SCOPE_MISSING:
        return not_checked("Not checked: the token may not list its user's accounts, because that scope is missing.")
    if rights.accounts is None:
        cause = None if read(accounts) in triage.UNPROVED else causes.UNEXPECTED_ANSWER
        text = f"No answer shows which accounts the user administers: {says(accounts)}."
        return unproved(text, accounts, cause=cause)
    if rights.administers_nothing:
        text = "The list of accounts is empty: the user who authorized the integration administers no account."
        remedy = str(role_fix(Kind.ADMINISTRATOR, profile, rights, ()))
        return failed(causes.USER_LACKS_PERMISSION, text, accounts, remedy=remedy)
    off = unshown_boxes(profile, rights)
    if off:
        text = f"The user's role lacks what {profile.title} needs for its own work: {', '.join(off)}."
        remedy = str(role_fix(Kind.PERMISSION, profile, rights, (), unneeded=True))
        return failed(causes.USER_LACKS_PERMISSION, text, accounts, remedy=remedy)
    known = facts.identity.user_id is not None
    if facts.administered and not known:
        text = (
            f"The user administers {_accounts(rights)}, but the user's role cannot be read with CANVAS_ADMIN_TOKEN: no "
            "answer names the token's user (X-Canvas-User-Id is missing)."
        )
        return unproved(text, accounts, cause=causes.TOKEN_USER_UNNAMED)
    return ok(_administers(rights, known=known), accounts)


def limits_of(profile: Profile, rights: UserRights, mode: str) -> list[str]:
    """What a run with this user's token does not prove: clauses for its headline."""
    found = [f"the token's user administers only {_accounts(rights)}"] if rights.sub_accounts_only else []
    if rights.administers_nothing:
        return []
    if rights.roles is None:
        unseen = any(not each.scopes for each in profile.role.permissions) if profile.role else False
        return [*found, "the role's other permissions were not read"] if unseen else found
    accounts = rights.course_accounts
    unread = [each.account_id for each in accounts if each.roles is None]
    if mode == "probe" and (unread or not accounts):
        also = [each.account_id for each in accounts if each.roles is not None]
        read_in = list(dict.fromkeys([*(rights.accounts or []), *also]))
        found.append(
            f"the role's permissions were read only in account{'s' if len(read_in) > 1 else ''} {', '.join(read_in)}"
        )
    return found


def _administers(rights: UserRights, *, known: bool) -> str:
    text = f"The user administers {'only ' if rights.sub_accounts_only else ''}{_accounts(rights)}"
    names = dict.fromkeys(role.name for role in rights.roles or ())
    if names:
        return f"{text}, as {', '.join(names)}."
    unknown = ", and CANVAS_REFRESH_TOKEN, since no answer names the token's user (X-Canvas-User-Id is missing)"
    return (
        f"{text}. The permissions of the user's role were not read: that takes an administrator's token "
        f"(CANVAS_ADMIN_TOKEN) that may see roles{'' if known else unknown}."
    )


def _accounts(rights: UserRights) -> str:
    ids = rights.accounts or []
    word = "sub-account" if rights.sub_accounts_only else "account"
    return f"{word}{'s' if len(ids) > 1 else ''} {', '.join(ids)}"
