"""Who may create and change the embedded Canvas's pages, against the fact sheet."""

from __future__ import annotations

import pytest

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.content import NEW, PAGE, PAGE_BODY, PAGES, put_page, student
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED, canvas, client


def named_by_role(of: Canvas, roles: str) -> Canvas:
    """A Canvas with a published page that these roles may edit."""
    of.tables.pages[3002].published = True
    of.tables.pages[3002].editing_roles = roles
    return of


def test_deleting_needs_a_right() -> None:
    """Without `manage_wiki_delete` a page is not deleted."""
    of = canvas(scopes=("url:DELETE|/api/v1/courses/:course_id/pages/:url_or_id",),
                denied=frozenset({"manage_wiki_delete"}))  # fmt: skip

    assert client(of).delete(PAGE).json() == NOT_PERMITTED


def test_making_needs_a_right() -> None:
    """Without `manage_wiki_create` a missing page is refused rather than 404."""
    answer = put_page(canvas(denied=frozenset({"manage_wiki_create"})), f"{PAGES}/week-one")

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


def test_makers_who_may_not_publish_make_published_pages() -> None:
    """Users who may create but not update pages create published ones."""
    of = canvas(denied=frozenset({"manage_wiki_update"}))

    assert put_page(of, f"{PAGES}/week-one", body=NEW).json()["published"] is True


def test_updating_needs_a_right() -> None:
    """Without `manage_wiki_update` or a role in `editing_roles` the PUT is refused."""
    answer = put_page(canvas(denied=frozenset({"manage_wiki_update"})), body=NEW)

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


@pytest.mark.parametrize("roles", ["students", "teachers,students", "members", "public"])
def test_roles_let_edit_the_body(roles: str) -> None:
    """Users named by `editing_roles` may change the body of a readable page."""
    assert put_page(named_by_role(student(), roles), body=NEW).json()["body"] == NEW


def test_the_role_teachers_alone_lets_nobody() -> None:
    """`teachers` alone does not help a teacher without the right; with another role it does."""
    denied = {"role": "teacher", "denied": frozenset({"manage_wiki_update"})}

    assert put_page(named_by_role(canvas(**denied), "teachers"), body=NEW).json() == NOT_PERMITTED
    assert put_page(named_by_role(canvas(**denied), "teachers,students"), body=NEW).json()["body"] == NEW


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "Books"), ("published", False), ("editing_roles", "public"), ("front_page", True)],
)
def test_body_editors_may_change_nothing_else(field: str, value: object, version: str) -> None:
    """Other fields are a 401 under their attribute, in every version, and nothing is saved."""
    of = named_by_role(student(version=version), "students")
    before = of.tables.digest()
    answer = put_page(of, **{field: value, "body": NEW})

    assert (answer.status_code, list(answer.json()["errors"])) == (401, [field])
    assert "www-authenticate" not in answer.headers
    assert of.tables.digest() == before


def test_body_editors_may_send_what_is_unchanged() -> None:
    """Sending the same title and state again is fine."""
    of = named_by_role(student(), "students")

    assert put_page(of, body=NEW, title="Reading list", published=True).status_code == 200


def test_a_locked_body_is_refused() -> None:
    """A blueprint's lock is a 400 under `base` for changed columns; the same text passes."""
    of = canvas(blueprint_locked=True)
    answer = put_page(of, body=NEW, title="Books")

    assert answer.status_code == 400
    assert answer.json()["errors"]["base"][0]["message"] == (
        "cannot change column(s): body, title - locked by Master Course"
    )
    assert put_page(of, body=PAGE_BODY).status_code == 200


def test_list_flags_are_for_editors() -> None:
    """The list of an associated course flags its rows, for callers who may update."""
    editor = client(canvas(blueprint_locked=True)).get(PAGES).json()[0]
    reader = client(canvas(blueprint_locked=True, denied=frozenset({"manage_wiki_update"}))).get(PAGES).json()[0]

    assert (editor["restricted_by_master_course"], "restricted_by_master_course" in reader) == (True, False)


def test_to_do_dates_are_for_content_editors() -> None:
    """`student_todo_at` sets the to-do date, and clearing the box removes it; without the right both are ignored."""
    of = canvas()
    date = "2026-02-01T00:00:00Z"

    assert put_page(of, student_todo_at=date).json()["todo_date"] == date
    assert put_page(of, student_planner_checkbox=False).json()["todo_date"] is None
    denied = canvas(denied=frozenset({"manage_course_content_edit"}))
    assert put_page(denied, student_todo_at=date).json()["todo_date"] is None
