"""What is asked of Canvas once in a run, each question by itself; who asks what, and when, is `prepare`'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

from scopecheck.canvas.classify import DEAD_TOKEN, is_record, read
from scopecheck.canvas.ids import in_path
from scopecheck.canvas.scope_names import other_names
from scopecheck.canvas.scopes_list import ListedScope, names_by_action, names_by_shape
from scopecheck.canvas.signs import Signs, signs_of
from scopecheck.config.settings import Settings
from scopecheck.exercises.probe import probe_call
from scopecheck.key.oauth import Issued, TokenRefused, obtain_issued
from scopecheck.key.preflight import preflight, under_other_names
from scopecheck.key.record import read_key_record, read_scopes_list
from scopecheck.key.roles import ACCOUNTS, ACCOUNTS_SCOPE, read_roles, read_roles_below
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Included, KeyFacts, KeyRecord, Preflight, TokenRefusal
from scopecheck.model.named import UNNAMED, Named, key_of
from scopecheck.model.scope import Scope
from scopecheck.model.secret import Secret
from scopecheck.model.setup import ReadCourse
from scopecheck.model.told import sentence
from scopecheck.model.user_rights import CourseAccount, UserRights
from scopecheck.run.live_courses import account_of
from scopecheck.run.plan import Plan
from scopecheck.sandbox.guard import course_call
from scopecheck.transport.client import CanvasClient, Renew
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


def ask_preflight(client: CanvasClient, settings: Settings, scopes: Sequence[str]) -> Preflight | None:
    """The preflight, where the settings allow one."""
    if not (settings.client_id and settings.redirect_uri):
        return None
    return preflight(client, settings.client_id, settings.redirect_uri, scopes)


def ask_token(client: CanvasClient, settings: Settings) -> tuple[Issued | None, TokenRefusal | None]:
    """The token: given, or refreshed exactly once."""
    try:
        return obtain_issued(client, settings), None
    except TokenRefused as refused:
        return None, refused.refusal


@contextmanager
def administrator(settings: Settings, plan: Plan) -> Iterator[CanvasClient | None]:
    """A client with the administrator's token, which has a bucket of its own; None if none is set."""
    if settings.admin_token is None:
        yield None
        return
    with closing(plan.client(settings, settings.admin_token, Pace(ALL_IN_FLIGHT))) as admin:
        yield admin


def ask_key_record(admin: CanvasClient | None, settings: Settings) -> tuple[KeyRecord | None, Answer | None]:
    """What an administrator's token can add: the key's own record, as a second witness; and what refused it."""
    return read_key_record(admin, settings.client_id) if admin and settings.client_id else (None, None)


def ask_course(client: CanvasClient, settings: Settings, *, alive: bool) -> Answer | None:
    """The sandbox course, where one is set and there is a token to read it with."""
    return client.send(course_call(settings.course_id)) if alive and settings.course_id else None


def ask_included(client: CanvasClient, settings: Settings, course: Answer | None) -> Included:
    """Whether `term` comes with the sandbox course; else with any course of the account."""
    if course and is_record(course):
        return Included(course, "term", "term" in course.json)
    query = [("include[]", "term"), ("per_page", "1")]
    courses = client.send(Call("GET", f"/api/v1/accounts/{in_path(settings.account_id)}/courses", query=query))
    rows = courses.json
    if isinstance(rows, list) and rows and isinstance(rows[0], dict) and "id" in rows[0]:
        return Included(courses, "term", "term" in rows[0])
    return Included(courses, "term", None)


def named_of(settings: Settings, record: KeyRecord | None, user: str = UNNAMED.user) -> Named:
    """What remedies call the key and the user: as Canvas shows them, as far as that is known."""
    client_id, name = (record.key_id, record.name) if record else (settings.client_id, None)
    return Named(key_of(client_id, name), user, settings.profile.key.authorized_in)


def ask_accounts(client: CanvasClient, settings: Settings) -> Answer | None:
    """The accounts that the token's user administers, where the profile asks for a role and has the scope."""
    scopes = {str(requirement.scope) for requirement in settings.profile.requirements}
    return client.send(ACCOUNTS) if settings.profile.role and ACCOUNTS_SCOPE in scopes else None


