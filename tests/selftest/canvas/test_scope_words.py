"""What a scope allows, said from its verb and path."""

from __future__ import annotations

import pytest

from scopecheck.canvas.scope_words import allows
from scopecheck.config.scope_table import sections
from scopecheck.model.scope import Scope


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("url:GET|/api/v1/accounts", "reads accounts"),
        ("url:GET|/api/v1/accounts/:id", "reads one of the accounts"),
        ("url:PUT|/api/v1/courses/:course_id/pages/:url_or_id", "changes one of the pages of a course"),
        ("url:DELETE|/api/v1/files/:id", "deletes one of the files"),
        ("url:POST|/api/v1/courses/:course_id/files", "creates or starts files of a course"),
        ("url:PATCH|/api/quiz/v1/courses/:course_id/quizzes/:assignment_id", "changes one of the quizzes of a course"),
        (
            "url:GET|/api/v1/courses/:course_id/quizzes/:quiz_id/questions",
            "reads questions of a quiz of a course",
        ),
        ("url:GET|/api/v1/group_categories/:group_category_id/groups", "reads groups of a group category"),
        ("url:GET|/api/v1/users/self/todo", "reads todo of the user itself"),
        ("url:GET|/api/v1/users/:user_id/custom_data(/*scope)", "reads custom data of a user"),
        ("url:GET|/api/sis/courses/:course_id/assignments", "reads assignments of a course of sis"),
    ],
)
def test_words(scope: str, words: str) -> None:
    """Verb, thing and what it belongs to."""
    assert allows(Scope.parse(scope)) == words


@pytest.mark.parametrize("scope", sections())
def test_every_known_scope_has_words(scope: str) -> None:
    """No scope's words are empty, and none has a sign of the path in it."""
    words = allows(Scope.parse(scope))

    assert len(words.split()) > 1
    assert not set(words) & set(":*/()_")
