"""What may leave as it is: words of Canvas's API and of this suite, which say nothing about an institution.

Everything that is in none of these tables is replaced; nothing is recognized as private.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from scopecheck.canvas import authorize_reading, sentences
from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.key import oauth
from scopecheck.key.preflight import CANARY
from scopecheck.sandbox.changes import OUR_LOCALES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROUTE_WORDS: Final = _words("""
    api v1 accounts admin admins assignments auth blueprint_courses blueprint_subscriptions blueprint_templates confirm
    content_migrations courses create_success default developer_keys discussion_topics enrollments files graphql login
    media_attachments media_objects media_tracks migrations oauth2 pages quizzes roles scopes sections self sub_accounts
    terms token update_associations users 0
    """) | {NONEXISTENT}
"""Segments of paths that are no IDs, and the IDs that no record has."""

QUERY_NAMES: Final = _words("""
    assignment[name] assignment[published] by_subaccounts[] client_id course[course_code] course[name] error
    error_description event exclude[] id include[] inherited name on_duplicate order page per_page prompt published
    quiz[published] quiz[quiz_type] quiz[title] recursive redirect_uri response_type scope search_term show_inherited
    sort state state[] title user_id[] wiki_page[published] wiki_page[title]
    """)
QUERY_WORDS: Final = (
    _words("""
    all available body code content created_at delete false name none practice_quiz rename scope-check scope-conformance
    scopecheck sources storage_quota_used_mb syllabus_body term title total_students true
    """)
    | authorize_reading.ERRORS
)
QUERY_NUMBER: Final = re.compile(r"\d{1,4}")

SENTENCES: Final = (
    sentences.WHOLE
    | frozenset({"unauthenticated", "unauthorized", "unverified"})
    | (authorize_reading.ERRORS | frozenset(oauth.WORDS))
)
"""Texts of errors that Canvas says of itself, kept whole."""

PARTS: Final = (*sentences.PARTS, *oauth.WORDS, authorize_reading.UNKNOWN_CLIENT, authorize_reading.REDIRECT_URI)
"""What is kept of a longer text of an error."""

MEMBER: Final = re.compile(r"[a-z]+(?:[_-](?:[a-z]+|\d{1,2}))*")
"""What Canvas's names of a record's members look like; any other name is replaced."""
LONGEST_MEMBER: Final = 48
ERROR_MEMBERS: Final = _words("""
    attribute base body content description error error_description error_report_id errors file locale message name
    scopes size status title type url user_entered_title
    """)
"""Members of a refusal that are kept by name: their objects may have keys of any kind."""

OPENED: Final = _words("""
    blueprint_course developer_key_account_binding enrollment_terms media_tracks permission permissions redirect_uris
    scopes submission_types term upload_params user
    """)
"""Lists and objects within a record that are kept with what is in them; others are only said to be one. What is in
`permissions` counts as a `permission`, whatever its key."""

FLAGS: Final = _words("""
    allow_includes blueprint enabled front_page hidden hidden_for_user is_announcement is_lti_key is_public locked
    locked_for_user published require_scopes restrict_enrollments_to_course_dates restricted_by_master_course unlocked
    """)
"""Members that are true or false and decide something; others become false."""

COUNTS: Final = frozenset({"size", "storage_quota_used_mb", "total_students"})
"""Members of which it counts whether they are 0; they become 0 or 1, and other numbers 0."""

DOCUMENTS: Final = frozenset({"body", "description", "message", "syllabus_body"})
"""Members of a record that hold HTML."""

ADDRESSES: Final = frozenset({"location", "redirect_uri", "redirect_uris", "upload_url"})
SCOPES: Final = frozenset({"scope", "scopes"})
TOKENS: Final = frozenset({"access_token", "refresh_token"})

WORDS: Final[Mapping[str, frozenset[str]]] = {
    "editor": frozenset({"block_editor", "rce"}),
    "kind": frozenset({"captions", "subtitles"}),
    "locale": frozenset(OUR_LOCALES),
    "submission_types": _words("""
        discussion_topic external_tool media_recording none not_graded on_paper online_quiz online_text_entry
        online_upload online_url student_annotation wiki_page
        """),
    "workflow_state": _words("""
        active allow available claimed completed created deleted exported failed inactive locked off on pending
        post_delayed pre_processed processed published queued running unlocked unpublished waiting_for_select
        """),
}
"""Members with a fixed set of values, and those values; others of their values are replaced."""

_SCOPE: Final = re.compile(r"url:(?:GET|POST|PUT|PATCH|DELETE)\|/api/(?:v1|lti|sis|quiz/v1)(?:/[:*]?[a-z][a-z_]*)+")
_LONGEST_SCOPE: Final = 160


def is_scope(text: str) -> bool:
    """Whether a text is a scope in Canvas's form, which names a route and nothing of an institution."""
    return text == CANARY or (len(text) <= _LONGEST_SCOPE and _SCOPE.fullmatch(text) is not None)


def route_words(scopes: Iterable[str]) -> frozenset[str]:
    """The words in the paths of these scopes."""
    segments = (segment for scope in scopes for segment in scope.partition("|")[2].split("/"))
    return frozenset(segment for segment in segments if segment and segment[0] not in ":*")


HEADER: Final = re.compile(r"[a-z]+(?:-[a-z]+){0,6}")
"""What names of headers look like; others are left out."""
MEDIA_TYPES: Final = frozenset({"application/json", "application/xml", "text/html", "text/plain"})
CONTROLLER: Final = re.compile(r"[a-z]+(?:[_/][a-z]+){0,8}")
"""What the names of Canvas's controllers and actions look like."""
