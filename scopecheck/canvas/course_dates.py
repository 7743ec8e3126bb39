"""A trap in Canvas: any PUT of a course may null its dates (courses_controller.rb)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def dates_at_risk(course: Mapping[str, Any]) -> str | None:
    """The dates that any PUT would null, in words, or None.

    Canvas nulls `end_at`, and `start_at` of an unpublished course, unless the course's dates restrict enrollment.
    """
    if course.get("restrict_enrollments_to_course_dates"):
        return None
    at_risk = ["end_at"] if course.get("end_at") else []
    if course.get("start_at") and course.get("workflow_state") == "unpublished":
        at_risk.append("start_at")
    return " and ".join(at_risk) or None
