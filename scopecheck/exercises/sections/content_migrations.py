"""Section Content Migrations: they tell the integration about copied content."""

from typing import Final

from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case
from scopecheck.exercises.lists import PER_PAGE, read_list
from scopecheck.exercises.registry import Reads, exercises
from scopecheck.model.verdict import ScopeResult

_LEAVES: Final = (
    "listing migrations makes Canvas create the folder of the course's files and mark stuck migrations as failed"
)
"""content_migrations_controller.rb"""


@exercises("url:GET|/api/v1/courses/:course_id/content_migrations", Reads("each course", _LEAVES))
def list_migrations(case: Case) -> ScopeResult:
    """The course's migrations are listed; blueprint syncs are not among them."""
    call = get(f"/courses/{case.course}/content_migrations", [PER_PAGE])
    _, result = read_list(case, call, ("id", "migration_type", "workflow_state"), "content migrations")
    return result
