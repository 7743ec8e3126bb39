"""Where a call goes that this Canvas has under another path than the profile."""

from __future__ import annotations

from typing import Final

import pytest

from scopecheck.canvas.moves import can_be_called, moved_to, moves
from scopecheck.model.scope import Scope

QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
FILE: Final = "url:GET|/api/v1/courses/:course_id/files/*path"

CALLS: Final = [
    # the scope, its name here, verb and path of a call, the path here (None: as it was)
    (QUIZ, QUIZ.replace("quizzes", "tests"), "PUT", "/api/v1/courses/7/quizzes/9", "/api/v1/courses/7/tests/9"),
    (QUIZ, QUIZ.replace("quizzes", "tests"), "GET", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, QUIZ.replace("quizzes", "tests"), "PUT", "/api/v1/courses/7/quizzes/9/questions", None),
    (QUIZ, QUIZ.replace("quizzes", "tests"), "PUT", "/api/v1/courses/7/pages/9", None),
    (QUIZ, "url:PUT|/api/v1/tests/:id/in/:course_id", "PUT", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, QUIZ.replace(":id", ":quiz_id"), "PUT", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, "url:PUT|/api/v1/courses/:course_id/tests/:quiz_id", "PUT", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, "url:PUT|/api/v1/tests/:id", "PUT", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, QUIZ, "PUT", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, None, "PUT", "/api/v1/courses/7/quizzes/9", None),
    (QUIZ, "nonsense", "PUT", "/api/v1/courses/7/quizzes/9", None),
    (FILE, FILE.replace("files", "tree"), "GET", "/api/v1/courses/7/files/a/b.png", "/api/v1/courses/7/tree/a/b.png"),
]


@pytest.mark.parametrize(("scope", "name", "verb", "path", "here"), CALLS)
def test_path(scope: str, name: str | None, verb: str, path: str, here: str | None) -> None:
    """Only calls of the moved route go elsewhere, and only if the path there has the same parameters in order."""
    found = [move.path(verb, path) for move in moves({scope: name})]

    assert [each for each in found if each] == ([here] if here else [])


def test_a_renamed_parameter_is_no_move() -> None:
    """Requests are matched by the route, to which names of parameters are alike."""
    assert moved_to(QUIZ, {QUIZ: QUIZ.replace(":id", ":quiz_id")}) is None
    assert moved_to(QUIZ, {}) is None


def test_other_parameters_cannot_be_told() -> None:
    """What the path here asks for may mean another record."""
    here = moved_to(QUIZ, {QUIZ: "url:PUT|/api/v1/courses/:course_id/assignments/:assignment_id/quiz"})

    assert here is not None
    assert not can_be_called(Scope.parse(QUIZ), here)
