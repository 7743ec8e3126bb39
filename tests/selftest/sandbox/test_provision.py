"""What the administrator's token creates is always removed again, and the token is used for nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.selftest.endtoend.runs import Finished, run
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import kill_at, to
from tests.selftest.sandbox.watching import Moment, Watched, watching

MADE: Final = (
    r"POST /api/v1/courses/1001/(pages|assignments|discussion_topics|quizzes|files)",
    r"POST /api/v1/accounts/11/courses",
    r"PUT /api/v1/courses/NEW",
    r"PUT /api/v1/courses/NEW/blueprint_templates/default/update_associations",
)
REMOVED: Final = (
    r"DELETE /api/v1/courses/1001/pages/scopecheck-[\w-]+-page",
    r"DELETE /api/v1/courses/1001/(assignments|discussion_topics|quizzes)/NEW",
    r"DELETE /api/v1/files/NEW",
    r"DELETE /api/v1/courses/NEW",
)
READ: Final = (
    r"GET /api/v1/users/\d+",
    r"GET /api/v1/courses/1001(/(blueprint_subscriptions|pages|assignments|discussion_topics|quizzes|files))?",
    r"GET /api/v1/courses/1001/(pages/scopecheck-[\w-]+-page|(assignments|discussion_topics|quizzes|files)/NEW)",
    r"GET /api/v1/courses/NEW(/blueprint_templates/default/associated_courses)?",
    r"GET /api/v1/accounts/(11/courses|self/(developer_keys|scopes)|1/admins|(1|11)/roles)",
)
"""The lists, what was created, and what Canvas says about the course, the key and its user."""


def of_the_administrator(canvas: Watched) -> list[str]:
    """The administrator's requests; ids assigned since the Canvas was started appear as NEW."""
    asked = [seen for seen in canvas.seen if seen.token == canvas.canvas.credentials.admin_token]
    return [re.sub(r"/1\d{5}(?=/|$)", "/NEW", f"{seen.method} {seen.path}") for seen in asked]


@pytest.mark.parametrize("workers", ["0", "4"])
def test_everything_is_created_and_removed(reports: Path, workers: str) -> None:
    """A page, an assignment, a topic, a quiz, a file and a blueprint are created, and are gone at the end.

    The cases write to these and to no other page, assignment, topic or quiz.
    """
    with watching(blueprint=False) as canvas:
        before = canvas.content
        found = run(reports, "-n", workers, settings=to(canvas, admin=True))

        assert canvas.content == before
        asked = of_the_administrator(canvas)
    assert found.code == 0, found.output
    assert {row["proof"] for row in found.document["scopes"] if "migrations" not in row["scope"]} == {"exercised"}
    assert [asked for asked in asked if not any(re.fullmatch(use, asked) for use in (*MADE, *REMOVED, *READ))] == []
    for use in (*MADE, *REMOVED):
        assert any(re.fullmatch(use, each) for each in asked), use
    texts = [seen.path for seen in canvas.seen if seen.method == "PUT" and seen.token != admin_token(canvas)]
    texts = [path for path in texts if re.search(r"courses/1001/(pages|assignments|discussion_topics|quizzes)/", path)]
    assert len(texts) == 8
    assert all(re.search(r"/1\d{5}$|/scopecheck-[\w-]+-page$", path) for path in texts)


def admin_token(canvas: Watched) -> str:
    """The administrator's token."""
    return canvas.canvas.credentials.admin_token


def test_an_administrator_without_permission(reports: Path) -> None:
    """A token that cannot create anything gives a note, and the cases use existing content instead."""
    with watching() as canvas:
        before = canvas.content
        tokens = canvas.canvas.tables.tokens
        tokens[901] = replace(tokens[201], id=901, token="another", refresh_token=None)
        settings = {**to(canvas), "CANVAS_ADMIN_TOKEN": "another"}
        found = run(reports, "-n", "0", settings=settings)

        assert canvas.content == before
    assert found.code == 0, found.output
    assert {row["proof"] for row in found.document["scopes"]} == {"exercised"}
    assert "Note: CANVAS_ADMIN_TOKEN could not create page" in found.output


def test_what_a_killed_run_created_needs_the_administrator(reports: Path) -> None:
    """Without the token, the next run reports what it cannot remove and fails; with it, everything is removed."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold("POST .*/quizzes", moment=Moment.AFTER)
        kill_at(held, canvas, reports, "-n", "0", settings=to(canvas, admin=True))
        without = run(reports, "-n", "0", settings=to(canvas))
        kept = left(without)
        make_old(reports)
        with_token = run(reports, "-n", "0", settings=to(canvas, admin=True))

        assert canvas.content == before
    assert without.code == 1, without.output
    assert without.not_granted == {}
    assert kept == ["quiz", "topic", "assignment", "page"]
    assert "Removing it needs CANVAS_ADMIN_TOKEN" in " ".join(without.output.split())
    assert with_token.code == 0, with_token.output
    assert left(with_token) == []


def left(found: Finished) -> list[str]:
    """What could not be removed, by kind."""
    return [failure["what"].split()[0] for failure in found.document["cleanup"]["failed"]]
