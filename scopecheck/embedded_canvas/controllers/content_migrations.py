"""Content migrations of a course (content_migrations_controller.rb, lib/api/v1/content_migration.rb).

The only kind here is the course copy, and there is no background job: a selective copy waits for a selection, as it
does on Canvas; any other stays at `running`.
"""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.folders import root_folder
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import ContentMigration, Course
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.translations import COURSE_COPY
from scopecheck.embedded_canvas.values import truth

_TITLES: Final = {"course_copy_importer": COURSE_COPY}
_ANY_OF: Final = ("manage_course_content_add", "manage_course_content_edit", "manage_course_content_delete")


@route("GET", "/api/v1/courses/:course_id/content_migrations", "content_migrations#index")
def index(context: Context) -> Response:
    """The course's migrations, newest first; blueprint syncs are not among them. Creates the course's root folder."""
    course = _readable_course(context)
    root_folder(context.tables, course)
    return context.page(
        sorted(_migrations(context, course), key=lambda each: each.id, reverse=True),
        lambda each: _migration_json(context, each),
    )


@route("GET", "/api/v1/courses/:course_id/content_migrations/:id", "content_migrations#show")
def show(context: Context) -> Response:
    """One migration of the course."""
    course = _readable_course(context)
    return json_response(_migration_json(context, context.one(_migrations(context, course))))


@route("POST", "/api/v1/courses/:course_id/content_migrations", "content_migrations#create")
def create(context: Context) -> Response:
    """Start a migration: a selective copy is stored as `waiting_for_select` and copies nothing."""
    course = context.course()
    context.require("manage_course_content_add", course)
    kind = str(context.params.get("migration_type"))
    if kind not in _TITLES:
        raise errors.message(400, "Invalid migration_type")
    source = _source(context)
    selective = truth(context.params.get("selective_import"))
    migration = ContentMigration(
        context.tables.next_id(), course.id, context.caller.id, kind,
        "waiting_for_select" if selective else "running", now(), {"source_course_id": source.id},
        None if selective else now(), now() if selective else None,
    )  # fmt: skip
    context.tables.migrations[migration.id] = migration
    return json_response(_migration_json(context, migration))


def _readable_course(context: Context) -> Course:
    course = context.course()
    if not any(context.may(right, course) for right in _ANY_OF):
        raise context.not_permitted()
    return course


def _migrations(context: Context, course: Course) -> list[ContentMigration]:
    return [each for each in context.tables.migrations.values() if each.course_id == course.id]


def _source(context: Context) -> Course:
    """The course to copy from; the caller must be allowed to read it as an administrator."""
    settings = context.params.get("settings")
    wanted = settings.get("source_course_id") if isinstance(settings, dict) else None
    if wanted is None:
        raise errors.message(400, "settings[source_course_id] is missing")
    source = next((each for each in context.tables.courses.values() if str(each.id) == str(wanted)), None)
    if source is None:
        raise errors.not_found()
    if not (context.may("read_as_admin", source) and context.may("read", source)):
        raise errors.message(400, "the source course may not be copied by this user")
    return source


def _migration_json(context: Context, migration: ContentMigration) -> dict[str, Any]:
    """One migration; `progress_url` is there only once there is a job."""
    base = f"{context.request.origin}/api/v1"
    source = context.tables.courses[migration.settings["source_course_id"]]
    own = f"{base}/courses/{migration.course_id}/content_migrations/{migration.id}"
    job = (
        {} if migration.workflow_state == "waiting_for_select" else {"progress_url": f"{base}/progress/{migration.id}"}
    )
    return {
        "id": migration.id,
        "user_id": migration.user_id,
        "workflow_state": migration.workflow_state,
        "started_at": iso(migration.started_at),
        "finished_at": iso(migration.finished_at),
        "created_at": iso(migration.created_at),
        "migration_type": migration.migration_type,
        "migration_type_title": context.said(_TITLES[migration.migration_type]),
        "migration_issues_url": f"{own}/migration_issues",
        "migration_issues_count": 0,
        "settings": {
            "source_course_id": source.id,
            "source_course_name": source.name,
            "source_course_html_url": f"{context.request.origin}/courses/{source.id}",
        },
    } | job
