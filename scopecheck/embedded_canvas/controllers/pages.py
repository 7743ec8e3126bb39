"""Pages (wiki_pages_api_controller.rb, lib/api/v1/wiki_page.rb)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scopecheck.embedded_canvas import errors, html
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import list_flags, refuse_restricted
from scopecheck.embedded_canvas.controllers.lists import require_tab, searched
from scopecheck.embedded_canvas.controllers.page_changes import change_page, columns, may_edit, may_read
from scopecheck.embedded_canvas.controllers.page_urls import find_page, live_pages, title_of
from scopecheck.embedded_canvas.controllers.user_display import user_json
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import Course, Page
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import shown, truth

_ORDERS: Final[dict[str, Callable[[Page], Any]]] = {
    "title": lambda page: page.title.lower(),
    "created_at": lambda page: page.created_at,
    "updated_at": lambda page: page.updated_at,
}


def page_json(context: Context, course: Course, page: Page, *, body: bool = True) -> dict[str, Any]:
    """One page; lists leave its body out by default."""
    editor = page.last_edited_by
    return {
        "page_id": page.id,
        "url": page.url,
        "title": page.title,
        "created_at": iso(page.created_at),
        "updated_at": iso(page.updated_at),
        "editing_roles": page.editing_roles,
        **({"last_edited_by": user_json(context, editor, course)} if editor is not None else {}),
        "published": page.published,
        "hide_from_students": not page.published,
        "front_page": page.front_page,
        "html_url": f"{context.request.origin}/courses/{course.id}/pages/{page.url}",
        **shown(columns(context), page.settings),
        "locked_for_user": False,
        **_written_in(context, page),
        **(_content(context, page) if body else {}),
    }


def _written_in(context: Context, page: Page) -> dict[str, Any]:
    """The editor, where Canvas has two."""
    if context.config.is_old or context.config.block_editor == "off":
        return {}
    return {"editor": "rce" if page.blocks is None else "block_editor"}


def _content(context: Context, page: Page) -> dict[str, Any]:
    """The page's body; one of the block editor has blocks instead."""
    if page.blocks is not None and not context.config.is_old:
        return {"block_editor_attributes": {"id": page.id, "version": "0.2", "blocks": page.blocks}}
    return {"body": html.outgoing(page.body, context.request, context.config)}


@route("GET", "/api/v1/courses/:course_id/pages", "wiki_pages_api#index", login=False)
def index(context: Context) -> Response:
    """A course's pages, by ID unless sorted; older Canvas never includes bodies here."""
    course = context.course()
    context.require("read_wiki", course)
    require_tab(context, "pages")
    found = [page for page in live_pages(context, course) if may_read(context, course, page)]
    if "published" in context.params:
        found = [page for page in found if page.published == truth(context.params["published"])]
    downwards = context.params.get("order") == "desc"
    by_id = sorted(searched(context, found, lambda page: page.title), key=lambda page: page.id, reverse=downwards)
    order = _ORDERS.get(str(context.params.get("sort")))
    body = "body" in context.includes() and not context.config.is_old
    flags = list_flags(context, course, "manage_wiki_update")
    return context.page(
        sorted(by_id, key=order, reverse=downwards) if order else by_id,
        lambda page: page_json(context, course, page, body=body) | flags(page),
    )


@route("GET", "/api/v1/courses/:course_id/pages/:url_or_id", "wiki_pages_api#show", login=False)
def show(context: Context) -> Response:
    """One page with its body; a missing page is a 404 with a body of its own. Who reads a page has viewed it."""
    course = context.course()
    page = _existing(context, course)
    if not may_read(context, course, page):
        raise context.not_permitted()
    if context.user is not None:
        context.tables.views.add((context.user.id, "page", page.id))
    return json_response(page_json(context, course, page))


@route("PUT", "/api/v1/courses/:course_id/pages/:url_or_id", "wiki_pages_api#update")
def update(context: Context) -> Response:
    """Update a page, or create it if it does not exist."""
    course = context.course()
    page = find_page(context, course)
    if page is None:
        return _make(context, course, {"title": title_of(context.path["url_or_id"]), **context.fields("wiki_page")})
    if not may_edit(context, course, page):
        raise context.not_permitted()
    change_page(context, course, page, context.fields("wiki_page"))
    return json_response(page_json(context, course, page))


@route("POST", "/api/v1/courses/:course_id/pages", "wiki_pages_api#create")
def create(context: Context) -> Response:
    """Create a page: 200."""
    return _make(context, context.course(), {"title": "Page", **context.fields("wiki_page")})


@route("DELETE", "/api/v1/courses/:course_id/pages/:url_or_id", "wiki_pages_api#destroy")
def destroy(context: Context) -> Response:
    """Soft-delete a page; the front page cannot be deleted."""
    course = context.course()
    page = _existing(context, course)
    if not may_read(context, course, page) or not context.may("manage_wiki_delete", course):
        raise context.not_permitted()
    refuse_restricted(context, page)
    if page.front_page:
        raise errors.invalid_text(front_page="the front page stays")
    page.workflow_state = "deleted"
    return json_response(page_json(context, course, page))


def _existing(context: Context, course: Course) -> Page:
    page = find_page(context, course)
    if page is None:
        raise errors.message(404, "page not found")
    return page


def _make(context: Context, course: Course, wanted: dict[str, Any]) -> Response:
    """A new page: unpublished if its creator may publish it later, otherwise published."""
    context.require("manage_wiki_create", course)
    published = not context.may("manage_wiki_update", course)
    page = Page(context.tables.next_id(), course.id, "", str(wanted["title"]), None, now(), now(), published=published)
    change_page(context, course, page, wanted, new=True)
    context.tables.pages[page.id] = page
    return json_response(page_json(context, course, page))
