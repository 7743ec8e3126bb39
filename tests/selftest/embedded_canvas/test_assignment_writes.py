"""The embedded Canvas's changes to assignments against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import ASSIGNMENT, ASSIGNMENTS, put_assignment
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

LOCKED_TEXT = "cannot change column(s): description - locked by Master Course"


def test_an_update_answers_with_the_new_description() -> None:
    """PUT is 200 with the new text, rendered; fields not named stay."""
    of = canvas()
    put_assignment(of, {"points_possible": 5})
    answer = put_assignment(of, {"description": "<h2>New</h2>"})

    assert (answer.status_code, answer.json()["description"]) == (200, "<h2>New</h2>")
    assert (answer.json()["name"], answer.json()["points_possible"]) == ("Essay 1", 5)


def test_a_form_does_as_well() -> None:
    """A form body means the same as JSON."""
    answer = client(canvas()).put(ASSIGNMENT, data={"assignment[description]": "<p>New</p>"})

    assert answer.json()["description"] == "<p>New</p>"


@pytest.mark.parametrize("field", ["description", "due_at", "points_possible"])
def test_nullable_fields(field: str) -> None:
    """JSON null clears a text or date, and sets points to zero."""
    of = canvas()
    put_assignment(of, {"description": "x", "due_at": "2026-05-01T12:00:00Z", "points_possible": 5})

    assert put_assignment(of, {field: None}).json()[field] == (0 if field == "points_possible" else None)


@pytest.mark.parametrize(
    ("field", "sent", "shown"),
    [
        ("due_at", "2026-05-01T14:00:00+02:00", "2026-05-01T12:00:00Z"),
        ("peer_reviews", "true", True),
        ("allowed_attempts", "3", 3),
        ("grading_type", "pass_fail", "pass_fail"),
        ("published", True, True),
        ("submission_types", ["online_url"], ["online_url"]),
        ("position", 7, 7),
    ],
)
def test_fields_are_read_by_their_type(field: str, sent: object, shown: object) -> None:
    """Times are shown in UTC; booleans and numbers are parsed from text."""
    assert put_assignment(canvas(), {field: sent}).json()[field] == shown


def test_unknown_fields_are_dropped() -> None:
    """Unknown fields inside the wrapper are ignored."""
    of = canvas()
    before = of.tables.digest()

    assert put_assignment(of, {"colour": "red"}).status_code == 200
    assert of.tables.digest() == before


@pytest.mark.parametrize("body", [{}, {"assignment": {}}, {"description": "x"}])
def test_the_wrapper_is_required(body: dict[str, object]) -> None:
    """A missing or blank `assignment` is a 400."""
    answer = client(canvas()).put(ASSIGNMENT, json=body)

    assert (answer.status_code, answer.json()) == (400, {"errors": [{"message": "assignment is missing"}]})


def test_the_right_is_tested_before_the_wrapper() -> None:
    """Without the right to update, the refusal comes before the check of the wrapper."""
    answer = client(canvas(denied=frozenset({"manage_assignments_edit"}))).put(ASSIGNMENT, json={})

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


def test_text_under_assignment_crashes() -> None:
    """A text as `assignment` is a 500."""
    assert put_assignment(canvas(), "text").status_code == 500


@pytest.mark.parametrize(
    ("assignment", "attribute", "message"),
    [
        ({"due_at": "1 May"}, "assignment[due_at]", "Invalid datetime for due_at"),
        ({"lock_at": "2026-05-01"}, "assignment[lock_at]", "Invalid datetime for lock_at"),
        ({"assignment_group_id": "x"}, "assignment[assignment_group_id]", "must be a positive number"),
        ({"submission_types": ["pigeon"]}, "assignment[submission_types]", "Invalid submission types"),
        ({"name": ""}, "title", "can't be blank"),
        ({"name": "x" * 256}, "title", "is too long (maximum is 255 characters)"),
        ({"description": "x" * 512_000}, "description", "is too long (maximum is 511999 characters)"),
        ({"description": "<b>" * 2001}, "description", "is nested too deep"),
    ],
)
def test_validation(assignment: dict[str, object], attribute: str, message: str) -> None:
    """Each of these is a 400 under its attribute, and changes nothing."""
    of = canvas()
    before = of.tables.digest()
    answer = put_assignment(of, assignment)

    assert answer.status_code == 400
    assert answer.json()["errors"][attribute][0]["message"] == message
    assert of.tables.digest() == before


def test_a_locked_description_is_refused() -> None:
    """A blueprint's lock is a 400 under `base`."""
    answer = put_assignment(canvas(blueprint_locked=True), {"description": "<p>New</p>"})
    error = {"attribute": "base", "type": LOCKED_TEXT, "message": LOCKED_TEXT}

    assert (answer.status_code, answer.json()) == (400, {"errors": {"base": [error]}})


def test_the_same_text_passes_a_lock() -> None:
    """Only changed columns count."""
    answer = put_assignment(canvas(blueprint_locked=True), {"description": "<p>Welcome to this assignment.</p>"})

    assert answer.status_code == 200


def test_a_locked_assignment_cannot_be_deleted() -> None:
    """Deleting a locked assignment gets the refusal of a missing right."""
    assert client(canvas(blueprint_locked=True), "admin").delete(ASSIGNMENT).json() == NOT_PERMITTED


def test_updated_at_moves_with_a_real_change() -> None:
    """Writing the same again does not change `updated_at`, unless `force_updated_at` is given."""
    of = canvas()
    same = "<p>Welcome to this assignment.</p>"
    seeded = "2026-01-15T09:00:00Z"

    assert put_assignment(of, {"description": same}).json()["updated_at"] == seeded
    assert put_assignment(of, {"description": same, "force_updated_at": True}).json()["updated_at"] > seeded


def test_an_assignment_is_made() -> None:
    """A new assignment is a 201, and unpublished by default."""
    admin = client(canvas(), "admin")
    data = {"assignment[name]": "Made", "assignment[submission_types][]": "none"}
    answer = admin.post(ASSIGNMENTS, data=data)

    assert (answer.status_code, answer.json()["published"]) == (201, False)
    assert admin.post(ASSIGNMENTS, data=data | {"assignment[published]": "true"}).json()["published"] is True


def test_an_assignment_is_deleted_softly() -> None:
    """After DELETE it is neither listed nor found."""
    of = canvas()
    client(of, "admin").delete(ASSIGNMENT)

    assert "Essay 1" not in [row["name"] for row in client(of).get(ASSIGNMENTS).json()]
    assert client(of).get(ASSIGNMENT).json() == NOT_FOUND
    assert of.tables.assignments[2001].workflow_state == "deleted"
