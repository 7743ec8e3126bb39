"""What a run says about scopes in each state of key, role, course and Canvas: one line of configuration each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from scopecheck.config.profile_file import PROFILES, load_profile
from scopecheck.embedded_canvas.config import Fault
from scopecheck.exercises.probe import probe_call
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import Proof, Verdict
from tests.selftest.exercises.between import OtherSoftware
from tests.selftest.exercises.live_reads import READ
from tests.selftest.exercises.sweep import SCOPES, sweep

GET_COURSES = "url:GET|/api/v1/accounts/:account_id/courses"
GET_COURSE, PUT_COURSE = "url:GET|/api/v1/courses/:id", "url:PUT|/api/v1/courses/:id"
UPLOAD = "url:POST|/api/v1/courses/:course_id/files"
PUT_FILE, DELETE_FILE = "url:PUT|/api/v1/files/:id", "url:DELETE|/api/v1/files/:id"
PUT_ASSIGNMENT = "url:PUT|/api/v1/courses/:course_id/assignments/:id"
GET_PAGE = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
PUT_PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
PUT_QUIZ = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
PUT_TOPIC = "url:PUT|/api/v1/courses/:course_id/discussion_topics/:topic_id"
GET_PAGES, GET_QUIZZES = "url:GET|/api/v1/courses/:course_id/pages", "url:GET|/api/v1/courses/:course_id/quizzes"
GET_SYNCS = "url:GET|/api/v1/courses/:course_id/blueprint_subscriptions/:subscription_id/migrations"
GET_TRACKS = "url:GET|/api/v1/media_objects/:media_object_id/media_tracks"
PUT_MEDIA = "url:PUT|/api/v1/media_objects/:media_object_id"
PUT_TRACKS = "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks"
ACCOUNTS = tuple(scope for scope in SCOPES if "/accounts" in scope and not scope.endswith("/terms"))


def denied(right: str) -> dict[str, Any]:
    """A user without one permission."""
    return {"denied": frozenset({right})}


def wrong(cause: str, *scopes: str) -> dict[str, tuple[Verdict, str]]:
    """These scopes, misconfigured for one cause."""
    return dict.fromkeys(scopes, (Verdict.MISCONFIGURED, cause))


STATES: list[tuple[str, dict[str, Any], dict[str, tuple[Verdict, str]]]] = [
    # name, state, what is not granted in exercise mode
    ("right", {}, {}),
    ("some years ago", {"version": "old"}, {}),
    ("before 2020", {"version": "ancient"}, {}),
    ("S3", {"storage": "s3"}, {}),
    ("inst-fs", {"storage": "inst-fs"}, {}),
    ("error reports", {"error_report_ids": True}, {}),
    ("a mobile theme", {"mobile_branding": True}, {}),
    ("a published course", {"course_state": "available"}, {}),
    ("a key of another account", {"key_owner": "other-account"}, {}),
    ("may not edit pages", denied("manage_wiki_update"), wrong("user-lacks-permission", PUT_PAGE)),
    ("may not edit assignments", denied("manage_assignments_edit"),
     wrong("user-lacks-permission", PUT_ASSIGNMENT, PUT_QUIZ)),
    ("may not edit the syllabus", denied("manage_course_content_edit"), wrong("user-lacks-permission", PUT_COURSE)),
    ("may not upload", denied("manage_files_add"), wrong("user-lacks-permission", UPLOAD)),
    ("may not edit files", denied("manage_files_edit"), wrong("user-lacks-permission", PUT_FILE, PUT_TRACKS)),
    ("may not list courses", denied("read_course_list"), wrong("user-lacks-permission", GET_COURSES)),
    ("a teacher", {"role": "teacher"}, wrong("user-lacks-permission", *ACCOUNTS)),
    ("a teacher, some years ago", {"role": "teacher", "version": "old"}, wrong("user-lacks-permission", *ACCOUNTS)),
    ("tabs switched off", {"disabled_tabs": frozenset({"pages", "quizzes"})},
     wrong("feature-off", GET_PAGES, GET_QUIZZES)),
    *((f"tabs switched off, {version} {language}",
       {"disabled_tabs": frozenset({"pages", "quizzes"}), "language": language, "version": version},
       wrong("feature-off", GET_PAGES, GET_QUIZZES)) for version in ("new", "old") for language in ("es", "xx")),
    *((f"may not edit pages, {version} {language}",
       {**denied("manage_wiki_update"), "language": language, "version": version},
       wrong("user-lacks-permission", PUT_PAGE)) for version in ("new", "old") for language in ("es", "xx")),
    ("includes not allowed", {"allow_includes": False},
     wrong("includes-not-allowed", GET_COURSES, GET_COURSE, GET_TRACKS)),
    # What cannot be exercised is probed; the key is not to blame.
    ("an empty course", {"content": "empty"}, {}),
    ("linked content", {"content": "linked"}, {}),
    ("some pages of the block editor", {"block_editor": "some"}, {}),
    ("all pages of the block editor", {"block_editor": "all"}, {}),
    ("no media", {"kaltura": False}, {}),
    ("others' media", {"owns_media": False}, {}),
    ("no blueprint", {"blueprint": False}, {}),
    ("locked by a blueprint", {"blueprint_locked": True}, {}),
    ("a full file quota", {"storage_quota_mb": 0}, {}),
    ("course dates", {"course_dates": True}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("state", "expected"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any], expected: dict[str, tuple[Verdict, str]]) -> None:
    """In this state exactly these scopes are not granted, for this cause, and the content stays as it was."""
    found = sweep(**state)

    assert found.not_granted() == expected
    assert found.untouched
    assert found.run is not None
    assert not found.run.tally.failed
    assert found.canvas.tables.leaks == []


PROBED: list[tuple[str, dict[str, Any], set[str], str]] = [
    # name, state, which scopes are only probed, and part of the reason
    ("course dates", {"course_dates": True}, {PUT_COURSE}, "would clear the course's end_at and start_at"),
    ("no blueprint", {"blueprint": False}, {GET_SYNCS}, "not associated with a blueprint"),
    ("no media", {"kaltura": False}, {PUT_MEDIA, GET_TRACKS, PUT_TRACKS}, "no media object"),
    ("others' media", {"owns_media": False}, {PUT_MEDIA}, "only the owner may change a title"),
    ("linked content", {"content": "linked"}, {PUT_COURSE, PUT_ASSIGNMENT, PUT_PAGE, PUT_QUIZ, PUT_TOPIC}, ""),
    ("a full file quota", {"storage_quota_mb": 0}, {UPLOAD, DELETE_FILE}, ""),
    ("all pages of the block editor", {"block_editor": "all"}, {GET_PAGE, PUT_PAGE},
     "pages made with the block editor have no body; add one made with the Rich Content Editor"),
    ("locked by a blueprint", {"blueprint_locked": True},
     {PUT_ASSIGNMENT, PUT_PAGE, PUT_QUIZ, PUT_TOPIC, PUT_TRACKS}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("state", "scopes", "reason"), [row[1:] for row in PROBED], ids=[row[0] for row in PROBED])
def test_what_cannot_be_exercised_is_probed(state: dict[str, Any], scopes: set[str], reason: str) -> None:
    """Exactly these scopes fall back to their probe, and say why."""
    found = sweep(**state)
    probed = {scope: result for scope, result in found.results.items() if result.proof is Proof.PROBED}

    assert set(probed) == scopes
    assert all("not exercised: " in result.message and reason in result.message for result in probed.values())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"message": "file size exceeds quota"}, 400),
        ({"message": "el archivo excede la cuota"}, 400),
        ({"message": "file size exceeds quota"}, 413),
    ],
)
def test_a_full_quota_is_named(body: dict[str, str], status: int) -> None:
    """The upload's probe shows the scope, and the message says why there was no upload, and what to do."""
    steps = "POST /api/v1/courses/1001/files"
    found = sweep(only=(UPLOAD,), between=lambda canvas: OtherSoftware(canvas, steps, body, status, signed=True))
    result = found.results[UPLOAD]

    assert (result.verdict, result.proof) == (Verdict.GRANTED, Proof.PROBED)
    assert f"the course's file quota is used up (Canvas answered: {body['message']})" in result.message
    assert result.message.endswith("raise File Storage in the course's Settings > Course Details.")


