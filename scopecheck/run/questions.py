"""What is asked of Canvas once in a run, each question by itself; who asks what, and when, is `prepare`'s."""

from __future__ import annotations

from collections.abc import Sequence

from scopecheck.canvas.classify import is_record
from scopecheck.config.settings import Settings
from scopecheck.key.oauth import TokenRefused, obtain
from scopecheck.key.preflight import preflight
from scopecheck.key.record import read_key_record, renamed_scopes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Included, KeyRecord, Preflight, TokenRefusal
from scopecheck.model.secret import Secret
from scopecheck.run.plan import Plan
from scopecheck.sandbox.guard import course_call
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


def ask_preflight(client: CanvasClient, settings: Settings, scopes: Sequence[str]) -> Preflight | None:
    """The preflight, where the settings allow one."""
    if not (settings.client_id and settings.redirect_uri):
        return None
    return preflight(client, settings.client_id, settings.redirect_uri, scopes)


def ask_token(client: CanvasClient, settings: Settings) -> tuple[Secret | None, TokenRefusal | None]:
    """The token: given, or refreshed exactly once."""
    try:
        return obtain(client, settings), None
    except TokenRefused as refused:
        return None, refused.refusal


def ask_key_record(settings: Settings, plan: Plan) -> KeyRecord | None:
    """What an administrator's token can add: the key's own record, as a second witness."""
    if not (settings.admin_token and settings.client_id):
        return None
    admin = plan.client(settings, settings.admin_token, Pace(ALL_IN_FLIGHT))
    try:
        return read_key_record(admin, settings.client_id)
    finally:
        admin.close()


def ask_course(client: CanvasClient, settings: Settings, *, alive: bool) -> Answer | None:
    """The sandbox course, where one is set and there is a token to read it with."""
    return client.send(course_call(settings.course_id)) if alive and settings.course_id else None


def ask_included(client: CanvasClient, settings: Settings, course: Answer | None) -> Included:
    """Whether `term` comes with the sandbox course; else with any course of the account."""
    if course and is_record(course):
        return Included(course, "term", "term" in course.json)
    query = [("include[]", "term"), ("per_page", "1")]
    courses = client.send(Call("GET", f"/api/v1/accounts/{settings.account_id}/courses", query=query))
    rows = courses.json
    if isinstance(rows, list) and rows and isinstance(rows[0], dict) and "id" in rows[0]:
        return Included(courses, "term", "term" in rows[0])
    return Included(courses, "term", None)


def ask_names(settings: Settings, plan: Plan, missing: Sequence[str] | None) -> dict[str, str]:
    """With an administrator's token: the missing scopes that this Canvas has under another name."""
    if not (missing and settings.admin_token):
        return {}
    admin = plan.client(settings, settings.admin_token, Pace(ALL_IN_FLIGHT))
    try:
        return renamed_scopes(admin, missing)
    finally:
        admin.close()
