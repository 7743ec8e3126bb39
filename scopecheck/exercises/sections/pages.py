"""Section Pages: bodies that the integration reads and fixes.

Only a page that was just listed is written to, because a PUT creates a missing one (wiki_pages_api_controller.rb).
"""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.content import ContentKind, is_unlocked, register_content
from scopecheck.sandbox.objects import Noun


def _safe_to_edit(row: Mapping[str, Any]) -> bool:
    return is_unlocked(row) and not row.get("front_page") and not row.get("publish_at")


def _is_of_block_editor(row: Mapping[str, Any]) -> bool:
    """Whether a page has blocks instead of a body (lib/api/v1/wiki_page.rb); writing a body might break it."""
    return row.get("editor") == "block_editor" or "block_editor_attributes" in row


# Only newer Canvas lists bodies, and only for keys that allow includes; reading a single page always returns it.
PAGE = ContentKind(
    Noun.PAGE, ("url", "title"), _safe_to_edit, (("include[]", "body"),),
    _is_of_block_editor, "pages made with the block editor have no body; add one made with the Rich Content Editor",
    leaves="reading a page counts as viewing it",
)  # fmt: skip

register_content(
    PAGE,
    listed="url:GET|/api/v1/courses/:course_id/pages",
    read="url:GET|/api/v1/courses/:course_id/pages/:url_or_id",
    written="url:PUT|/api/v1/courses/:course_id/pages/:url_or_id",
)
