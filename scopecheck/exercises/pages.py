"""Section Pages: bodies that the integration reads and mends."""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.case import Case
from scopecheck.exercises.documents import (
    Document,
    is_unlocked,
    list_documents,
    read_document,
    write_document,
)
from scopecheck.exercises.registry import exercises
from scopecheck.verdict import ScopeResult


def _borrowable(row: Mapping[str, Any]) -> bool:
    return is_unlocked(row) and not row.get("front_page") and not row.get("publish_at")


# Only newer Canvas gives bodies in the list, and only to keys that allow includes; the single read always does.
PAGE = Document("page", "pages", "url", "body", "wiki_page", ("url", "title"), _borrowable, (("include[]", "body"),))


@exercises("url:GET|/api/v1/courses/:course_id/pages")
def list_pages(case: Case) -> ScopeResult:
    """Pages are listed."""
    return list_documents(case, PAGE)


@exercises("url:GET|/api/v1/courses/:course_id/pages/:url_or_id")
def read_page(case: Case) -> ScopeResult:
    """One page is read, by its URL."""
    return read_document(case, PAGE)


@exercises("url:PUT|/api/v1/courses/:course_id/pages/:url_or_id")
def write_page(case: Case) -> ScopeResult:
    """A body is mended and restored; only a page that was just listed is written to, since PUT creates missing ones."""
    return write_document(case, PAGE)
