"""`python -m scopecheck restore`: what a killed run left changed is undone, in the named course only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.key.grant import Grant, GrantLock
from scopecheck.model.secret import Secret
from scopecheck.sandbox import journal_places
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_places import remember
from scopecheck.sandbox.lock import TargetLock
from scopecheck.sandbox.objects import Noun
from scopecheck.transport.client import CanvasClient
from tests.selftest.commands.running import Ran, run, serve
from tests.selftest.sandbox.aging import make_old

PAGE = "/api/v1/courses/1001/pages/reading-list"
OLD, WRITTEN = "<p>Old</p>", "<p>Old</p><h2>Written by scopecheck-20260101T000000-abcd</h2>"
CHANGE = FieldChange(Noun.PAGE, "1001", "reading-list", OLD, WRITTEN)


@pytest.fixture
def canvas(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedCanvas]:
    """An embedded Canvas that the environment points to."""
    with serve(course_state="available", active_students=3) as running:
        known = running.credentials
        for name, value in (
            ("BASE_URL", running.url),
            ("CLIENT_ID", known.client_id),
            ("ACCESS_TOKEN", known.access_token),
            ("SANDBOX_COURSE_ID", known.course_id),
            ("SANDBOX_COURSE_NAME", known.course_name),
        ):
            monkeypatch.setenv(f"CANVAS_{name}", value)
        yield running


def killed_run(canvas: EmbeddedCanvas, root: Path, reports: str = "reports") -> None:
    """Write to a page like a run that is killed before it restores the page, long ago."""
    client = CanvasClient(canvas.url, Secret(canvas.credentials.access_token))
    client.send(CHANGE.of.put_call("1001", "reading-list", OLD))
    (root / reports).mkdir(parents=True)
    journal = Journal(root / reports / "journal", JournalTarget(canvas.url, "1001"), "killed-main")
    journal.attempt(journal.open("page reading-list: body", CHANGE))
    client.send(CHANGE.of.put_call("1001", "reading-list", WRITTEN))
    client.close()
    make_old(root / reports)


def body(canvas: EmbeddedCanvas) -> str | None:
    """The page's present body."""
    return next(page.body for page in canvas.tables.pages.values() if page.url == "reading-list")


def restore(root: Path, *arguments: object) -> Ran:
    """Run the command."""
    return run(root, "restore", *arguments)


