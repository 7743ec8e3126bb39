"""Where faults may strike: patterns for a whole "VERB /path"."""

from __future__ import annotations

from typing import Final

_COURSE: Final = "/api/v1/courses/1001"

PLACES: Final = {
    "everything": r".*",
    "the API": r"\w+ /api/v1/.*",
    "reading": r"GET /api/v1/(?!files/\d+/create_success).*",
    "lists": rf"GET ({_COURSE}/[a-z_]+|/api/v1/accounts(/self/\w+)?)",
    "one object": rf"GET {_COURSE}/\w+/[^/]+",
    "the course": rf"GET {_COURSE}",
    "accounts": r"GET /api/v1/accounts(/.*)?",
    "probes": r"\w+ /api/v1/.*9999999999999.*",
    "changing texts": rf"PUT {_COURSE}(/(assignments|pages|discussion_topics|quizzes)/[^/]+)?",
    "changing pages": rf"PUT {_COURSE}/pages/[^/]+",
    "changing the course": rf"PUT {_COURSE}",
    "changing files": r"PUT /api/v1/files/[^/]+",
    "changing media": r"PUT /api/v1/media_objects/[^/]+",
    "changing captions": r"PUT /api/v1/media_objects/[^/]+/media_tracks",
    "all changes": r"PUT /api/v1/.*",
    "deleting files": r"DELETE /api/v1/files/(?!9999999999999)[^/]+",
    "deleting": r"DELETE /api/v1/(?!.*9999999999999).*",
    "creating": rf"POST ({_COURSE}/(assignments|pages|discussion_topics|quizzes)|/api/v1/accounts/\d+/courses)",
    "creating a course": r"POST /api/v1/accounts/\d+/courses",
    "uploading": rf"POST {_COURSE}/files",
    "storing": r"POST (/files_api|/canvas-uploads|/files)",
    "confirming": r"GET /api/v1/files/[^/]+/create_success",
    "pages": rf"GET {_COURSE}/pages(/.*)?",
    "files": rf"GET {_COURSE}/files(/.*)?",
    "media": rf"GET {_COURSE}/media_objects",
    "captions": r"GET /api/v1/media_objects/[^/]+/media_tracks",
    "the token": r"POST /login/oauth2/token",
    "the preflight": r"GET /login/oauth2/auth",
    "the administrator's questions": r"GET /api/v1/(accounts/[^/]+/(developer_keys|scopes|roles|admins)|developer_keys"
                                     r"|users|scopes)(/.*)?",
}  # fmt: skip
