"""The courses of an account (accounts_controller.rb, courses_api): filters, search and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.accounts import below
from scopecheck.embedded_canvas.controllers.blueprint_locks import is_child
from scopecheck.embedded_canvas.controllers.course_json import course_json
from scopecheck.embedded_canvas.controllers.lists import searched
from scopecheck.embedded_canvas.http import Response
from scopecheck.embedded_canvas.records import Course
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import truth

_STATES: Final = {"created": "unpublished", "claimed": "unpublished", "available": "available",
                  "completed": "completed", "deleted": "deleted"}  # fmt: skip
_DEFAULT_STATES: Final = ("created", "claimed", "available", "completed")
_QUESTIONS: Final[dict[str, Callable[[Context, Course], bool]]] = {
    "published": lambda _, course: course.workflow_state in {"available", "completed"},
    "completed": lambda _, course: course.workflow_state == "completed",
    "blueprint": lambda _, course: course.blueprint,
    "blueprint_associated": is_child,
    "public": lambda _, course: bool(course.settings.get("is_public")),
    "with_enrollments": lambda context, course: bool(course.active_students or _teachers(context, course)),
}
"""Filters for one kind of course, or with `false` for all others."""
_ORDERS: Final[dict[str, Callable[[Context, Course], Any]]] = {
    "course_name": lambda _, course: course.name.lower(),
    "sis_course_id": lambda _, course: course.id,
    "teacher": lambda context, course: min(_teachers(context, course), default=""),
    "account_name": lambda context, course: context.tables.accounts[course.account_id].name,
    "term": lambda context, course: context.tables.terms[course.term_id].name,
}


@route("GET", "/api/v1/accounts/:account_id/courses", "accounts#courses_api")
def index(context: Context) -> Response:
    """All courses of the account and the accounts below it; no total, so no `last` link."""
    account = context.account()
    context.require("read_course_list", account)
    accounts = {account.id, *(each.id for each in below(context.tables, account))} & _sub_accounts(context)
    sought = [course for course in context.tables.courses.values() if course.account_id in accounts]
    found = searched(context, (course for course in sought if _fits(context, course)), lambda course: course.name)
    includes = context.includes()
    return context.page(_ordered(context, found), lambda course: course_json(context, course, includes), total=False)


def _sub_accounts(context: Context) -> set[int]:
    wanted = context.params.get("by_subaccounts")
    if not isinstance(wanted, list):
        return set(context.tables.accounts)
    return {int(each) for each in map(str, wanted) if each.isdecimal()}


def _fits(context: Context, course: Course) -> bool:
    params = context.params
    if params.get("enrollment_term_id") and course.term_id != context.term(params["enrollment_term_id"]).id:
        return False
    asked = params.get("state")
    names = list(map(str, asked)) if isinstance(asked, list) else list(_DEFAULT_STATES)
    if course.workflow_state not in {_STATES.get(name) for name in (_STATES if "all" in names else names)}:
        return False
    return all(
        truth(params[name]) == answer(context, course) for name, answer in _QUESTIONS.items() if params.get(name)
    )


def _ordered(context: Context, courses: list[Course]) -> list[Course]:
    """By ID, or by `sort` if it names an order, which `order` can reverse."""
    by_id = sorted(courses, key=lambda course: course.id)
    key = _ORDERS.get(str(context.params.get("sort")))
    if key is None:
        return by_id
    return sorted(by_id, key=lambda course: key(context, course), reverse=context.params.get("order") == "desc")


def _teachers(context: Context, course: Course) -> list[str]:
    users = context.tables.users.values()
    return [user.name for user in users if user.role == "teacher" and user.course_id == course.id]
