"""What a request may change on a page, and the change (wiki_pages_api_controller.rb, get_update_params; wiki_page.rb).

The order is Canvas's: invalid fields, fields that the caller may not change, the front page's state, and only then
title and body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import refuse_locked
from scopecheck.embedded_canvas.controllers.html_columns import LONGEST_TITLE, stored
from scopecheck.embedded_canvas.controllers.page_urls import live_pages, slug, unique_title, unique_url
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Course, Page
from scopecheck.embedded_canvas.values import Column, changed, time, truth

_COLUMNS: Final = {"todo_date": Column(None, time)}
_NEW_COLUMNS: Final = {"publish_at": Column(None, time)}


def columns(context: Context) -> dict[str, Column]:
    """This Canvas version's columns besides title, body and states."""
    return _COLUMNS if context.config.is_old else _COLUMNS | _NEW_COLUMNS


_ROLES: Final = frozenset({"teachers", "students", "members", "public"})


def may_read(context: Context, course: Course, page: Page) -> bool:
    """Whether the caller may read the page; unpublished ones need `view_unpublished_items`."""
    if page.workflow_state == "deleted":
        return False
    return context.may("read_wiki", course) and (page.published or context.may("view_unpublished_items", course))


def may_edit(context: Context, course: Course, page: Page) -> bool:
    """Whether the caller may change the page's body: by right, or named by `editing_roles` on a readable page.

    The role `teachers` alone adds nobody, since they have the right anyway.
    """
    if not may_read(context, course, page):
        return False
    if context.may("manage_wiki_update", course):
        return True
    roles, user = set(page.editing_roles.split(",")), context.caller
    if roles == {"teachers"} or course.workflow_state == "completed" or user.course_id != course.id:
        return False
    return bool(roles & {"members", "public", f"{user.role}s"})


@dataclass(frozen=True)
class _Wanted:
    """The fields of a request, parsed."""

    fields: dict[str, Any]
    published: bool | None
    roles: list[str] | None
    front_page: bool | None


def change_page(context: Context, course: Course, page: Page, wanted: dict[str, Any], *, new: bool = False) -> None:
    """Change the page as requested, or raise a Refusal and change nothing.

    Fields that only editors may change are refused with 401, whatever the Canvas version.
    """
    read = _read(wanted)
    may_update = context.may("manage_wiki_update", course)
    if not may_update:
        _refuse_forbidden(page, read, new=new)
        allowed = {"title", "body"} if new else {"body"}
        read = _Wanted({name: value for name, value in wanted.items() if name in allowed}, None, None, None)
    _refuse_hidden_front_page(page, read)
    _apply(context, course, page, read, new=new)


def _read(wanted: dict[str, Any]) -> _Wanted:
    published = truth(wanted["published"]) if wanted.get("published", "") != "" else None
    roles: list[str] | None = None
    if "editing_roles" in wanted:
        roles = [role.strip() for role in str(wanted["editing_roles"] or "").split(",") if role.strip()]
        if not roles or not _ROLES.issuperset(roles):
            raise errors.invalid_text(editing_roles="names no roles that may edit")
    front = truth(wanted["front_page"]) if "front_page" in wanted else None
    return _Wanted(wanted, published, roles, front)


def _refuse_forbidden(page: Page, wanted: _Wanted, *, new: bool) -> None:
    differs = {
        "published": wanted.published not in {None, page.published},
        "title": not new and wanted.fields.get("title", page.title) != page.title,
        "editing_roles": wanted.roles is not None and set(wanted.roles) != set(page.editing_roles.split(",")),
        "front_page": wanted.front_page not in {None, page.front_page},
    }
    refused = {name: "may not be changed by this user" for name, is_different in differs.items() if is_different}
    if refused:
        raise errors.invalid_text(401, **refused)


def _refuse_hidden_front_page(page: Page, wanted: _Wanted) -> None:
    changes = wanted.front_page not in {None, page.front_page}
    front = wanted.front_page if changes else page.front_page
    published = page.published if wanted.published is None else wanted.published
    if front and not published and (changes or wanted.published is not None):
        text = "the front page stays published"
        asked = {"front_page": changes, "published": wanted.published is not None}
        raise errors.invalid_text(**{name: text for name, is_asked in asked.items() if is_asked})


def _apply(context: Context, course: Course, page: Page, wanted: _Wanted, *, new: bool) -> None:
    title = page.title
    if new or "title" in wanted.fields:
        title = unique_title(context, course, _title(wanted.fields.get("title", page.title)), page)
    body = stored(context, "body", wanted.fields["body"]) if "body" in wanted.fields else page.body
    changes = {"body": body != page.body, "title": title != page.title}
    if not new:
        refuse_locked(context, page, *(column for column, differs in changes.items() if differs))
    settings = _settings(context, course, page, wanted.fields)
    if new or changes["title"]:
        page.url = unique_url(context, course, title, page)
    if not new and (any(changes.values()) or settings != page.settings):
        page.revision += 1
    if any(changes.values()):
        page.updated_at = now()
    page.title, page.body, page.settings, page.last_edited_by = title, body, settings, context.caller.id
    page.published = page.published if wanted.published is None else wanted.published
    page.editing_roles = ",".join(wanted.roles) if wanted.roles else page.editing_roles
    if wanted.front_page:
        for other in live_pages(context, course):
            other.front_page = False
    page.front_page = page.front_page if wanted.front_page is None else wanted.front_page


def _title(title: Any) -> str:
    text = str(title or "")
    if not text.strip():
        raise errors.invalid_text(title="can't be blank")
    if len(text) > LONGEST_TITLE:
        raise errors.invalid_text(title=f"has more than {LONGEST_TITLE} characters")
    if not slug(text):
        raise errors.invalid_text(title="needs a letter or a digit")
    return text


def _settings(context: Context, course: Course, page: Page, fields: dict[str, Any]) -> dict[str, Any]:
    """Publishing date and to-do date; the latter needs the right to edit the course's content."""
    wanted = {"publish_at": fields["publish_at"]} if "publish_at" in fields else {}
    if context.may("manage_course_content_edit", course):
        if fields.get("student_todo_at"):
            wanted["todo_date"] = fields["student_todo_at"]
        if "student_planner_checkbox" in fields and not truth(fields["student_planner_checkbox"]):
            wanted["todo_date"] = None
    return changed(columns(context), page.settings, wanted)
