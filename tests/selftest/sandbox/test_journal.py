"""The journal is on disk before the change, survives a kill, and is never applied to another target."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from scopecheck.sandbox.changes import FieldChange, MadeChange
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalError, JournalTarget
from scopecheck.sandbox.journal_reading import read_journal
from scopecheck.sandbox.objects import Noun

TARGET: Final = JournalTarget("https://canvas.test", "7")
TAG: Final = "scopecheck-20260101T000000-abcd"
PAGE: Final = FieldChange(Noun.PAGE, "7", "x", "<p>old</p>", f"<p>old</p><h2>{TAG}</h2>")
FILE: Final = MadeChange(Noun.FILE, "7", f"{TAG}.png")


def journal(folder: Path, name: str = "run-main", target: JournalTarget = TARGET) -> Journal:
    """A journal of one process."""
    return Journal(folder, target, name)


def still_open(folder: Path, target: JournalTarget = TARGET) -> list[JournalEntry]:
    """All open changes of a target."""
    files = sorted((folder / target.slug).glob("*.jsonl"), reverse=True)
    return [entry for path in files for entry in read_journal(path, target).entries]


def test_an_opened_change_is_on_disk_at_once(tmp_path: Path) -> None:
    """Another process sees the change before the first one has ended."""
    change = journal(tmp_path).open("page x: body", PAGE)

    assert still_open(tmp_path) == [change]


def test_a_closed_change_is_not_undone_again(tmp_path: Path) -> None:
    """A closed change is no longer among the open ones."""
    ours = journal(tmp_path)
    first, second = (ours.open(name, PAGE) for name in ("a", "b"))
    ours.close(first)

    assert still_open(tmp_path) == [second]


def test_the_newest_change_is_undone_first(tmp_path: Path) -> None:
    """Changes that build on each other are undone in reverse order."""
    ours = journal(tmp_path)
    changes = [ours.open(name, PAGE) for name in ("a", "b", "c")]

    assert still_open(tmp_path) == changes[::-1]


def test_what_was_learned_later_is_kept(tmp_path: Path) -> None:
    """The ID of a created object, and the date of Canvas's answer, are added to the change."""
    ours = journal(tmp_path)
    change = ours.open("file", FILE)
    ours.learn(change, MadeChange(Noun.FILE, "7", FILE.name, object_id="9", since="2026-01-01T00:00:00+00:00"))

    [found] = still_open(tmp_path)
    assert found.change == MadeChange(Noun.FILE, "7", FILE.name, False, "9", "2026-01-01T00:00:00+00:00")


def test_each_attempt_is_dated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last request counts, and after one that was not answered nothing counts as answered."""
    ours = journal(tmp_path)
    change = ours.open("page x: body", PAGE)
    for at in ("2026-01-01T00:00:01+00:00", "2026-01-01T00:00:02+00:00"):
        monkeypatch.setattr("scopecheck.sandbox.journal.now", lambda at=at: at)
        ours.attempt(change)
        ours.answered(change)
    ours.attempt(change)
    assert [(entry.at, entry.answered) for entry in still_open(tmp_path)] == [("2026-01-01T00:00:02+00:00", False)]
    assert still_open(tmp_path) == [ours.latest(change)]

    ours.answered(change)
    assert still_open(tmp_path)[0].answered
    assert still_open(tmp_path) == [ours.latest(change)]


def test_another_target_is_never_touched(tmp_path: Path) -> None:
    """Another course never sees this target's changes, even if the file is moved to its folder: it is wrong there."""
    journal(tmp_path).open("a", PAGE)
    other = JournalTarget("https://canvas.test", "8")
    (tmp_path / other.slug).mkdir()
    moved = (tmp_path / TARGET.slug / "run-main.jsonl").rename(tmp_path / other.slug / "run-main.jsonl")

    assert still_open(tmp_path, other) == []
    assert read_journal(moved, other).wrong == ("has a line that is for another course or Canvas (2)",)


def test_a_line_cut_off_by_a_kill_is_no_change(tmp_path: Path) -> None:
    """The request is only sent after its line is complete; later lines are still read, and nothing is wrong."""
    ours = journal(tmp_path)
    change = ours.open("a", PAGE)
    whole = ours.path.read_bytes()
    for length in range(1, len(whole) - 1):
        ours.path.write_bytes(whole + whole[:length])
        assert read_journal(ours.path, TARGET).entries == (change,)
        assert read_journal(ours.path, TARGET).wrong == ()
    later = ours.open("b", PAGE)

    assert read_journal(ours.path, TARGET).wrong == ()
    assert still_open(tmp_path) == [later, change]


def test_without_a_journal_no_change_is_made(tmp_path: Path) -> None:
    """A folder that cannot be created raises before anything is sent."""
    (tmp_path / "file").write_text("")

    with pytest.raises(JournalError, match="nothing was changed"):
        journal(tmp_path / "file").open("a", PAGE)


def test_a_vanished_journal_is_an_error(tmp_path: Path) -> None:
    """A report folder that disappears during the run stops further changes."""
    ours = journal(tmp_path)
    ours.open("a", PAGE)
    ours.path.unlink()

    with pytest.raises(JournalError):
        ours.open("b", PAGE)


def test_a_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is only partly written to disk stops the change."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:5]))

    with pytest.raises(JournalError):
        journal(tmp_path).open("a", PAGE)


def test_no_more_is_written_than_would_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change for which the journal has no room is not made; what is in it stays readable."""
    ours = journal(tmp_path)
    change = ours.open("a", PAGE)
    size = ours.path.stat().st_size
    monkeypatch.setattr("scopecheck.sandbox.journal.MOST_BYTES", 2 * size)
    ours.open("a", PAGE)

    with pytest.raises(JournalError, match="would be longer than"):
        ours.attempt(change)
    assert ours.path.stat().st_size == 2 * size


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links and pipes")
@pytest.mark.parametrize("place", ["file", "folder", "pipe"])
def test_nothing_is_written_through_what_is_no_journal(tmp_path: Path, place: str) -> None:
    """A link in place of the file or its folder is not followed, and a pipe is not waited for."""
    ours, elsewhere = journal(tmp_path / "journal"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    ours.folder.mkdir()
    if place == "folder":
        ours.path.parent.symlink_to(elsewhere)
    else:
        ours.path.parent.mkdir()
        (elsewhere / "file").write_text("theirs")
        if place == "file":
            ours.path.symlink_to(elsewhere / "file")
        else:
            os.mkfifo(ours.path)

    with pytest.raises(JournalError, match="nothing was changed"):
        ours.open("a", PAGE)
    assert [path.read_text() for path in elsewhere.iterdir()] == ["theirs"] * (place != "folder")
