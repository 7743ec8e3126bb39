"""The journal is on disk before the change, survives a kill, and is never applied to another target."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scopecheck.sandbox.journal import Journal, JournalEntry, JournalError, JournalTarget, open_changes

TARGET = JournalTarget("https://canvas.test", "7")


def journal(folder: Path, name: str = "run-main", target: JournalTarget = TARGET) -> Journal:
    """A journal of one process."""
    return Journal(folder, target, name)


def still_open(folder: Path, target: JournalTarget = TARGET) -> list[JournalEntry]:
    """All open changes of a target."""
    return open_changes(folder, target)


def test_an_opened_change_is_on_disk_at_once(tmp_path: Path) -> None:
    """Another process sees the change before the first one has ended."""
    change = journal(tmp_path).open("field", "page x: body", {"old": "<p>old</p>"}, "now")

    assert still_open(tmp_path) == [change]


def test_a_closed_change_is_not_undone_again(tmp_path: Path) -> None:
    """A closed change is no longer among the open ones."""
    ours = journal(tmp_path)
    first, second = (ours.open("field", name, {}, "now") for name in ("a", "b"))
    ours.close(first)

    assert still_open(tmp_path) == [second]


def test_the_newest_change_is_undone_first(tmp_path: Path) -> None:
    """Changes that build on each other are undone in reverse order."""
    ours = journal(tmp_path)
    changes = [ours.open("field", name, {}, "now") for name in ("a", "b", "c")]

    assert still_open(tmp_path) == changes[::-1]


def test_what_was_learned_later_is_kept(tmp_path: Path) -> None:
    """The id of a created object is added to the change."""
    ours = journal(tmp_path)
    change = ours.open("created-file", "file", {"name": "n"}, "now")
    ours.amend(change, {"file_id": "9"})

    assert still_open(tmp_path)[0].data == {"name": "n", "file_id": "9"}


def test_another_target_is_never_touched(tmp_path: Path) -> None:
    """Another course never sees this target's changes, even if the file is moved to its folder."""
    journal(tmp_path).open("field", "a", {}, "now")
    other = JournalTarget("https://canvas.test", "8")
    (tmp_path / other.slug).mkdir()
    (tmp_path / TARGET.slug / "run-main.jsonl").rename(tmp_path / other.slug / "run-main.jsonl")

    assert still_open(tmp_path, other) == []


def test_a_line_cut_off_by_a_kill_is_no_change(tmp_path: Path) -> None:
    """The request is only sent after its line is complete; later lines are still read."""
    ours = journal(tmp_path)
    change = ours.open("field", "a", {}, "now")
    with ours.path.open("ab") as file:
        file.write(b'\n{"opened": {"id": "run-main/2", "ki')
    later = ours.open("field", "b", {}, "now")

    assert still_open(tmp_path) == [later, change]


def test_without_a_journal_no_change_is_made(tmp_path: Path) -> None:
    """A folder that cannot be created raises before anything is sent."""
    (tmp_path / "file").write_text("")

    with pytest.raises(JournalError, match="nothing was changed"):
        journal(tmp_path / "file").open("field", "a", {}, "now")


def test_a_vanished_journal_is_an_error(tmp_path: Path) -> None:
    """A report folder that disappears during the run stops further changes."""
    ours = journal(tmp_path)
    ours.open("field", "a", {}, "now")
    ours.path.unlink()

    with pytest.raises(JournalError):
        ours.open("field", "b", {}, "now")


def test_a_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is only partly written to disk stops the change."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:5]))

    with pytest.raises(JournalError):
        journal(tmp_path).open("field", "a", {}, "now")
