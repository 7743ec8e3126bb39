"""The account, term and course with the ID 0, which every Canvas has, and an ID that none has.

Canvas's own migrations create the three, outside every real account; the course is deleted.
"""

from __future__ import annotations

import re

import pytest

from scopecheck.embedded_canvas.known import SANDBOX
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, SCOPES, canvas, client

COURSE = "/api/v1/courses/0"
NOBODYS = "9999999999999"
"""The highest ID below the first shard's global ones."""
TAKE_IDS = [scope for scope in SCOPES if re.search(r"/:(?!media_object_id)", scope)]


@pytest.mark.parametrize(("version", "refusal"), [("old", 401), ("new", 403)])
@pytest.mark.parametrize(
    ("verb", "path"), [("PUT", ""), ("GET", "/media_objects"), ("GET", "/blueprint_subscriptions")]
)
def test_course_0_exists(version: str, refusal: int, verb: str, path: str) -> None:
    """Where Canvas finds deleted courses it finds this one: a site administrator may, others lack the right."""
    site_admin = client(canvas(role="site-admin", version=version)).request(verb, COURSE + path)
    admin = client(canvas(version=version)).request(verb, COURSE + path)

    assert site_admin.status_code == 200
    assert (admin.status_code, admin.json()) == (refusal, NOT_PERMITTED)


def test_a_site_administrator_really_updates_course_0() -> None:
    """A probe of course 0 is a write: its answer is the course, and the content differs."""
    of = canvas(role="site-admin")
    answer = client(of).put(COURSE, json={"course": {"syllabus_body": "x"}}).json()

    ids = {name: value for name, value in answer.items() if name.endswith("id") and value is not None}
    assert ids == {"id": 0, "account_id": 0, "root_account_id": 0, "enrollment_term_id": 0, "uuid": "0"}
    assert answer["workflow_state"] == "deleted"
    assert of.tables.writes[-1].changed


@pytest.mark.parametrize("role", ["site-admin", "admin"])
@pytest.mark.parametrize(
    "path",
    [
        COURSE,
        f"{COURSE}/pages",
        f"{COURSE}/blueprint_subscriptions/0/migrations",
        "/api/v1/accounts/0",
        "/api/v1/accounts/0/terms",
        "/api/v1/accounts/1/courses?enrollment_term_id=0",
        "/api/v1/files/0",
    ],
)
def test_elsewhere_nothing_has_the_id_0(role: str, path: str) -> None:
    """Course and account are deleted, and the term is none of the root account's."""
    answer = client(canvas(role=role, enforce_scopes=False)).get(path)

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_the_dummies_are_in_no_list() -> None:
    """Neither accounts nor terms nor courses list them, in whatever state."""
    by = client(canvas(role="site-admin"))
    courses = by.get("/api/v1/accounts/1/courses?state[]=all").json()
    terms = by.get("/api/v1/accounts/1/terms?workflow_state[]=all").json()["enrollment_terms"]
    accounts = by.get("/api/v1/accounts").json() + by.get("/api/v1/accounts/1/sub_accounts?recursive=true").json()

    assert 0 not in [row["id"] for row in (*courses, *terms, *accounts)]


@pytest.mark.parametrize("role", ["site-admin", "admin"])
@pytest.mark.parametrize("version", ["old", "new"])
@pytest.mark.parametrize("scope", TAKE_IDS)
def test_nothing_has_the_highest_id(role: str, version: str, scope: str) -> None:
    """On every route that takes one, `9999999999999` is 404 for all administrators."""
    verb, _, path = scope.removeprefix("url:").partition("|")
    answer = client(canvas(role=role, version=version)).request(verb, re.sub(r":\w+", NOBODYS, path))

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("verb", ["GET", "PUT"])
def test_media_that_do_not_exist_are_refused(verb: str) -> None:
    """An unknown media object is the refusal of a missing right, for a site administrator too."""
    answer = client(canvas(role="site-admin", version="old")).request(verb, "/api/v1/media_objects/m-none/media_tracks")

    assert (answer.status_code, answer.json()) == (401, NOT_PERMITTED)


def test_a_site_administrator_may_whatever_an_administrator_may() -> None:
    """In the real accounts the two do not differ."""
    by = client(canvas(role="site-admin"))

    assert [row["id"] for row in by.get("/api/v1/accounts").json()] == [1]
    assert by.get(f"/api/v1/courses/{SANDBOX}").json()["enrollments"] == []


@pytest.mark.parametrize(("version", "status"), [("old", 404), ("new", 401)])
def test_nobody_is_self(version: str, status: int) -> None:
    """Without a token old Canvas finds no user `self`; today's requires a user first."""
    assert client(canvas(version=version), token=None).get("/api/v1/users/self").status_code == status
