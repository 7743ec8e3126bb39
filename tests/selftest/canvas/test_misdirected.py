"""An answer that names another user, key, course or account is Canvas's answer to another request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer, TargetSigns
from scopecheck.transport.signs_latch import SignsLatch

OURS: Final = TargetSigns(signed=True, identifies=True, user_id="10000000000003", key_id="10000000000002")
HOST: Final = "https://canvas.test"


def headers(user: str = "10000000000003", key: str = "10000000000002", about: str = "") -> Mapping[str, str]:
    """Canvas's headers for this user and key; `about` is what the request was about."""
    return {
        "x-request-context-id": "0",
        "x-canvas-user-id": user,
        "x-canvas-meta": f"at=7;dk={key};o=x;n=index;{about}",
    }


def answer(path: str, body: Any, named: Mapping[str, str], target: TargetSigns = OURS) -> Answer:
    """A success."""
    return Answer("GET", f"{HOST}/api/v1/{path}", 200, named, json.dumps(body).encode(), target=target)


PAGES: Final = [{"url": "welcome", "html_url": f"{HOST}/courses/1003/pages/welcome"}]
MIGRATIONS: Final = [{"id": 5, "migration_issues_url": f"{HOST}/api/v1/courses/1003/content_migrations/5/issues"}]


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("accounts", [{"id": 1}], headers(user="10000000000009")),
        ("accounts", [], headers(key="10000000000009")),
        ("courses/1001/files", [], headers(about="t=Course;i=1003;")),
        ("accounts/11/courses", [], headers(about="t=Account;i=12;")),
        ("courses/1001/pages", PAGES, headers()),
        ("courses/1001/content_migrations", MIGRATIONS, headers()),
        ("courses/1001/assignments", [{"id": 1, "course_id": 1001}, {"id": 2, "course_id": 1003}], {}),
        ("courses/1001/assignments/1", {"id": 1, "course_id": 1003}, {}),
        ("courses/1001?include[]=term", {"id": 1003}, {}),
    ],
)
def test_another_s(path: str, body: Any, named: Mapping[str, str]) -> None:
    """By its headers, or where a proxy strips them, by its rows."""
    target = OURS if named else TargetSigns()

    assert read(answer(path, body, named, target)) is Reading.MISDIRECTED


@pytest.mark.parametrize("action", ["show", "index"])
def test_a_request_whose_verb_was_lost(action: str) -> None:
    """What reads does not answer a write: it proves no scope of the write."""
    named = {**headers(), "x-canvas-meta": f"at=7;dk=10000000000002;o=assignments;n={action};"}
    changed = Answer("PUT", f"{HOST}/api/v1/courses/9999999999999/assignments/9", 404, named, b"{}", target=OURS)

    assert read(changed) is Reading.MISDIRECTED


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("accounts", [{"id": 1}], headers()),
        ("accounts/self/sub_accounts", [{"id": 11}], headers(about="t=Account;i=1;")),
        ("accounts/10000000000011/courses", [], headers(about="t=Account;i=11;")),
        ("accounts/1~11/courses", [], headers(about="t=Account;i=10000000000011;")),
        ("courses/1001/pages", [], headers(about="t=Account;i=1;")),
        ("courses/1~1003/pages", PAGES, headers(about="t=Course;i=1003;")),
        ("courses/sis_course_id:x/pages", PAGES, headers(about="t=Course;i=1003;")),
        ("courses/1003/pages", PAGES, headers()),
        ("courses/1001/files", [{"id": 1, "course_id": None, "html_url": ""}], headers()),
        ("courses/1001/discussion_topics", [{"id": 1, "html_url": f"{HOST}/groups/3/discussion_topics/1"}], headers()),
        ("courses/1001/blueprint_subscriptions", [{"id": 1, "blueprint_course": {"id": 9}}], headers()),
        ("courses/1001", {"id": 10000000001001}, headers()),
        ("files/5", {"id": 5}, headers(about="t=Course;i=1001;")),
    ],
)
def test_our_own(path: str, body: Any, named: Mapping[str, str]) -> None:
    """All ways of writing an ID mean the same; what names no course, or is about none, is nobody else's."""
    assert read(answer(path, body, named)) is Reading.OK


def test_what_carried_no_token_is_nobody_s() -> None:
    """Storage and login are not asked for anybody."""
    theirs = replace(answer("accounts", [], headers(user="10000000000009")), authorized=False)

    assert read(theirs) is Reading.OK


def test_whose_a_token_is_takes_two_answers_that_agree() -> None:
    """One that went astray decides nothing, not even the first; what came before is known for what it is afterwards."""
    latch = SignsLatch()
    stray = answer("accounts", [], headers(user="10000000000009"), TargetSigns())
    latch.note(stray)
    latch.note(answer("accounts", [], headers(), TargetSigns()))
    assert latch.seen.user_id is None

    latch.note(answer("accounts", [], headers(), TargetSigns()))
    assert (latch.seen.user_id, latch.seen.key_id) == (OURS.user_id, OURS.key_id)
    assert read(latch.stamped(stray)) is Reading.MISDIRECTED
    assert SignsLatch(latch.seen).seen == latch.seen
    assert SignsLatch(beside=latch).seen.user_id is None
