"""A run and the replay of its bundle say the same, in any state of key, role, course and Canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest

from scopecheck.bundle.bundle import found_checks, found_scopes
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from scopecheck.model.verdict import Verdict
from scopecheck.sandbox.guard import GuardError
from tests.selftest.bundle.recording import RecordedRun, a_canvas, record_run, replay_run, with_admin, with_refresh
from tests.selftest.exercises.between import Firewall, Junk, Lag, NoHeader, OtherSoftware, Stray, Vanity
from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.exercises.test_asked_again import REFUSALS
from tests.selftest.key.test_redirect_form import WRONG
from tests.selftest.transport.test_certificates import REFUSED, Refused

STATES: list[tuple[str, dict[str, Any]]] = [
    ("right", {}),
    ("one scope missing on the key", {"missing_on_key": frozenset({SCOPES[3]}), "missing_on_token": {SCOPES[3]}}),
    ("one scope missing on the token", {"missing_on_token": frozenset({SCOPES[6]})}),
    ("includes off", {"allow_includes": False}),
    ("a teacher", {"role": "teacher"}),
    ("a teacher, some years ago", {"role": "teacher", "version": "old"}),
    ("before 2020", {"version": "ancient"}),
    ("a revoked token", {"token_state": "revoked"}),
    ("an expired token", {"token_state": "expired"}),
    ("another key's token", {"key_state": "off", "token_state": "personal"}),
    ("scopes not enforced", {"enforce_scopes": False}),
    ("a key of another account", {"key_owner": "other-account"}),
    ("an unknown key", {"key_workflow": "deleted"}),
    ("S3", {"storage": "s3"}),
    ("inst-fs", {"storage": "inst-fs"}),
    ("a full course", {"storage_quota_mb": 0}),
    ("an empty course", {"content": "empty"}),
    ("linked content", {"content": "linked"}),
    ("locked by a blueprint", {"blueprint_locked": True}),
    ("a mobile theme", {"mobile_branding": True}),
    ("course dates", {"course_dates": True}),
    ("pages of the block editor", {"block_editor": "all"}),
    ("pages of the block editor, includes off", {"block_editor": "some", "allow_includes": False}),
    ("somebody acting as the user", {"masquerading": True}),
    ("tabs switched off, in Spanish", {"disabled_tabs": frozenset({"pages", "quizzes"}), "language": "es"}),
    ("tabs switched off", {"disabled_tabs": frozenset({"pages", "quizzes"})}),
    ("may not edit pages", {"denied": frozenset({"manage_wiki_update"})}),
    ("others' media", {"owns_media": False}),
    *((f"{kind}, always", {"faults": (Fault(kind, "/quizzes"),)}) for kind in
      ("500", "503-html", "html-200", "sso-redirect", "reset", "hang", "truncate", "not-json", "other-software",
       "throttle-403", "throttle-429")),
    *((f"{kind}, twice", {"faults": (Fault(kind, "GET /api/v1/courses/1001/", times=2),)}) for kind in
      ("503-html", "reset", "throttle-403")),
]  # fmt: skip


@pytest.mark.parametrize("state", [row[1] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any]) -> None:
    """Each scope and key check has the verdict, the proof and the cause that it had in the run."""
    _same(a_canvas(**state))


@pytest.mark.parametrize("state", [row[1] for row in STATES[:13]], ids=[row[0] for row in STATES[:13]])
def test_state_in_probe_mode(state: dict[str, Any]) -> None:
    """The same where nothing is written."""
    _same(a_canvas(**state), "probe")


@pytest.mark.parametrize("named", [("1001",), ("1003", f"uuid:{1001:040d}"), ("999",)])
def test_named_courses(named: tuple[str, ...]) -> None:
    """The same in courses that the settings name, although their IDs are not in the bundle."""
    _same(a_canvas(), "probe", settings={"read_course_ids": named})


@pytest.mark.parametrize(
    "state", [{"active_students": 3}, {"course_state": "completed"}, {"sandbox_is_blueprint": True}]
)
def test_a_course_that_may_not_be_written_to(state: dict[str, Any]) -> None:
    """Where the guard ended the run, it ends the replay."""
    recorded = record_run(a_canvas(**state))

    assert recorded.run is None
    with pytest.raises(GuardError):
        replay_run(recorded)


def test_another_name_of_the_course() -> None:
    """The guard still compares the course's name with the setting, although neither is in the bundle."""
    recorded = record_run(a_canvas(), settings={"course_name": "Another course"})

    assert recorded.run is None
    with pytest.raises(GuardError, match="is named"):
        replay_run(recorded)


