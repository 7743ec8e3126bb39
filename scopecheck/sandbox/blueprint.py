"""Turning a course into a blueprint and associating others with it (master_templates_controller.rb).

Association is immediate; only a sync would need one of Canvas's background jobs.
"""

from __future__ import annotations

from typing import Literal

from scopecheck.model.call import Call


def as_blueprint(course_id: str) -> Call:
    """Turn a course into a blueprint."""
    return Call("PUT", f"/api/v1/courses/{course_id}", json={"course": {"blueprint": True}}, has_json=True)


def association(blueprint_id: str, what: Literal["add", "remove"], course_id: str) -> Call:
    """Associate a course with a blueprint, or detach it."""
    path = f"/api/v1/courses/{blueprint_id}/blueprint_templates/default/update_associations"
    return Call("PUT", path, json={f"course_ids_to_{what}": [course_id]}, has_json=True)
