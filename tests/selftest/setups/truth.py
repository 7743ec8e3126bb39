"""What is wrong with a set-up, looked up where it is true: in Canvas's tables and the settings."""

from __future__ import annotations

from collections.abc import Iterator

from scopecheck.embedded_canvas.keys import accepts_redirect, find_key, is_on
from scopecheck.embedded_canvas.known import INTEGRATION_USER, KEY, REDIRECT_URI, ROOT
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.permission_keys import in_force
from scopecheck.embedded_canvas.records import AccessToken, DeveloperKey
from scopecheck.embedded_canvas.roles import administrations, roles_at, setting
from scopecheck.embedded_canvas.scopes import own_names
from scopecheck.embedded_canvas.tokens import past
from tests.selftest.setups.world import NEEDED, World


def wrong_with(world: World) -> frozenset[str]:
    """Everything for which the integration, or this suite's own token, would not do; empty if all is right."""
    return frozenset((*_key(world), *_token(world), *_user(world), *_account(world)))


def _current_key(world: World) -> DeveloperKey | None:
    """The integration's key: that of the settings, if it is one made for the integration, else the first of these."""
    own = {key.id: key for key in world.canvas.tables.keys.values() if key.name.startswith("Ally")}
    return own.get(int(world.settings.client_id or 0)) or own.get(KEY)


def _key(world: World) -> Iterator[str]:
    key, config = _current_key(world), world.canvas.config
    if world.settings.redirect_uri != REDIRECT_URI:
        yield "the redirect URI is not the integration's"
    if key is None or str(key.id) != world.settings.client_id:
        yield "the ID is not of the integration's key"
    if key is None or key.workflow_state == "deleted":
        yield "the key is gone"
        return
    if find_key(world.canvas.tables, key.id) is None:
        yield "the key is inactive"
    if not is_on(key):
        yield "the key is off"
    if key.is_lti_key:
        yield "it is an LTI key"
    if not key.require_scopes:
        yield "scopes are not enforced"
    if not key.allow_includes:
        yield "includes are not allowed"
    if not accepts_redirect(key, str(world.settings.redirect_uri), config):
        yield "the redirect URI is not on the key"
    yield from (f"not on the key: {name}" for name in own_names(config) if name not in key.scopes)


def _current_token(world: World) -> AccessToken | None:
    settings = world.settings
    for token in world.canvas.tables.tokens.values():
        if settings.refresh_token:
            if token.refresh_token == settings.refresh_token.reveal():
                return token
        elif settings.access_token and token.token == settings.access_token.reveal():
            return token
    return None


def _token(world: World) -> Iterator[str]:
    token, key, settings = _current_token(world), _current_key(world), world.settings
    if world.canvas.config.proxy_strips_headers and settings.admin_token and not settings.refresh_token:
        yield "an administrator's token cannot tell whose role to read"
    if token is None or token.workflow_state == "deleted" or past(token.permanent_expires_at, now()):
        yield "the token is dead"
        return
    if not settings.refresh_token and past(token.expires_at, now()):
        yield "the token is dead"
    if key is None or token.key_id != key.id:
        yield "the token is another key's"
    elif settings.refresh_token and (settings.client_secret is None or settings.client_secret.reveal() != key.secret):
        yield "the secret is not the key's"
    lacking = [name for name in own_names(world.canvas.config) if name not in token.scopes]
    if lacking:
        yield f"not on the token: {', '.join(lacking)}"


def _user(world: World) -> Iterator[str]:
    tables, user = world.canvas.tables, world.canvas.tables.users[INTEGRATION_USER]
    rows = [row for row in administrations(tables.authority, user) if row.account_id == ROOT]
    if not rows:
        yield "the user does not administer the root account"
        return
    roles = [tables.authority.roles[row.role_id] for row in rows]
    known = in_force(old=world.canvas.config.is_old)
    for key in (key for each in NEEDED for key in each.all_keys if key in known):
        if not any(
            setting(tables.authority, tables.accounts, role, known[key], tables.accounts[ROOT]).here for role in roles
        ):
            yield f"not permitted: {key}"
    yield from _below(world)


def _below(world: World) -> Iterator[str]:
    """What the user's roles may not do for a call in the courses of an account below the root."""
    tables, known = world.canvas.tables, in_force(old=world.canvas.config.is_old)
    user, accounts = tables.users[INTEGRATION_USER], tables.accounts
    for account in {course.account_id for course in tables.courses.values()}:
        if accounts[account].root_account_id != ROOT:
            continue
        roles = roles_at(tables.authority, accounts, user, accounts[account])
        for key in (key for each in NEEDED if each.scopes for key in each.all_keys if key in known):
            if not any(setting(tables.authority, accounts, role, known[key], accounts[account]).here for role in roles):
                yield f"not permitted in account {account}: {key}"


def _account(world: World) -> Iterator[str]:
    wanted = world.settings.account_id
    if wanted not in {"self", str(ROOT)} and not any(
        str(number) == wanted and account.workflow_state == "active"
        for number, account in world.canvas.tables.accounts.items()
    ):
        yield "there is no such account"
