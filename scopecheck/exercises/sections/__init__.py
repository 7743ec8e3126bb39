"""What Ally does with each endpoint: one module per section of the developer key screen."""

from scopecheck.exercises.sections import (
    accounts,
    assignments,
    blueprint_courses,
    content_migrations,
    courses,
    discussion_topics,
    enrollment_terms,
    files,
    media_objects,
    pages,
    quizzes,
)

SECTIONS = (
    accounts,
    assignments,
    blueprint_courses,
    content_migrations,
    courses,
    discussion_topics,
    enrollment_terms,
    files,
    media_objects,
    pages,
    quizzes,
)
"""The section modules, in the key screen's order."""
