"""A page's address: the slug of its title, finding it by a path's identifier, and duplicate titles.

Source: app/models/wiki.rb (find_page, build_wiki_page), app/models/wiki_page.rb (ensure_unique_title).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.html_columns import LONGEST_TITLE
from scopecheck.embedded_canvas.records import Course, Page


def slug(title: str) -> str:
    """The title as a URL segment: lower-case ASCII letters and digits, and hyphens for everything else."""
    plain = unicodedata.normalize("NFKD", title.replace("&", " and ")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")


def title_of(identifier: str) -> str:
    """The title of a page that a PUT creates: the identifier's words, capitalized."""
    words = re.sub(r"[-_\s]+", " ", identifier).strip()
    return re.sub(r"\b[a-z]", lambda letter: letter.group().upper(), words)


def live_pages(context: Context, course: Course) -> Iterator[Page]:
    """The course's pages by ID, without deleted ones."""
    for number in sorted(context.tables.pages):
        page = context.tables.pages[number]
        if page.course_id == course.id and page.workflow_state != "deleted":
            yield page


def find_page(context: Context, course: Course) -> Page | None:
    """The page that the path's identifier names, if any.

    `page_id:7` is the page with that ID, even a deleted one. Else the slug, as it is or slugified; else the ID that the
    identifier starts with: an unknown slug `12-intro` finds page 12.
    """
    wanted = context.path["url_or_id"]
    by_id = re.fullmatch(r"page_id:(\d+)", wanted)
    if by_id:
        page = context.tables.pages.get(int(by_id.group(1)))
        return page if page is not None and page.course_id == course.id else None
    live = list(live_pages(context, course))
    leading = re.match(r"\d+", wanted)
    found = [page for page in live if page.url in {wanted, slug(wanted)}]
    found += [page for page in live if leading and page.id == int(leading.group())]
    return found[0] if found else None


def unique_title(context: Context, course: Course, title: str, page: Page | None) -> str:
    """The title, with `-2`, `-3`… if another page has it; 400 if such a title already ends in a number."""
    taken = {each.title for each in live_pages(context, course) if each is not page}
    if title not in taken:
        return title
    if re.search(r"-\d+\Z", title):
        raise errors.invalid_text(title="is another page's")
    return _first_free(title, taken, LONGEST_TITLE)


def unique_url(context: Context, course: Course, title: str, page: Page | None) -> str:
    """The slug of the title, numbered if another page has it."""
    taken = {each.url for each in live_pages(context, course) if each is not page}
    return _first_free(slug(title), taken) if slug(title) in taken else slug(title)


def _first_free(text: str, taken: set[str], longest: int | None = None) -> str:
    number = 2
    while True:
        ending = f"-{number}"
        candidate = (text[: longest - len(ending)] if longest else text) + ending
        if candidate not in taken:
            return candidate
        number += 1