@pytest.mark.parametrize("status", [400, 422])
def test_another_refusal_of_an_upload_is_no_full_quota(status: int) -> None:
    """A refusal of what was sent has `errors`."""
    body = {"message": "not saved", "errors": {"name": [{"message": "is too long"}]}}
    steps = "POST /api/v1/courses/1001/files"
    found = sweep(only=(UPLOAD,), between=lambda canvas: OtherSoftware(canvas, steps, body, status, signed=True))

    assert found.not_granted() == wrong("refused-by-canvas", UPLOAD)


@pytest.mark.parametrize("listed", [True, False], ids=["bodies listed", "bodies not listed"])
def test_another_page_than_one_of_the_block_editor(listed: bool) -> None:
    """Pages of the block editor are passed over, which is said; blocks are never overwritten with a body."""
    found = sweep(only=(GET_PAGE, PUT_PAGE), block_editor="some", allow_includes=listed)
    read, written = found.results[GET_PAGE], found.results[PUT_PAGE]

    assert read.proof is written.proof is Proof.EXERCISED
    assert read.message.startswith("Read page lab-rules with its body. Others were passed over: pages made with the ")
    assert "to page lab-rules" in written.message
    assert found.untouched


@pytest.mark.parametrize("value", [None, ""])
def test_a_page_of_the_block_editor_that_shows_an_empty_body(value: str | None) -> None:
    """Nor is a body written where Canvas shows an empty one."""
    found = sweep(only=(GET_PAGE, PUT_PAGE), block_editor="all", between=lambda canvas: WithBody(canvas, value))

    assert {result.proof for result in found.results.values()} == {Proof.PROBED}
    assert not [write for write in found.canvas.tables.writes if write.path.startswith("/api/v1/courses/1001/pages/")]


