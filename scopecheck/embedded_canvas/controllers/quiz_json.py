"""A classic quiz as JSON (lib/api/v1/quiz.rb, quizzes/quiz_serializer.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import html
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.assignment_json import group_id
from scopecheck.embedded_canvas.records import Course, Quiz
from scopecheck.embedded_canvas.translations import QUIZ_LOCKED
from scopecheck.embedded_canvas.values import Column, integer, number, shown, text, time, truth

_NO: Final = Column(False, truth)

COLUMNS: Final = {
    "time_limit": Column(None, integer),
    "shuffle_answers": _NO,
    "show_correct_answers": Column(True, truth),
    "scoring_policy": Column("keep_highest", text),
    "allowed_attempts": Column(1, lambda value: -1 if integer(value) is None else integer(value)),
    "one_question_at_a_time": _NO,
    "points_possible": Column(0.0, number),
    "cant_go_back": _NO,
    "access_code": Column(None, text),
    "ip_filter": Column(None, text),
    "due_at": Column(None, time),
    "lock_at": Column(None, time),
    "unlock_at": Column(None, time),
    "hide_results": Column(None, text),
    "show_correct_answers_at": Column(None, time),
    "hide_correct_answers_at": Column(None, time),
    "require_lockdown_browser": _NO,
    "require_lockdown_browser_for_results": _NO,
    "require_lockdown_browser_monitor": _NO,
    "lockdown_browser_monitor_data": Column(None, text),
    "one_time_results": _NO,
    "only_visible_to_overrides": _NO,
    "show_correct_answers_last_attempt": _NO,
    "anonymous_submissions": _NO,
}
"""What a PUT may set besides title, description, type, group and state."""

GRADED: Final = frozenset({"assignment", "graded_survey"})
"""The types of quiz that have an assignment."""


def quiz_json(context: Context, course: Course, quiz: Quiz, *, types: bool = False) -> dict[str, Any]:
    """One quiz; `question_types` only in single reads and answers to writes."""
    address = f"{context.request.origin}/courses/{course.id}/quizzes/{quiz.id}"
    api = f"{context.request.origin}/api/v1/courses/{course.id}/quizzes/{quiz.id}"
    settings = shown(COLUMNS, quiz.settings)
    return {
        "id": quiz.id,
        "title": quiz.title,
        "html_url": address,
        "mobile_url": f"{address}?force_user=1&persist_headless=1",
        "description": html.outgoing(quiz.description, context.request, context.config),
        "quiz_type": quiz.quiz_type,
        "question_count": 0,
        "published": quiz.published,
        "can_update": context.may("manage_assignments_edit", course),
        **_lock(context, quiz),
        "permissions": _permissions(context, course),
        "quiz_reports_url": f"{api}/reports",
        "quiz_statistics_url": f"{api}/statistics",
        "quiz_submission_versions_html_url": f"{address}/submission_versions",
        "assignment_id": quiz.assignment_id,
        "assignment_group_id": group_id(course.id) if quiz.quiz_type in GRADED else None,
        "version_number": quiz.version_number,
        "has_access_code": bool(settings["access_code"]),
        "post_to_sis": None,
        "migration_id": None,
        "timer_autosubmit_disabled": False,
        "important_dates": False,
        "in_paced_course": False,
        **({} if context.config.is_old else {"visible_to_everyone": not settings["only_visible_to_overrides"]}),
        **{name: value for name, value in settings.items() if _is_shown(context, course, quiz, name)},
        **_for_graders(context, course, api, settings),
        **({"question_types": []} if types else {}),
    }


def _lock(context: Context, quiz: Quiz) -> dict[str, Any]:
    """Every reader who is not a student is locked out of taking the quiz, which says nothing about editing it."""
    if context.caller.role == "student":
        return {"locked_for_user": False}
    info = {"missing_permission": "participate_as_student", "asset_string": f"quizzes:quiz_{quiz.id}"}
    return {"locked_for_user": True, "lock_info": info, "lock_explanation": context.said(QUIZ_LOCKED)}


def _permissions(context: Context, course: Course) -> dict[str, bool]:
    edits, grades = context.may("manage_assignments_edit", course), context.may("manage_grades", course)
    audits = context.may("view_quiz_answer_audits", course)
    of_editors = dict.fromkeys(("manage", "update", "create", "delete", "preview"), edits)
    of_graders = dict.fromkeys(("grade", "read_statistics", "review_grades"), grades)
    return {"read": True, "submit": edits or grades, **of_editors, **of_graders, "view_answer_audits": audits}


def _is_shown(context: Context, course: Course, quiz: Quiz, name: str) -> bool:
    """Whether the key is shown, which depends on the caller's rights and the quiz's type."""
    if name == "access_code":
        return context.may("manage_grades", course) or context.may("manage_assignments_edit", course)
    if name == "only_visible_to_overrides":
        return context.may("manage_grades", course)
    return name != "anonymous_submissions" or "survey" in quiz.quiz_type


def _for_graders(context: Context, course: Course, api: str, settings: dict[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if context.may("manage_assignments_edit", course):
        dates = {name: settings[name] for name in ("due_at", "unlock_at", "lock_at")}
        more |= {"unpublishable": True, "can_unpublish": True, "all_dates": [{**dates, "base": True}]}
    if context.may("manage_grades", course):
        users = f"{api}/submission_users/message"
        more |= {"speed_grader_url": None, "message_students_url": users, "section_count": 1}
    return more
