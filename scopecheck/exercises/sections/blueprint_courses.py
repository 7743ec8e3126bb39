"""Section Blueprint Courses: they tell the integration where a course's content comes from."""

from scopecheck.canvas.classify import Reading, read
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import Unavailable
from scopecheck.exercises.lists import PER_PAGE, read_list
from scopecheck.exercises.registry import EACH, ONE, exercises
from scopecheck.model.verdict import ScopeResult


@exercises("url:GET|/api/v1/courses/:course_id/blueprint_subscriptions", EACH)
def list_subscriptions(case: Case) -> ScopeResult:
    """The course's blueprint subscriptions are listed: one or none."""
    call = get(f"/courses/{case.course}/blueprint_subscriptions", [PER_PAGE])
    _, result = read_list(case, call, ("id", "blueprint_course"), "blueprint subscriptions")
    return result


@exercises("url:GET|/api/v1/courses/:course_id/blueprint_subscriptions/:subscription_id/migrations", ONE)
def list_syncs(case: Case) -> ScopeResult:
    """The syncs that reached the course are listed; `default` is its active subscription, so no list is needed."""
    call = get(f"/courses/{case.course}/blueprint_subscriptions/default/migrations", [PER_PAGE])
    if read(case.check_gate(case.fetch_once(call))) is Reading.NOT_FOUND:
        raise Unavailable("the course is not associated with a blueprint")
    _, result = read_list(case, call, ("id", "subscription_id", "workflow_state"), "blueprint syncs")
    return result