@dataclass
class WithBody(httpx.BaseTransport):
    """Pages of the block editor have a body as well, and lists do not tell them."""

    canvas: httpx.BaseTransport
    value: str | None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer, changed."""
        answer = self.canvas.handle_request(request)
        if request.method != "GET" or "/pages" not in request.url.path or answer.status_code != 200:
            return answer
        body = answer.json()
        changed = (
            [{name: value for name, value in row.items() if not name.startswith(("block_", "editor"))} for row in body]
            if isinstance(body, list)
            else {**body, "body": self.value}
        )
        headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
        return httpx.Response(200, headers=headers, content=json.dumps(changed).encode())


def test_each_lacking_permission_is_named() -> None:
    """Every Ally scope lists a permission, and the remedy names it if it is missing."""
    profile = load_profile("ally")

    assert all(requirement.permission for requirement in profile.requirements)
    page = next(each for each in profile.requirements if str(each.scope) == PUT_PAGE)
    remedy = sweep(only=(PUT_PAGE,), denied=frozenset({"manage_wiki_update"})).results[PUT_PAGE].remedy
    assert page.permission in str(remedy)
    assert "The key needs no change" in str(remedy)


FAULTS = ["500", "502", "503-html", "html-200", "sso-redirect", "reset", "truncate", "not-json", "other-software"]


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("kind", [*FAULTS, "throttle-403", "throttle-429"])
def test_a_fault_is_never_an_answer(kind: Any, mode: str) -> None:
    """If one section's requests fail, its scopes are unproved and all others are granted."""
    found = sweep(mode, faults=(Fault(kind, r"/quizzes"),))
    cause = "throttled" if kind.startswith("throttle") else "not-canvas-answering"
    quizzes = {scope for scope in SCOPES if "/quizzes" in scope}

    assert found.not_granted() == dict.fromkeys(quizzes, (Verdict.UNPROVED, cause))


@pytest.mark.parametrize("kind", ["500", "503-html", "reset", "truncate", "throttle-403", "throttle-429"])
def test_a_fault_that_passes_is_overcome(kind: Any) -> None:
    """A request that fails temporarily is retried where that is safe, and all scopes are granted."""
    found = sweep(faults=(Fault(kind, r"GET /api/v1/courses/1001/", times=2),))

    assert found.not_granted() == {}
    assert found.untouched


def test_a_probe_proves_nothing_where_the_course_is_looked_up_first() -> None:
    """With another account's key, a probe's 404 may come before the scope check: unproved, never granted.

    What exists and could be read is proved.
    """
    found = sweep("probe", key_owner="other-account")
    unproved = {scope for scope, found_as in found.not_granted().items() if found_as[1] == "lookup-before-scope"}

    assert unproved == set(found.not_granted())
    assert {scope for scope in SCOPES if "/courses/:course_id/" in scope} - READ <= unproved
    assert not unproved & READ


def test_another_profile_is_judged_by_probes() -> None:
    """A profile whose scopes have no exercises is judged with harmless probes."""
    profile = load_profile(PROFILES / "example-reader.toml")
    found = sweep(profile=profile)

    assert set(found.verdicts().values()) <= {Verdict.GRANTED, Verdict.UNPROVED}
    assert len(found.results) == len(profile.requirements)
    assert found.untouched


@pytest.mark.parametrize("text", ["url:PUT|/api/v1/users/self/custom_data", "url:POST|/api/v1/groups"])
def test_no_probe_is_made_where_none_is_harmless(text: str) -> None:
    """A write that does not name a record by id is not called: it might change something."""
    assert probe_call(Scope.parse(text)) is None
