"""The associated course's side of a blueprint: subscriptions and syncs (master_templates_controller.rb)."""

from __future__ import annotations

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_json import import_json, subscription_json
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.records import BlueprintImport, BlueprintSubscription, Course
from scopecheck.embedded_canvas.routing import route

_SUBSCRIPTION = "/api/v1/courses/:course_id/blueprint_subscriptions"


@route("GET", _SUBSCRIPTION, "master_courses/master_templates#subscriptions_index")
def subscriptions_index(context: Context) -> Response:
    """The course's active subscription, if any; deleted courses included."""
    course = context.course(deleted=True)
    context.require("manage", course)
    active = [each for each in _subscriptions(context, course) if each.workflow_state == "active"]
    return context.page(active, lambda each: subscription_json(context, each))


@route("GET", f"{_SUBSCRIPTION}/:subscription_id/migrations", "master_courses/master_templates#imports_index")
def imports_index(context: Context) -> Response:
    """The syncs that reached the course, newest first. A missing subscription comes before a missing right."""
    course, subscription = _found(context)
    return context.page(_imports(context, subscription), lambda sync: import_json(context, sync, course))


@route("GET", f"{_SUBSCRIPTION}/:subscription_id/migrations/:id", "master_courses/master_templates#imports_show")
def imports_show(context: Context) -> Response:
    """One sync that reached the course."""
    course, subscription = _found(context)
    return json_response(import_json(context, context.one(_imports(context, subscription)), course))


def _subscriptions(context: Context, course: Course) -> list[BlueprintSubscription]:
    return [each for each in context.tables.subscriptions.values() if each.child_course_id == course.id]


def _found(context: Context) -> tuple[Course, BlueprintSubscription]:
    """The path's course and subscription, checked in Canvas's order: course, subscription, right.

    `default` is the active subscription; an ID may be that of an ended one.
    """
    course = context.course(deleted=True)
    wanted = context.path["subscription_id"]
    for each in _subscriptions(context, course):
        if wanted == str(each.id) or (wanted == "default" and each.workflow_state == "active"):
            context.require("manage", course)
            return course, each
    raise errors.not_found()


def _imports(context: Context, subscription: BlueprintSubscription) -> list[BlueprintImport]:
    own = [each for each in context.tables.blueprint_imports.values() if each.subscription_id == subscription.id]
    return sorted(own, key=lambda each: each.id, reverse=True)
