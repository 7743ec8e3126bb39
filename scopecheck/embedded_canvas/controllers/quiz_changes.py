"""What a request changes on a classic quiz (lib/api/v1/quiz.rb, update_api_quiz; quizzes/quiz.rb)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import refuse_locked
from scopecheck.embedded_canvas.controllers.graded import follow, make_assignment
from scopecheck.embedded_canvas.controllers.html_columns import refuse_long_title, stored
from scopecheck.embedded_canvas.controllers.quiz_json import COLUMNS, GRADED
from scopecheck.embedded_canvas.records import Course, Quiz
from scopecheck.embedded_canvas.values import changed, shown, truth

_TYPES: Final = GRADED | {"practice_quiz", "survey"}

_APPLIES: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "allowed_attempts": lambda after: after["allowed_attempts"] >= -1,
    "hide_results": lambda after: after["hide_results"] != "until_after_last_attempt" or after["allowed_attempts"] > 1,
    "show_correct_answers": lambda after: not after["hide_results"],
    "show_correct_answers_at": lambda after: after["show_correct_answers"],
    "hide_correct_answers_at": lambda after: after["show_correct_answers"],
    "show_correct_answers_last_attempt": lambda after: after["show_correct_answers"] and after["allowed_attempts"] > 1,
    "one_time_results": lambda after: not after["hide_results"],
    "scoring_policy": lambda after: after["allowed_attempts"] > 1,
    "time_limit": lambda after: (after["time_limit"] or 0) >= 0,
}
"""When a field applies, depending on what the quiz would be with it; others are silently dropped."""


def change_quiz(context: Context, course: Course, quiz: Quiz, wanted: dict[str, Any], *, new: bool = False) -> None:
    """Change the quiz as requested, or raise a Refusal and change nothing.

    The version number rises only if something else changed.
    """
    before = repr(quiz)
    title = str(wanted.get("title", quiz.title) or "")
    description = quiz.description
    if "description" in wanted:
        description = stored(context, "description", wanted["description"])
    _refuse(title, wanted)
    if not new:
        changes = {"title": title != quiz.title, "description": description != quiz.description}
        refuse_locked(context, quiz, *(column for column, differs in changes.items() if differs))
    quiz.title, quiz.description = title or "Unnamed Quiz", description
    quiz.quiz_type = str(wanted.get("quiz_type") or quiz.quiz_type)
    quiz.settings = _settings(quiz, wanted)
    if str(wanted.get("published", "")) not in {"", "None"}:
        quiz.published = truth(wanted["published"])
    if quiz.quiz_type in GRADED and quiz.assignment_id is None:
        quiz.assignment_id = make_assignment(context, course, "online_quiz", published=quiz.published)
    follow(context, quiz.assignment_id, quiz.title, quiz.description)
    if not new and repr(quiz) != before:
        quiz.version_number += 1


def _settings(quiz: Quiz, wanted: Mapping[str, Any]) -> dict[str, Any]:
    after = shown(COLUMNS, changed(COLUMNS, quiz.settings, wanted))
    applying = {name: value for name, value in wanted.items() if name not in _APPLIES or _APPLIES[name](after)}
    return changed(COLUMNS, quiz.settings, applying)


def _refuse(title: str, wanted: Mapping[str, Any]) -> None:
    refuse_long_title("title", title)
    if wanted.get("quiz_type") and wanted["quiz_type"] not in _TYPES:
        text = "Quiz type is not valid"
        raise errors.invalid({"invalid_quiz_type": [("invalid_quiz_type", text)]})
    if wanted.get("ip_filter") and not all(_is_address(each) for each in str(wanted["ip_filter"]).split(",")):
        raise errors.invalid({"invalid_ip_filter": [("invalid_ip_filter", "IP filter is not valid")]})


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True