def test_what_was_left_is_undone(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """The page has its old body again, even if the course has students by now; the second time nothing is left."""
    killed_run(canvas, tmp_path)
    first, second = restore(tmp_path), restore(tmp_path)

    assert (first.code, first.out) == (0, "Restored: page reading-list: body\n")
    assert body(canvas) == OLD
    assert second.code == 0
    assert second.out.startswith(f"Nothing to undo in course 1001 on {canvas.url}")


@pytest.mark.parametrize("form", ["1~1001", "10000000001001", "lti_context_id:{uuid}.lti"])
def test_what_was_left_is_found_by_any_id(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The journal goes by Canvas's own ID of the course, however the settings write it now; so does the lock."""
    killed_run(canvas, tmp_path)
    course = form.format(uuid=canvas.tables.courses[1001].uuid)
    monkeypatch.setenv("CANVAS_SANDBOX_COURSE_ID", course)
    lock = TargetLock(JournalTarget(canvas.url, "1001")).acquire()
    refused = restore(tmp_path)
    lock.release()

    assert refused.code == 4
    assert "Another run is using course 1001" in refused.words
    assert body(canvas) == WRITTEN
    assert restore(tmp_path).out == "Restored: page reading-list: body\n"
    assert body(canvas) == OLD


def test_an_id_that_names_no_course_is_not_nothing_to_undo(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Canvas has to be asked which course is meant, its 404 is a wrong setting."""
    killed_run(canvas, tmp_path)
    monkeypatch.setenv("CANVAS_SANDBOX_COURSE_ID", "sis_course_id:other")
    ran = restore(tmp_path)

    assert ran.code == 4
    assert "There is no course sis_course_id:other" in ran.words


def test_with_nothing_left_nothing_is_asked(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Without a journal no request is sent."""
    assert restore(tmp_path).code == 0
    assert canvas.requests == 0


def test_a_refresh_token_serves_too(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a run are enough, with either kind of token."""
    killed_run(canvas, tmp_path)
    monkeypatch.delenv("CANVAS_ACCESS_TOKEN")
    monkeypatch.setenv("CANVAS_REFRESH_TOKEN", canvas.credentials.refresh_token)
    monkeypatch.setenv("CANVAS_CLIENT_SECRET", canvas.credentials.client_secret)

    assert restore(tmp_path).code == 0
    assert body(canvas) == OLD


def test_what_somebody_edited_since_is_left_alone(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Where the run's text is still in it, it is named, and the old value is saved in a file."""
    killed_run(canvas, tmp_path)
    page = next(page for page in canvas.tables.pages.values() if page.url == "reading-list")
    page.body = edited = f"{WRITTEN}<p>By a colleague</p>"
    ran = restore(tmp_path)

    assert ran.code == 1
    assert "Not restored: page reading-list: body" in ran.words
    assert "was edited after this suite changed it" in ran.words
    assert body(canvas) == edited
    assert OLD in next((tmp_path / "reports" / "unrestored").iterdir()).read_text()


def test_what_somebody_replaced_since_is_left_alone(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Where nothing of the run is left, that is said, and nothing is to be done."""
    killed_run(canvas, tmp_path)
    page = next(page for page in canvas.tables.pages.values() if page.url == "reading-list")
    page.body = "<p>By a colleague</p>"
    ran = restore(tmp_path)

    assert (ran.code, body(canvas)) == (0, "<p>By a colleague</p>")
    assert ran.out == "Left alone, because somebody has replaced it since: page reading-list: body\n"


def test_another_course_is_never_written_to(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """If the course's live name differs from the settings, nothing is written: exit code 4."""
    killed_run(canvas, tmp_path)
    writes = len(canvas.tables.writes)
    ran = restore(tmp_path, "--canvas-sandbox-course-name", "Another course")

    assert ran.code == 4
    assert "is named 'Ally scope check sandbox', but CANVAS_SANDBOX_COURSE_NAME is 'Another course'" in ran.words
    assert len(canvas.tables.writes) == writes


def test_with_a_dead_token_nothing_is_undone(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is reported, and the open changes stay in the journal for the next time."""
    killed_run(canvas, tmp_path)
    with monkeypatch.context() as dead:
        dead.setenv("CANVAS_ACCESS_TOKEN", "1~dead")
        ran = restore(tmp_path)

    assert ran.code == 1
    assert "Nothing was restored: the sandbox course could not be read" in ran.words
    assert "Invalid access token." in ran.words
    assert restore(tmp_path).code == 0


def test_with_a_refused_refresh_nothing_is_undone(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal and its remedy are the same as in a run."""
    killed_run(canvas, tmp_path)
    monkeypatch.delenv("CANVAS_ACCESS_TOKEN")
    monkeypatch.setenv("CANVAS_REFRESH_TOKEN", canvas.credentials.refresh_token)
    monkeypatch.setenv("CANVAS_CLIENT_SECRET", "wrong")
    ran = restore(tmp_path)

    assert ran.code == 1
    assert "Nothing was restored: CANVAS_REFRESH_TOKEN cannot be used" in ran.words
    assert "What to do: Copy the secret again" in ran.words


def test_a_run_at_work_is_not_disturbed(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """While a run is using the course, its open changes are left to it."""
    killed_run(canvas, tmp_path)
    lock = TargetLock(JournalTarget(canvas.url, "1001")).acquire()
    ran = restore(tmp_path)
    lock.release()

    assert ran.code == 4
    assert "Another run is using course 1001" in ran.words
    assert restore(tmp_path).code == 0


def test_it_needs_a_target(tmp_path: Path) -> None:
    """Without settings there is nothing to restore: the embedded Canvas is gone with its run."""
    ran = restore(tmp_path)

    assert ran.code == 4
    for variable in ("CANVAS_BASE_URL", "CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME"):
        assert f"- {variable} is not set, but this command needs it" in ran.err


def with_grant(canvas: EmbeddedCanvas, monkeypatch: pytest.MonkeyPatch) -> Grant:
    """Set a refresh token, and return the grant that the settings name then."""
    known = canvas.credentials
    monkeypatch.delenv("CANVAS_ACCESS_TOKEN")
    monkeypatch.setenv("CANVAS_CLIENT_SECRET", known.client_secret)
    monkeypatch.setenv("CANVAS_REFRESH_TOKEN", known.refresh_token)
    return Grant(canvas.url, known.client_id, Secret(known.client_secret), Secret(known.refresh_token))


def test_a_token_that_dies_is_renewed(canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If another program refreshes the token before the page is restored, it is restored all the same."""
    killed_run(canvas, tmp_path)
    with_grant(canvas, monkeypatch)
    handle = canvas.canvas.handle
    looked: list[Request] = []

    def steal(request: Request) -> Response | Broken:
        answer = handle(request)
        if request.path == PAGE and not looked:
            looked.append(request)
            canvas.tables.tokens[201].token = "1~refreshed-elsewhere"
        return answer

    monkeypatch.setattr(canvas.canvas, "handle", steal)
    ran = restore(tmp_path)

    assert (ran.code, body(canvas)) == (0, OLD)
    assert "The access token died during the run and was renewed with CANVAS_REFRESH_TOKEN" in ran.words


@pytest.mark.parametrize("command", [("restore",), ("authorize", "--revoke")])
def test_a_run_that_uses_the_grant_is_waited_for(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """A command that would end the run's token says what it waits for, and gives up with exit code 4."""
    killed_run(canvas, tmp_path)
    lock = GrantLock(with_grant(canvas, monkeypatch)).acquire(print)
    monkeypatch.setattr("scopecheck.key.grant.GRANT_WAIT_S", 0.1)
    asked = canvas.requests
    ran = run(tmp_path, *command)
    lock.release()

    assert (ran.code, canvas.requests, body(canvas)) == (4, asked, WRITTEN)
    assert "is using the same CANVAS_REFRESH_TOKEN, and a refresh would end its access token" in ran.words
    assert "still using the same CANVAS_REFRESH_TOKEN; nothing was sent. Wait until" in ran.words


def test_what_a_run_left_in_another_folder_is_undone(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder is remembered; where it is not, `reports/` in the current folder is looked in all the same."""
    monkeypatch.setattr(journal_places, "_PROJECT", tmp_path / "project")
    killed_run(canvas, tmp_path, "of-the-run/reports")
    target = JournalTarget(canvas.url, "1001")
    assert restore(tmp_path).out.startswith("Nothing to undo")
    remember(tmp_path / "of-the-run" / "reports", target)
    ran = restore(tmp_path)

    assert (ran.code, ran.out, body(canvas)) == (0, "Restored: page reading-list: body\n", OLD)
    assert journal_places.places(tmp_path / "reports", target).elsewhere[0] == tmp_path / "project" / "reports"

    (tmp_path / "of-the-run" / "reports").rmdir()
    remember(tmp_path / "of-the-run" / "reports", target)
    gone = restore(tmp_path)
    assert (gone.code, "where a run that was killed left open changes, is not there" in gone.words) == (1, True)

    killed_run(canvas, tmp_path, "of-the-run/reports")
    monkeypatch.chdir(tmp_path / "of-the-run")
    assert restore(tmp_path).out == "Restored: page reading-list: body\n"


def test_a_run_is_not_undone_twice_for_being_found_twice(
    canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The own folder may be remembered, and be the current one's, too."""
    killed_run(canvas, tmp_path)
    remember(tmp_path / "reports", JournalTarget(canvas.url, "1001"))
    monkeypatch.chdir(tmp_path)

    assert restore(tmp_path).out == "Restored: page reading-list: body\n"


def test_what_is_no_journal_is_set_aside(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """It is named once, with what to do, and needs neither Canvas nor a token; the next time all is well."""
    folder = tmp_path / "reports" / "journal" / JournalTarget(canvas.url, "1001").slug
    folder.mkdir(parents=True)
    (folder / "x.jsonl").write_text("garbage\n")
    first, second = restore(tmp_path), restore(tmp_path)

    assert first.code == 1
    assert (
        "Not restored: journal x.jsonl: It has a line that is damaged (1), so nothing in it is restored." in first.words
    )
    assert f"then delete {folder / 'x.jsonl.set-aside'}, where it is now." in first.words
    assert canvas.requests == 0
    assert (second.code, second.out.startswith("Nothing to undo")) == (0, True)


def test_a_damaged_line_does_not_keep_the_rest_from_being_undone(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """Both are said; the exit code is 1 that once."""
    killed_run(canvas, tmp_path)
    [journal] = (tmp_path / "reports" / "journal").glob("*/*")
    journal.write_bytes(b"\ngarbage\n" + journal.read_bytes())
    first, second = restore(tmp_path), restore(tmp_path)

    assert (first.code, body(canvas)) == (1, OLD)
    assert "Restored: page reading-list: body" in first.words
    assert "Not restored: journal killed-main.jsonl: It has a line that is damaged (2), so what it says" in first.words
    assert second.code == 0


def test_what_may_still_land_stays_open(canvas: EmbeddedCanvas, tmp_path: Path) -> None:
    """A request of a moment ago may land after the restore: until it is looked at again, the exit code is 1."""
    killed_run(canvas, tmp_path)
    [path] = (tmp_path / "reports" / "journal").glob("*/*")
    journal = Journal(tmp_path / "reports" / "journal", JournalTarget(canvas.url, "1001"), "killed-main")
    path.unlink()
    journal.attempt(journal.open("page reading-list: body", CHANGE))
    early = restore(tmp_path)
    make_old(tmp_path / "reports")
    late = restore(tmp_path)

    assert (early.code, body(canvas)) == (1, OLD)
    assert "Not certain yet: page reading-list: body. It may still take effect" in early.words
    assert (late.code, late.out) == (0, "Nothing had to be restored: page reading-list: body\n")
    assert restore(tmp_path).out.startswith("Nothing to undo")
