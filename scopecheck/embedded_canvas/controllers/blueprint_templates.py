"""The blueprint course's own side: associations, locks, syncs (master_templates_controller.rb)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.accounts import below
from scopecheck.embedded_canvas.controllers.blueprint_json import (
    children_of,
    course_summary,
    migration_json,
    template_json,
)
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import (
    BlueprintImport,
    BlueprintMigration,
    BlueprintSubscription,
    BlueprintTemplate,
    Course,
)
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import integer, truth

_TEMPLATE: Final = "/api/v1/courses/:course_id/blueprint_templates/:template_id"
_RUNNING: Final = frozenset({"created", "queued", "exporting", "imports_queued"})
_TYPES: Final = ("assignment", "attachment", "course_pace", "discussion_topic", "external_tool", "lti-quiz", "quiz",
                 "wiki_page")  # fmt: skip


@route("GET", _TEMPLATE, "master_courses/master_templates#show")
def show(context: Context) -> Response:
    """The course's template, by ID or as `default`; 404 if the course is not a blueprint."""
    _, template = _found(context)
    return json_response(template_json(context, template))


@route("GET", f"{_TEMPLATE}/associated_courses", "master_courses/master_templates#associated_courses")
def associated_courses(context: Context) -> Response:
    """The courses that receive the blueprint's syncs."""
    _, template = _found(context)
    courses = [context.tables.courses[each.child_course_id] for each in children_of(context, template)]
    return context.page(courses, lambda course: course_summary(context, course) | {"teachers": []})


@route("PUT", f"{_TEMPLATE}/update_associations", "master_courses/master_templates#update_associations")
def update_associations(context: Context) -> Response:
    """Add and remove associated courses, immediately: no sync and no background job is needed."""
    course, template = _found(context)
    account = context.tables.accounts[course.account_id]
    context.require("manage_master_courses", account)
    context.require("manage_courses_admin", account)
    adding, removing = _courses(context, "course_ids_to_add"), _courses(context, "course_ids_to_remove")
    if adding & removing:
        raise errors.message(400, "a course is to be both added and removed")
    if removing and _is_running(context, template):
        raise errors.message(400, "no course can be parted during a sync")
    for number in sorted(_addable(context, course, template, adding)):
        made = BlueprintSubscription(context.tables.next_id(), template.id, course.id, number)
        context.tables.subscriptions[made.id] = made
    for child in children_of(context, template):
        if child.child_course_id in removing:
            child.workflow_state = "deleted"
    return json_response({"success": True})


@route("PUT", f"{_TEMPLATE}/restrict_item", "master_courses/master_templates#restrict_item")
def restrict_item(context: Context) -> Response:
    """Lock or unlock one item of the blueprint in associated courses, from the next sync on."""
    course, template = _found(context)
    kind, number = str(context.params.get("content_type")), integer(context.params.get("content_id"))
    if kind not in _TYPES:
        raise errors.message(400, f"unknown content_type, not one of ({','.join(_TYPES)})")
    if "restricted" not in context.params:
        raise errors.message(400, "Must set 'restricted'")
    item = _items(context, kind).get(number or 0)
    if item is None or item.course_id != course.id or item.workflow_state == "deleted":
        raise errors.message(404, f"no such content: {kind} {context.params.get('content_id', '')}")
    change = template.restricted.add if truth(context.params["restricted"]) else template.restricted.discard
    change((kind, item.id))
    return json_response({"success": True})


@route("POST", f"{_TEMPLATE}/migrations", "master_courses/master_templates#queue_migration")
def queue_migration(context: Context) -> Response:
    """Start a sync to every associated course. The answer says `queued`; here the job is done by the next request."""
    course, template = _found(context)
    children = children_of(context, template)
    if _is_running(context, template):
        raise errors.message(400, "another sync is running")
    if not children:
        raise errors.message(400, "no course is associated")
    tables, comment = context.tables, context.params.get("comment")
    sync = BlueprintMigration(tables.next_id(), template.id, context.caller.id, now(),
                              comment=None if comment is None else str(comment))  # fmt: skip
    tables.blueprint_migrations[sync.id] = sync
    for child in children:
        reached = BlueprintImport(tables.next_id(), child.id, sync.user_id, sync.created_at, comment=sync.comment)
        tables.blueprint_imports[reached.id] = reached
    return json_response(migration_json(context, replace(sync, workflow_state="queued"), course))


