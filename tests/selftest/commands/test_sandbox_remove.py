"""`python -m scopecheck sandbox remove`: everything that is ours, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scopecheck.config import lock_file
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_places import remember
from scopecheck.sandbox.lock import TargetLock
from scopecheck.sandbox.objects import Noun
from tests.selftest.commands.sandboxing import LONG_AGO, made_long_ago, sandbox, settings_in

STEPS = {
    "course": Fault("500", r"POST /api/v1/accounts/\d+/courses$"),
    "page": Fault("500", r"POST .*/pages$"),
    "file": Fault("500", r"POST .*/files$"),
    "storage": Fault("500", r"POST /files_api"),
    "confirmation": Fault("500", r"GET .*/create_success"),
    "blueprint course": Fault("500", r"POST /api/v1/accounts/\d+/courses$", skip=1),
    "blueprint": Fault("500", r"PUT /api/v1/courses/\d+$"),
    "association": Fault("500", r"PUT .*/update_associations$", times=4),
    "migration": Fault("500", r"POST .*/content_migrations$"),
}
"""Where creating may fail; the association's fault ends with its retries, so that removing works."""


def test_everything_is_gone(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """Sub-account, courses and content are gone: Canvas has what it had before `create`."""
    before = administered.tables.digest()
    sandbox(tmp_path, "create", "--yes")
    made = administered.tables.digest()
    ran = sandbox(tmp_path, "remove", "--yes")

    assert ran.code == 0
    assert made != before
    assert administered.tables.digest() == before


@pytest.mark.parametrize("state", [{"faults": (fault,)} for fault in STEPS.values()], ids=STEPS)
def test_a_creation_that_failed_half_way_can_be_removed(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """Wherever it failed, it ends with exit code 1, and `remove` leaves nothing of it."""
    before = administered.tables.digest()
    created = sandbox(tmp_path, "create", "--yes")
    removed = sandbox(tmp_path, "remove", "--yes")

    assert created.code == 1
    assert "What to do:" in created.out
    assert removed.code == 0, removed.words
    assert administered.tables.digest() == before


def test_the_question_names_what_goes(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """It names sub-account, age and courses; after a yes they are removed."""
    made, course = made_long_ago(administered)
    ran = sandbox(tmp_path, "remove", typed="y\n")

    assert f"Remove sandbox {made.account_id} ({LONG_AGO}, created 2026-01-01 12:00 UTC, " in ran.out
    assert f"with its courses: {course.name} ({course.id}), Scope check blueprint {LONG_AGO} (" in ran.out
    assert f"Removed sandbox {made.account_id}" in ran.out
    assert course.workflow_state == "deleted"


@pytest.mark.parametrize("typed", ["", "n\n"])
def test_nothing_goes_without_a_yes(administered: EmbeddedCanvas, tmp_path: Path, typed: str) -> None:
    """Without an answer nothing is removed either."""
    made_long_ago(administered)
    before = administered.tables.digest()
    ran = sandbox(tmp_path, "remove", typed=typed)

    assert ran.code == 1
    assert "Nothing was removed." in ran.out
    assert administered.tables.digest() == before


def test_a_strangers_course_stops_it(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """A course that somebody moved there is kept: exit code 4, nothing removed, no question asked."""
    made, _ = made_long_ago(administered)
    administered.tables.courses[1004].account_id = int(made.account_id)
    before = administered.tables.digest()
    ran = sandbox(tmp_path, "remove", typed="y\n")

    assert ran.code == 4
    assert f"- Sandbox {made.account_id} ({LONG_AGO}, created " in ran.err
    assert "contains what the scope check did not create: Drawing I. Move it to another account first." in ran.err
    assert administered.tables.digest() == before


def test_a_strangers_account_stops_it(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """A sub-account of the sub-account is not ours, with or without courses."""
    made, _ = made_long_ago(administered)
    administered.tables.accounts[12].parent_account_id = int(made.account_id)
    before = administered.tables.digest()
    ran = sandbox(tmp_path, "remove", "--yes")

    assert ran.code == 4
    assert "School of Arts" in ran.err
    assert administered.tables.digest() == before


@pytest.mark.parametrize("name", [f"Copy of Scope check sandbox {LONG_AGO}", f"Scope check {LONG_AGO}"])
def test_a_name_like_ours_is_a_stranger(administered: EmbeddedCanvas, tmp_path: Path, name: str) -> None:
    """Only the exact names that `create` gives are ours."""
    made, course = made_long_ago(administered)
    administered.tables.courses[9] = replace(course, id=9, name=name)

    assert sandbox(tmp_path, "remove", "--yes").code == 4
    assert administered.tables.accounts[int(made.account_id)].workflow_state == "active"


def test_what_a_run_left_there_is_ours(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """A blueprint that a killed run created for the course is removed too."""
    _, course = made_long_ago(administered)
    left = replace(course, id=9, name="scopecheck-20260102T120000-abcd blueprint")
    administered.tables.courses[9] = left

    assert sandbox(tmp_path, "remove", "--yes").code == 0
    assert left.workflow_state == "deleted"


def test_one_of_several_has_to_be_named(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """Without an ID all are listed, and none is removed."""
    sandbox(tmp_path, "create", "--yes")
    made, _ = made_long_ago(administered)
    before = administered.tables.digest()
    ran = sandbox(tmp_path, "remove", "--yes")
    accounts = [each.id for each in administered.tables.accounts.values() if each.name.startswith("Scope check ")]

    assert ran.code == 4
    assert "There are several sandboxes below account self" in ran.err
    assert len(accounts) == 2
    assert all(f"{number} (scopecheck-" in ran.err for number in accounts)
    assert int(made.account_id) in accounts
    assert administered.tables.digest() == before


def test_the_named_one_goes_alone(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """The other sandbox is unchanged."""
    sandbox(tmp_path, "create", "--yes")
    before = administered.tables.digest()
    made, _ = made_long_ago(administered)
    ran = sandbox(tmp_path, "remove", f"1~{made.account_id}", "--yes")

    assert ran.code == 0
    assert administered.tables.digest() == before


@pytest.mark.parametrize("account", ["1", "11", "99"])
def test_no_other_account_can_be_named(administered: EmbeddedCanvas, tmp_path: Path, account: str) -> None:
    """Only a sandbox can be removed: exit code 4, and the sandboxes are listed."""
    made, _ = made_long_ago(administered)
    before = administered.tables.digest()
    ran = sandbox(tmp_path, "remove", account, "--yes")

    assert ran.code == 4
    assert f"Account {account} is not a sandbox below account self" in ran.err
    assert f"Sandboxes there: {made.account_id} (" in ran.err
    assert administered.tables.digest() == before


def test_nothing_to_remove(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """Without a sandbox it ends with exit code 0."""
    ran = sandbox(tmp_path, "remove")

    assert (ran.code, ran.err) == (0, "")
    assert "Nothing to remove." in ran.out
    assert administered.tables.writes == []


def test_a_course_in_use_is_kept(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """While a run is using the course, it is not removed."""
    _, course = made_long_ago(administered)
    before = administered.tables.digest()
    lock = TargetLock(JournalTarget(administered.url, str(course.id))).acquire()
    ran = sandbox(tmp_path, "remove", "--yes")
    lock.release()

    assert ran.code == 4
    assert f"Another run is using course {course.id}" in ran.err
    assert administered.tables.digest() == before
    assert sandbox(tmp_path, "remove", "--yes").code == 0


def test_without_a_lock_nothing_goes(
    administered: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If no lock can be taken, a run might be using the course."""
    made_long_ago(administered)
    before = administered.tables.digest()
    monkeypatch.setattr(lock_file, "FOLDERS", (str(tmp_path / "missing"),))
    ran = sandbox(tmp_path, "remove", "--yes")

    assert ran.code == 1
    assert "Nothing was removed: the course could not be locked against other runs" in ran.out
    assert administered.tables.digest() == before


def test_settings_of_a_removed_course(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """If `.env` names the removed course, the command says so."""
    sandbox(tmp_path, "create", "--yes")
    course = administered.tables.courses[int(settings_in(tmp_path)["CANVAS_SANDBOX_COURSE_ID"])]
    ran = sandbox(tmp_path, "remove", "--yes")

    assert course.workflow_state == "deleted"
    assert "Remove CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME from .env." in ran.out


def test_open_changes_are_named_first(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """A video's title stays changed without the course: the question comes after what is open, wherever its journal."""
    _, course = made_long_ago(administered)
    target = JournalTarget(administered.url, str(course.id))
    remember(tmp_path / "elsewhere", target)
    (tmp_path / "elsewhere").mkdir()
    title = FieldChange(Noun.MEDIA, target.course_id, "m-1", "Old", f"{LONG_AGO} Old")
    journal = Journal(tmp_path / "elsewhere" / "journal", target, f"{LONG_AGO}-main")
    journal.open("media object m-1: name", title)
    ran = sandbox(tmp_path, "remove", typed="n\n")

    assert ran.code == 1
    assert f"The journal {journal.path} has changes of a run that was killed: media object m-1: name." in ran.words
    assert f"set CANVAS_SANDBOX_COURSE_ID to {course.id}, and run `python -m scopecheck restore`" in ran.words
    assert ran.out.index(str(journal.path)) < ran.out.index("Remove sandbox")
    assert sandbox(tmp_path, "remove", "--yes").code == 0