def ask_rights(admin: CanvasClient | None, facts: KeyFacts) -> UserRights:
    """With an administrator's token: the user's roles in these accounts, beside what the accounts say."""
    found, user_id = facts.rights, facts.identity.user_id
    if not (admin and user_id and found.accounts):
        return found
    return replace(found, roles=read_roles(admin, user_id, found.accounts))


def ask_course_accounts(admin: CanvasClient | None, rights: UserRights, courses: Sequence[ReadCourse]) -> UserRights:
    """With the accounts that these courses lie in; an administrator's token shows what the user may do there.

    It also shows the account of a course that the token itself may not read.
    """
    if admin is None:
        return _beside(rights, courses)
    known = [each if each.account_id else replace(each, account_id=_account_of(admin, each)) for each in courses]
    found = _beside(rights, known)
    return replace(found, course_accounts=read_roles_below(admin, rights.roles, found.course_accounts))


def _beside(rights: UserRights, courses: Sequence[ReadCourse]) -> UserRights:
    by_account: dict[str, list[str]] = {}
    for course in courses:
        if course.account_id is not None:
            by_account.setdefault(course.account_id, []).append(course.id)
    accounts = [CourseAccount(account, numbers) for account, numbers in by_account.items()]
    return replace(rights, course_accounts=accounts, outside=[each.id for each in courses if each.outside])


def _account_of(client: CanvasClient, course: ReadCourse) -> str | None:
    answer = client.send(course_call(course.id))
    return account_of(answer.json) if is_record(answer) else None


def ask_is_part(client: CanvasClient, settings: Settings) -> bool:
    """Whether the account that is tested is known to be no root account."""
    if settings.account_id == "self":
        return False
    answer = client.send(Call("GET", f"/api/v1/accounts/{in_path(settings.account_id)}"))
    return is_record(answer) and answer.json.get("root_account_id") is not None


def ask_user_name(admin: CanvasClient | None, user_id: str | None) -> tuple[str | None, Answer | None]:
    """With an administrator's token: the name of the token's user; and what shows that the administrator's is dead."""
    if not (admin and user_id):
        return None, None
    answer = admin.send(Call("GET", f"/api/v1/users/{user_id}"))
    name = answer.json.get("name") if is_record(answer) else None
    return sentence(name) if isinstance(name, str) else None, answer if read(answer) in DEAD_TOKEN else None


def ask_names(
    admin: CanvasClient | None,
    settings: Settings,
    plan: Plan,
    facts: KeyFacts,
    token: Secret | None = None,
    renew: Renew | None = None,
) -> KeyFacts:
    """The facts, with this Canvas's names of the scopes that the key seems to lack.

    An administrator's token shows the list of scopes. What it has under another name than was asked for, the preflight
    asks for again.
    """
    missing = facts.missing_on_key
    if not (missing and admin):
        return facts
    scopes_list = read_scopes_list(admin)
    listed = _names_listed(scopes_list, settings, plan, missing, token, renew) if scopes_list else {}
    found = replace(facts, listed_names=listed)
    unasked = {scope: name for scope, name in listed.items() if name and name not in (scope, *other_names(scope))}
    if not (unasked and facts.preflight and facts.preflight.missing):
        return found
    with closing(plan.client(settings, None, Pace(ALL_IN_FLIGHT))) as client:
        key = str(settings.client_id), str(settings.redirect_uri)
        return replace(found, preflight=under_other_names(client, *key, facts.preflight, unasked))


def _names_listed(
    listed: Sequence[ListedScope],
    settings: Settings,
    plan: Plan,
    missing: Sequence[str],
    token: Secret | None,
    renew: Renew | None,
) -> Mapping[str, str | None]:
    """This Canvas's names of these scopes: by their shape, else (a rename that nobody knew of) by where calls lead."""
    names = names_by_shape(listed, missing)
    with closing(plan.client(settings, token, Pace(ALL_IN_FLIGHT), renew)) as client:
        led_to = {scope: _led_to(client, scope) for scope in missing if scope not in names}
    return {**names, **names_by_action(listed, led_to)}


def _led_to(client: CanvasClient, scope: str) -> Signs:
    """What a harmless call under this scope says of its route; Canvas names it on refusals too."""
    call = probe_call(Scope.parse(scope))
    return signs_of(client.send(call).headers if call else {})