@route("GET", f"{_TEMPLATE}/migrations", "master_courses/master_templates#migrations_index")
def migrations_index(context: Context) -> Response:
    """The blueprint's syncs, newest first."""
    course, template = _found(context)
    syncs = sorted(_syncs(context, template), key=lambda each: each.id, reverse=True)
    return context.page(syncs, lambda sync: migration_json(context, sync, course))


@route("GET", f"{_TEMPLATE}/migrations/:id", "master_courses/master_templates#migrations_show")
def migrations_show(context: Context) -> Response:
    """One sync of the blueprint."""
    course, template = _found(context)
    return json_response(migration_json(context, context.one(_syncs(context, template)), course))


def _found(context: Context) -> tuple[Course, BlueprintTemplate]:
    """The path's course and template, checked in Canvas's order: course, template, right."""
    course = context.course(deleted=True)
    template = _template(context, course)
    if template is None or context.path["template_id"] not in {"default", str(template.id)}:
        raise errors.not_found()
    context.require("manage", course)
    return course, template


def _template(context: Context, course: Course) -> BlueprintTemplate | None:
    """The course's template, created on first use after the course became a blueprint."""
    if not course.blueprint:
        return None
    templates = context.tables.templates
    found = next((each for each in templates.values() if each.course_id == course.id), None)
    if found is None:
        found = BlueprintTemplate(context.tables.next_id(), course.id)
        templates[found.id] = found
    return found


def _syncs(context: Context, template: BlueprintTemplate) -> list[BlueprintMigration]:
    return [each for each in context.tables.blueprint_migrations.values() if each.template_id == template.id]


def _is_running(context: Context, template: BlueprintTemplate) -> bool:
    return any(sync.workflow_state in _RUNNING for sync in _syncs(context, template))


def _courses(context: Context, name: str) -> set[int]:
    """IDs of the courses that a parameter names; unknown ones are ignored."""
    value = context.params.get(name) or []
    wanted = {integer(each) for each in (value if isinstance(value, list) else [value])}
    return {number for number in context.tables.courses if number in wanted}


def _addable(context: Context, blueprint: Course, template: BlueprintTemplate, wanted: set[int]) -> set[int]:
    """The wanted courses that are not associated yet; refuses all if one of them cannot be."""
    account = context.tables.accounts[blueprint.account_id]
    accounts = {account.id, *(each.id for each in below(context.tables, account))}
    unfit = [number for number in sorted(wanted) if not _can_be_child(context.tables.courses[number], accounts)]
    if unfit:
        raise errors.message(400, f"invalid courses to add ({', '.join(map(str, unfit))})")
    active = [each for each in context.tables.subscriptions.values() if each.workflow_state == "active"]
    taken = [each.child_course_id for each in active if each.template_id != template.id]
    others = sorted(wanted.intersection(taken))
    if others:
        listed = ", ".join(map(str, others))
        raise errors.message(400, f"courses of other blueprints ({listed})")
    return wanted - {each.child_course_id for each in active}


def _can_be_child(course: Course, accounts: set[int]) -> bool:
    return course.account_id in accounts and course.workflow_state != "deleted" and not course.blueprint


def _items(context: Context, kind: str) -> dict[int, Any]:
    tables = context.tables
    by_kind: dict[str, dict[int, Any]] = {
        "assignment": tables.assignments,
        "lti-quiz": tables.assignments,
        "attachment": tables.files,
        "discussion_topic": tables.topics,
        "quiz": tables.quizzes,
        "wiki_page": tables.pages,
    }
    return by_kind.get(kind, {})
