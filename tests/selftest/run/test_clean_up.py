"""What a run says and does at its end about changes that the cases could not undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.key.grant import Grant, GrantLock
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import Cleanup, Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.lock import TargetLock
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.provisioning import Provisioning
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES, report_folder, settings_for

PUT_PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
PAGE = "/api/v1/courses/1001/pages/reading-list"
DELETE_FILE = "url:DELETE|/api/v1/files/:id"


def judged_and_given_back(scope: str, **state: Any) -> tuple[Canvas, Verdict, Cleanup, SandboxSession]:
    """Judge one case and end its run: the Canvas, the verdict, what the case restored, and the sandbox."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False, **state))
    now = datetime.now(UTC)
    started = now.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    plan = Plan(new_tag(now), started, patience=HASTY, transport=transport(canvas))
    with report_folder() as reports:
        settings = settings_for(canvas, "exercise", ALLY, reports)
        settings = replace(settings, admin_token=Secret(canvas.credentials.admin_token))
        sandbox = SandboxSession(settings, plan, prepare(settings, plan), None)
        client = plan.client(settings, settings.access_token, Pace(8))
        journal = Journal(reports / "journal", JournalTarget(BASE, str(settings.course_id)), f"{plan.tag}-main")
        run = RunContext(sandbox.setup, ALLY, client, journal)
        result = judge(next(each for each in ALLY.requirements if str(each.scope) == scope), run)
        done = Cleanup(run.tally.restored, run.tally.failed)
        sandbox.add(done)
        sandbox.clean_up()
    return canvas, result.verdict, done, sandbox


def test_what_never_landed_is_no_failed_restore() -> None:
    """If writes fail and the old text is still there, nothing has to be restored by hand, but it may still change."""
    before = Canvas(CanvasConfig(scopes=SCOPES)).tables.digest()

    canvas, verdict, done, sandbox = judged_and_given_back(PUT_PAGE, faults=(Fault("502", "PUT .*/pages/"),))

    assert verdict is Verdict.UNPROVED
    assert done.failed == sandbox.cleanup.failed == []
    assert sandbox.cleanup.unsettled == ["page reading-list: body"]
    assert not sandbox.result([], 1.0, embedded=True).conformant
    assert canvas.tables.digest() == before


def test_an_administrator_removes_what_the_user_may_not() -> None:
    """A file that the user may upload but not delete is deleted with the administrator's token, if it is set."""
    before = Canvas(CanvasConfig(scopes=SCOPES)).tables.digest()

    canvas, verdict, done, sandbox = judged_and_given_back(DELETE_FILE, denied=frozenset({"manage_files_delete"}))

    assert verdict is Verdict.MISCONFIGURED
    assert len(done.failed) == 1
    assert sandbox.cleanup == Cleanup(restored=1, failed=[])
    assert canvas.tables.digest() == before


def test_a_dead_administrator_token_is_reported_once() -> None:
    """A dead CANVAS_ADMIN_TOKEN gives one note, not one for each object that it should have created."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    client = CanvasClient(BASE, Secret("dead"), Pace(8), HASTY, transport(canvas))
    with report_folder() as reports:
        journal = Journal(reports / "journal", JournalTarget(BASE, "1001"), "controller")
        making = Provisioning(client, journal, "1001", new_tag(datetime.now(UTC)))
        making.make_all()

    assert len(making.notes) == 1
    assert making.notes[0].startswith("Canvas rejected CANVAS_ADMIN_TOKEN (HTTP 401")
    assert making.objects == {}
    assert canvas.requests == 1


def test_a_token_that_died_is_renewed_for_the_clean_up() -> None:
    """What a case left changed because its token died is restored at the end; both locks are free then."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    before, known = canvas.tables.digest(), canvas.credentials
    plan = Plan(new_tag(datetime.now(UTC)), "2026-01-01T00:00:00Z", patience=HASTY, transport=transport(canvas))
    with report_folder() as reports:
        settings = settings_for(canvas, "exercise", ALLY, reports)
        settings = replace(settings, refresh_token=Secret(known.refresh_token))
        sandbox = SandboxSession.acquire(settings, plan)
        setup = sandbox.set_up()
        client = plan.client(settings, Secret(setup.token), Pace(1))
        journal = Journal(reports / "journal", JournalTarget(BASE, str(settings.course_id)), f"{plan.tag}-main")
        old = client.send(Call("GET", PAGE)).json["body"]
        change = FieldChange(Noun.PAGE, "1001", "reading-list", old, f"<p>{plan.tag}</p>")
        entry = journal.open("page reading-list: body", change)
        client.send(
            change.of.put_call("1001", "reading-list", change.written), on_attempt=lambda: journal.attempt(entry)
        )
        journal.answered(entry)
        canvas.tables.tokens[201].token = "1~refreshed-elsewhere"
        assert canvas.tables.digest() != before
        sandbox.clean_up()

        assert canvas.tables.digest() == before
        assert sandbox.cleanup == Cleanup(restored=1, failed=[])
        assert [note.partition(":")[0] for note in sandbox.notes] == [
            "The access token died during the run and was renewed with CANVAS_REFRESH_TOKEN"
        ]
        GrantLock(Grant.of(settings)).acquire(print).release()
        TargetLock(JournalTarget(BASE, str(settings.course_id))).acquire().release()
