"""A blueprint locks what it synced, not what was created in the course (app/models/master_courses/restrictor.rb)."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.selftest.embedded_canvas.driver import canvas, client

COURSE: Final = "/api/v1/courses/1001"

KINDS: Final[list[tuple[str, str, str, dict[str, Any], dict[str, Any]]]] = [
    # list, member with the ID, one synced, what creates another, what changes its text
    ("pages", "url", "reading-list", {"wiki_page": {"title": "Ours"}}, {"wiki_page": {"body": "<p>New</p>"}}),
    ("assignments", "id", "2001", {"assignment": {"name": "Ours"}}, {"assignment": {"description": "<p>New</p>"}}),
    ("discussion_topics", "id", "4001", {"title": "Ours"}, {"message": "<p>New</p>"}),
    ("quizzes", "id", "4501", {"quiz": {"title": "Ours"}}, {"quiz": {"description": "<p>New</p>"}}),
]


@pytest.mark.parametrize(("listed", "id_key", "synced", "made", "change"), KINDS, ids=[row[0] for row in KINDS])
def test_only_what_was_synced_is_locked(
    listed: str, id_key: str, synced: str, made: dict[str, Any], change: dict[str, Any]
) -> None:
    """What was created in the course has none of the flags, and can be changed and deleted."""
    admin, path = client(canvas(blueprint_locked=True), "admin"), f"{COURSE}/{listed}"
    ours = str(admin.post(path, json=made).json()[id_key])
    rows = {str(row[id_key]): row for row in admin.get(path, params={"per_page": "100"}).json()}

    assert rows[synced]["restricted_by_master_course"] is True
    assert "restricted_by_master_course" not in rows[ours]
    assert "is_master_course_child_content" not in rows[ours]
    assert admin.put(f"{path}/{synced}", json=change).status_code == 400
    assert admin.put(f"{path}/{ours}", json=change).status_code == 200
    assert admin.delete(f"{path}/{synced}").status_code == 403
    assert admin.delete(f"{path}/{ours}").status_code == 200
