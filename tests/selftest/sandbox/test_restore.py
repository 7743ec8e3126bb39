"""A failed restore is retried, then reported separately; the next run cleans up what one run leaves behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.journal import JournalTarget
from tests.selftest.endtoend.runs import run
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import kill_at, restore, to
from tests.selftest.sandbox.left_open import open_changes
from tests.selftest.sandbox.watching import Moment, watching

PAGES_PUT = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
PAGE = "PUT /api/v1/courses/1001/pages/"
WHAT = "page reading-list: body"
ATTEMPTS = 4
"""How often the client tries one request."""


def test_a_failing_restore_is_retried(reports: Path) -> None:
    """If Canvas fails during a restore and recovers by the end of the run, the run restores it.

    Since a request that got no proper answer may still take effect, the exit code is 1 until it is looked at again.
    """
    with watching(faults=(Fault("500", PAGE, times=ATTEMPTS, skip=1),)) as canvas:
        before = canvas.content
        found = run(reports, "-n", "0", settings=to(canvas))
        restored = canvas.content
        make_old(reports)
        late = restore(reports, to(canvas))

        assert restored == canvas.content == before
    assert found.code == 1, found.output
    assert found.not_granted == {}
    assert found.document["cleanup"] == {"restored": 7, "failed": [], "left": [], "unsettled": [WHAT]}
    assert not list((reports / "unrestored").iterdir())
    assert (late.code, late.out) == (0, f"Nothing had to be restored: {WHAT}\n")


def test_a_failed_restore_is_reported(reports: Path) -> None:
    """It is reported separately, with the old value in a file; the scope stays granted, and the exit code is 1.

    The next run restores it, says so, and deletes the file.
    """
    with watching(faults=(Fault("500", PAGE, times=2 * ATTEMPTS, skip=1),)) as canvas:
        before = canvas.content
        old = canvas.canvas.tables.pages[3002].body
        failed = run(reports, "-n", "0", settings=to(canvas))
        left = canvas.content
        saved = reports / failed.document["cleanup"]["failed"][0]["saved_as"]
        kept, page = saved.read_text("utf-8"), (reports / "scopes.md").read_text("utf-8")
        make_old(reports)
        restored = run(reports, "-n", "0", settings=to(canvas))

        assert left != before
        assert canvas.content == before
    assert failed.code == 1, failed.output
    assert failed.not_granted == {}
    assert [failure["what"] for failure in failed.document["cleanup"]["failed"]] == [WHAT]
    assert failed.output.count(f"Not restored: {WHAT}") == 1
    assert f"Not restored: {WHAT}" in " ".join(failed.output.split())
    assert "1 change not restored" in failed.output
    assert f"## Restore by hand\n\n- {WHAT}" in page
    assert old is not None
    assert old in kept
    assert restored.code == 0, restored.output
    assert f"Note: Restored after an earlier run: {WHAT}." in " ".join(restored.output.split())
    assert not saved.exists()


def test_a_write_that_was_never_answered(reports: Path) -> None:
    """It may take effect after its undo: the run looks again at its end and ends with 1, and so does the next one.

    Each attempt is journaled; two minutes after the last one, what is seen is settled.
    """
    with watching(faults=(Fault("reset", PAGE, times=ATTEMPTS),)) as canvas:
        before = canvas.content
        found = run(reports, "-n", "0", settings=to(canvas))
        [change] = open_changes(reports / "journal", JournalTarget(canvas.canvas.url, "1001"))
        [journal] = reports.glob("journal/*/*.jsonl")
        attempts = journal.read_text("utf-8").count(f'"type":"attempted","id":"{change.id}"')
        assert isinstance(change.change, FieldChange)
        canvas.canvas.tables.pages[3002].body = change.change.written
        early = restore(reports, to(canvas))
        restored = canvas.content
        make_old(reports)
        late = restore(reports, to(canvas))

        assert restored == canvas.content == before
    assert found.code == 1, found.output
    # The scope itself is proved by its probe: nothing is written again while a write may still land.
    [judged] = (row for row in found.document["scopes"] if row["scope"] == PAGES_PUT)
    assert (judged["verdict"], judged["proof"]) == ("granted", "probed")
    assert found.document["conformant"] is False
    assert found.document["cleanup"]["unsettled"] == [WHAT]
    assert found.document["cleanup"]["failed"] == []
    assert attempts == ATTEMPTS
    assert not change.answered
    assert early.code == 1
    assert f"Not certain yet: {WHAT}." in early.words
    assert (late.code, late.out) == (0, f"Nothing had to be restored: {WHAT}\n")


def test_an_undo_that_was_not_answered(reports: Path) -> None:
    """The old value is back, but an undo's own request may still land: open until two minutes after it."""
    with watching(faults=(Fault("reset", PAGE, times=ATTEMPTS, skip=1),)) as canvas:
        before = canvas.content
        found = run(reports, "-n", "0", settings=to(canvas))
        [change] = open_changes(reports / "journal", JournalTarget(canvas.canvas.url, "1001"))
        make_old(reports)
        late = restore(reports, to(canvas))

        assert canvas.content == before
    assert found.code == 1, found.output
    assert found.not_granted == {}
    assert not change.answered
    assert (late.code, late.out) == (0, f"Nothing had to be restored: {WHAT}\n")


def test_another_target_is_never_restored(reports: Path) -> None:
    """A journal names its target: in another Canvas's folder it is set aside, and nothing is requested for it."""
    with watching() as first, watching() as second:
        before = first.content
        kill_at(first.hold(PAGE, moment=Moment.AFTER), first, reports, "-n", "0", settings=to(first))
        left = first.content
        journal = next((reports / "journal").iterdir())
        shutil.copytree(journal, journal.with_name(JournalTarget(second.canvas.url, "1001").slug))
        make_old(reports)
        ran = restore(reports, to(second))

        assert ran.code == 1
        assert "has lines that are for another course or Canvas" in ran.words
        assert second.seen == []
        assert first.content == left != before
        assert restore(reports, to(second)).out.startswith("Nothing to undo")
        assert restore(reports, to(first)).code == 0
        assert first.content == before


@pytest.mark.parametrize("workers", ["0", "2"])
def test_no_secret_is_left_on_disk(reports: Path, workers: str) -> None:
    """Neither the journal of a killed run nor any file next to it contains a token or the key's secret."""
    with watching() as canvas:
        settings = {
            **to(canvas, admin=True),
            "CANVAS_CLIENT_SECRET": canvas.canvas.credentials.client_secret,
            "CANVAS_REFRESH_TOKEN": canvas.canvas.credentials.refresh_token,
        }
        del settings["CANVAS_ACCESS_TOKEN"]
        kill_at(canvas.hold("PUT", number=4), canvas, reports, "-n", workers, settings=settings)
        issued = {seen.token for seen in canvas.seen if seen.token}
        known = canvas.canvas.credentials
        secrets = {known.client_secret, known.refresh_token, known.admin_token, *issued}
        written = [path for path in reports.rglob("*") if path.is_file()]

        assert any(path.suffix == ".jsonl" for path in written)
        for path in written:
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], path
