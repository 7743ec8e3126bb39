"""Classic quizzes (quizzes/quizzes_api_controller.rb). New Quizzes are assignments, not quizzes.

`Accept: application/vnd.api+json` switches answers and request bodies to JSON:API.
"""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import list_flags, refuse_restricted
from scopecheck.embedded_canvas.controllers.lists import require_tab, searched
from scopecheck.embedded_canvas.controllers.quiz_changes import change_quiz
from scopecheck.embedded_canvas.controllers.quiz_json import quiz_json
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.records import Course, Quiz
from scopecheck.embedded_canvas.routing import route

_JSON_API: Final = "application/vnd.api+json"


@route("GET", "/api/v1/courses/:course_id/quizzes", "quizzes/quizzes_api#index")
def index(context: Context) -> Response:
    """A course's live quizzes; students see published ones."""
    course = context.course()
    context.require("read", course)
    require_tab(context, "quizzes")
    live = [quiz for quiz in context.tables.quizzes.values() if quiz.course_id == course.id and not _is_deleted(quiz)]
    found = searched(context, (q for q in live if _may_read(context, course, q)), lambda quiz: quiz.title)
    flags = list_flags(context, course, "manage_assignments_edit")
    wrapper = "quizzes" if _speaks_json_api(context) else None
    return context.page(
        sorted(found, key=lambda quiz: quiz.id),
        lambda quiz: quiz_json(context, course, quiz) | flags(quiz),
        wrapper=wrapper,
    )


@route("GET", "/api/v1/courses/:course_id/quizzes/:id", "quizzes/quizzes_api#show")
def show(context: Context) -> Response:
    """One quiz; the lookup includes deleted ones, so managers can still read them."""
    course = context.course()
    quiz = _find(context, course)
    if not _may_read(context, course, quiz):
        raise context.not_permitted()
    return _answer(context, course, quiz)


@route("PUT", "/api/v1/courses/:course_id/quizzes/:id", "quizzes/quizzes_api#update")
def update(context: Context) -> Response:
    """Update a quiz: 200, or 204 with JSON:API."""
    course = context.course()
    quiz = _find(context, course)
    context.require("manage_assignments_edit", course)
    change_quiz(context, course, quiz, _wanted(context))
    return Response(204) if _speaks_json_api(context) else _answer(context, course, quiz)


@route("POST", "/api/v1/courses/:course_id/quizzes", "quizzes/quizzes_api#create")
def create(context: Context) -> Response:
    """Create a quiz: 200, unpublished by default."""
    course = context.course()
    context.require("manage_assignments_add", course)
    quiz = Quiz(context.tables.next_id(), course.id, "", None, quiz_type="assignment")
    change_quiz(context, course, quiz, _wanted(context), new=True)
    context.tables.quizzes[quiz.id] = quiz
    return _answer(context, course, quiz)


@route("DELETE", "/api/v1/courses/:course_id/quizzes/:id", "quizzes/quizzes_api#destroy")
def destroy(context: Context) -> Response:
    """Soft-delete a quiz: 200, or 204 with JSON:API."""
    course = context.course()
    quiz = _find(context, course)
    context.require("manage_assignments_delete", course)
    refuse_restricted(context, quiz)
    quiz.workflow_state, quiz.published = "deleted", False
    return Response(204) if _speaks_json_api(context) else json_response(quiz_json(context, course, quiz))


def _find(context: Context, course: Course) -> Quiz:
    return context.one(each for each in context.tables.quizzes.values() if each.course_id == course.id)


def _is_deleted(quiz: Quiz) -> bool:
    return quiz.workflow_state == "deleted"


def _may_read(context: Context, course: Course, quiz: Quiz) -> bool:
    """Graders and those who read as admins see every quiz, others only published ones."""
    if context.may("read_as_admin", course) or context.may("manage_grades", course):
        return True
    return context.may("read", course) and quiz.published and not _is_deleted(quiz)


def _speaks_json_api(context: Context) -> bool:
    return _JSON_API in context.request.headers.get("accept", "")


def _wanted(context: Context) -> dict[str, Any]:
    """The fields under `quiz`, or with JSON:API the first of `quizzes`."""
    if not _speaks_json_api(context):
        return context.fields("quiz")
    sent = context.params.get("quizzes")
    first = sent[0] if isinstance(sent, list) and sent else {}
    return first if isinstance(first, dict) else {}


def _answer(context: Context, course: Course, quiz: Quiz) -> Response:
    body = quiz_json(context, course, quiz, types=True)
    return json_response({"quizzes": [body]} if _speaks_json_api(context) else body)