BETWEEN: list[tuple[str, Callable[[httpx.BaseTransport], httpx.BaseTransport]]] = [
    ("a role refusal in Spanish", lambda canvas: OtherSoftware(
        canvas, r"GET /api/v1/accounts/self", {"status": "no autorizado", "errors": [{"message": "no"}]}, 401, True)),
    ("a gateway", lambda canvas: OtherSoftware(canvas, r"GET /api/v1/accounts", {"ok": True})),
    ("a lagging replica", lambda canvas: Lag(canvas, 1)),
    ("a replica that never catches up", lambda canvas: Lag(canvas, 9)),
    ("slugs that are none", lambda canvas: Junk(canvas, "url", "a/b")),
    ("bodies that are no text", lambda canvas: Junk(canvas, "body", 7)),
    ("a firewall", lambda canvas: Firewall(canvas, lambda request: request.method == "PUT")),
    ("a firewall that refuses long addresses", lambda canvas: Firewall(canvas, lambda r: len(str(r.url)) > 2048)),
    ("a proxy that drops the token", NoHeader),
    ("a vanity host", lambda canvas: Vanity(canvas, "https://school.instructure.com{path}")),
    ("names that never change", lambda canvas: Junk(canvas, "display_name", "Fixed.png")),
    *((f"one stray refusal of the {name}, after {after}", lambda canvas, refusal=refusal, after=after:
       Stray(canvas, refusal, after)) for name, refusal in REFUSALS.items() for after in (0, 2, 9)),
]  # fmt: skip


@pytest.mark.parametrize("between", [row[1] for row in BETWEEN], ids=[row[0] for row in BETWEEN])
def test_between(between: Callable[[httpx.BaseTransport], httpx.BaseTransport]) -> None:
    """The same with something between the suite and Canvas."""
    _same(a_canvas(), between=between)


@pytest.mark.parametrize("settings", [with_admin, with_refresh])
def test_other_tokens(settings: Callable[[Canvas], dict[str, Any]]) -> None:
    """The same with an administrator's token, which makes content for the run, and with a refresh token."""
    canvas = a_canvas(missing_on_key=frozenset({SCOPES[3]}), missing_on_token=frozenset({SCOPES[3]}))
    _same(canvas, settings=settings(canvas))


@pytest.mark.parametrize("uri", [row[0] for row in WRONG[1::3]])
def test_a_mistyped_redirect_uri(uri: str) -> None:
    """What was wrong with it is not in the bundle, only that it was wrong."""
    canvas = a_canvas(redirect_uris=(uri,))
    _same(canvas, "probe", settings={"redirect_uri": uri})


@pytest.mark.parametrize("kind", sorted({row[1] for row in REFUSED} | {"certificate-bad"}))
def test_a_certificate_that_is_not_accepted(kind: str) -> None:
    """The same cause, with the remedy for that kind of certificate."""
    recorded = _same(a_canvas(), "probe", between=lambda _: Refused(kind))

    assert {each.fault for each in recorded.bundle.exchanges} == {kind}


def _same(canvas: Canvas, mode: str = "exercise", **more: Any) -> RecordedRun:
    recorded = record_run(canvas, mode, **more)
    replayed = replay_run(recorded)

    assert recorded.run
    assert found_scopes(replayed.run.scopes) == found_scopes(recorded.run.scopes)
    assert found_checks(replayed.run.key) == found_checks(recorded.run.key)
    assert [each.requests for each in replayed.run.scopes] == [each.requests for each in recorded.run.scopes]
    assert (replayed.run.cleanup.restored, len(replayed.run.cleanup.failed)) == (
        recorded.run.cleanup.restored, len(recorded.run.cleanup.failed)
    )  # fmt: skip
    assert replayed.run.conformant == recorded.run.conformant
    assert (replayed.missing, replayed.changed) == ([], [])
    return recorded


def test_what_was_not_recorded_is_not_proved() -> None:
    """A scope whose calls are not in the bundle is unproved, never granted, and the calls are named."""
    recorded = record_run(a_canvas())
    without = [each for each in recorded.bundle.exchanges if "/quizzes" not in each.call.partition("?")[0]]
    replayed = replay_run(replace(recorded, bundle=msgspec.structs.replace(recorded.bundle, exchanges=without)))
    quizzes = {scope for scope in SCOPES if "/quizzes" in scope}

    assert {each.scope for each in replayed.run.scopes if each.verdict is not Verdict.GRANTED} == quizzes
    assert all("not in the bundle" in each.message for each in replayed.run.scopes if each.scope in quizzes)
    assert set(replayed.changed) == quizzes
    assert replayed.missing
    assert all("/quizzes" in call for call in replayed.missing)
