"""Every answer that was recorded of a real Canvas, asked of an embedded one: route -> JSON."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.driver import COURSE, canvas, client
from tests.selftest.embedded_canvas.exchanging import exchange

API = "/api/v1"
COURSE_INCLUDES = "include[]=syllabus_body&include[]=term&include[]=total_students"
SEEDED = {"assignments": 2001, "discussion_topics": 4001, "pages": "welcome", "quizzes": 4501, "files": 5001}
TEXTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "assignments": ({"assignment": {"name": "A", "description": "a"}}, {"assignment": {"description": "b"}}),
    "discussion_topics": ({"title": "A", "message": "a"}, {"message": "b"}),
    "pages": ({"wiki_page": {"title": "A", "body": "a"}}, {"wiki_page": {"body": "b"}}),
    "quizzes": ({"quiz": {"title": "A", "description": "a", "quiz_type": "practice_quiz"}},
                {"quiz": {"description": "b"}}),
}  # fmt: skip
"""What is created, and what is changed of it."""


@cache
def answers(version: Literal["old", "new"]) -> dict[str, Any]:
    """The answers of a Canvas of this version, in its default state but for a teacher's and a site administrator's."""
    of = canvas(version=version)
    return dict((*_accounts(of), *_reads(of), *_writes(of), *_files(of), *_media(of), *_others(of)))


def _accounts(of: Canvas) -> Iterator[tuple[str, Any]]:
    by, admin = client(of), client(of, "admin")
    yield "GET accounts", by.get(f"{API}/accounts").json()
    yield "GET accounts/:id", by.get(f"{API}/accounts/self").json()
    for rows in ("courses", "sub_accounts", "terms"):
        yield f"GET accounts/:id/{rows}", by.get(f"{API}/accounts/1/{rows}").json()
    yield "GET accounts/:id/developer_keys", admin.get(f"{API}/accounts/1/developer_keys").json()[-1:]


def _reads(of: Canvas) -> Iterator[tuple[str, Any]]:
    by = client(of)
    yield "GET courses/:id", by.get(f"{COURSE}?{COURSE_INCLUDES}").json()
    for rows in ("blueprint_subscriptions", "content_migrations"):
        yield f"GET courses/:id/{rows}", by.get(f"{COURSE}/{rows}").json()
    migrations = "blueprint_subscriptions/default/migrations"
    yield f"GET courses/:id/{migrations}", by.get(f"{COURSE}/{migrations}").json()
    for rows, key in SEEDED.items():
        yield f"GET courses/:id/{rows}", by.get(f"{COURSE}/{rows}").json()
        yield f"GET courses/:id/{rows}/{_key(rows)}", by.get(f"{COURSE}/{rows}/{key}").json()


def _key(rows: str) -> str:
    return ":url" if rows == "pages" else ":id"


def _writes(of: Canvas) -> Iterator[tuple[str, Any]]:
    by, admin = client(of), client(of, "admin")
    for rows, (new, changed) in TEXTS.items():
        made = admin.post(f"{COURSE}/{rows}", json=new).json()
        own = f"{COURSE}/{rows}/{made['url' if rows == 'pages' else 'id']}"
        one = f"courses/:id/{rows}/{_key(rows)}"
        yield f"POST courses/:id/{rows}", made
        yield f"PUT {one}", by.put(own, json=changed).json()
        yield f"DELETE {one}", admin.delete(own).json()
    yield "PUT courses/:id", by.put(COURSE, json={"course": {"syllabus_body": "b"}}).json()


def _files(of: Canvas) -> Iterator[tuple[str, Any]]:
    by, bare = client(of), client(of, token=None)
    ticket = by.post(f"{COURSE}/files", json={"name": "a.png", "size": 3}).json()
    stored = bare.post(ticket["upload_url"], data=ticket["upload_params"], files={ticket["file_param"]: b"abc"})
    file = bare.get(stored.headers["location"]).json()
    path = f"{API}/files/{file['id']}"
    yield "POST courses/:id/files", ticket
    yield "GET files/:id/create_success", file
    yield "PUT files/:id", by.put(path, json={"name": "b.png"}).json()
    yield "DELETE files/:id", by.delete(path).json()


def _media(of: Canvas) -> Iterator[tuple[str, Any]]:
    by, path = client(of), f"{API}/media_objects/m-labtour"
    tracks = f"{path}/media_tracks"
    yield "GET courses/:id/media_objects", by.get(f"{COURSE}/media_objects?exclude[]=sources").json()
    yield "PUT media_objects/:id", by.put(path, json={"user_entered_title": "Lab"}).json()
    yield "GET media_objects/:id/media_tracks", by.get(f"{tracks}?include[]=content&include[]=created_at").json()
    yield "PUT media_objects/:id/media_tracks", by.put(tracks, json=[{"locale": "en"}, {"locale": "fr"}]).json()


def _others(of: Canvas) -> Iterator[tuple[str, Any]]:
    site_admin = client(canvas(version=of.config.version, role="site-admin"))
    yield "PUT courses/0", site_admin.put(f"{API}/courses/0").json()
    for rows in ("blueprint_subscriptions", "media_objects"):
        yield f"GET courses/0/{rows}", site_admin.get(f"{API}/courses/0/{rows}").json()
    unscoped = client(canvas(version=of.config.version, enforce_scopes=False))
    yield "POST /api/graphql", unscoped.post("/api/graphql", json={"query": "{ __typename }"}).json()
    yield "POST /login/oauth2/token", exchange(of).json()


def teachers_course(version: Literal["old", "new"]) -> Any:
    """The course as a teacher who is enrolled in it reads it."""
    return client(canvas(version=version, role="teacher")).get(f"{COURSE}?{COURSE_INCLUDES}").json()
