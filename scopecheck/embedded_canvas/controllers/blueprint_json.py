"""How blueprints, their subscriptions and their syncs look as JSON (lib/api/v1/master_courses.rb)."""

from __future__ import annotations

from typing import Any

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.user_display import user_json
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import (
    BlueprintImport,
    BlueprintMigration,
    BlueprintSubscription,
    BlueprintTemplate,
    Course,
)


def template_json(context: Context, template: BlueprintTemplate) -> dict[str, Any]:
    """A blueprint's template: when it was last synced, and how many courses it syncs to."""
    syncs = [each for each in context.tables.blueprint_migrations.values() if each.template_id == template.id]
    last = max(syncs, key=lambda each: each.id, default=None)
    return {
        "id": template.id,
        "course_id": template.course_id,
        "last_export_completed_at": iso(last.created_at) if last else None,
        "associated_course_count": len(children_of(context, template)),
    }


def children_of(context: Context, template: BlueprintTemplate) -> list[BlueprintSubscription]:
    """The template's active subscriptions."""
    return [
        each
        for each in context.tables.subscriptions.values()
        if each.template_id == template.id and each.workflow_state == "active"
    ]


def subscription_json(context: Context, subscription: BlueprintSubscription) -> dict[str, Any]:
    """A course's association with a blueprint."""
    blueprint = context.tables.courses[subscription.blueprint_course_id]
    return {
        "id": subscription.id,
        "template_id": subscription.template_id,
        "blueprint_course": course_summary(context, blueprint),
    }


def course_summary(context: Context, course: Course) -> dict[str, Any]:
    """A blueprint or associated course in brief; with its SIS ID if the caller may see it."""
    summary = {
        "id": course.id,
        "name": course.name,
        "course_code": course.course_code,
        "term_name": context.tables.terms[course.term_id].name,
    }
    return summary | ({"sis_course_id": None} if context.may("read_sis", course) else {})


def import_json(context: Context, sync: BlueprintImport, course: Course) -> dict[str, Any]:
    """A sync as the associated course sees it, with its subscription and without the template."""
    return _sync_json(context, sync, course) | {"subscription_id": sync.subscription_id}


def migration_json(context: Context, sync: BlueprintMigration, course: Course) -> dict[str, Any]:
    """A sync as the blueprint course sees it, with its template."""
    return _sync_json(context, sync, course) | {"template_id": sync.template_id}


def _sync_json(context: Context, sync: BlueprintImport | BlueprintMigration, course: Course) -> dict[str, Any]:
    done = iso(sync.created_at) if sync.workflow_state == "completed" else None
    return {
        "id": sync.id,
        "user_id": sync.user_id,
        "workflow_state": sync.workflow_state,
        "created_at": iso(sync.created_at),
        "exports_started_at": done,
        "imports_queued_at": done,
        "imports_completed_at": done,
        "comment": sync.comment,
        "user": user_json(context, sync.user_id, course),
    }
