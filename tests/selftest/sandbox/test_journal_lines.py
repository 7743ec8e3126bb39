"""What a journal knows and writes of its changes, line by line."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

import pytest

from scopecheck.sandbox.journal import Journal, JournalEntry, JournalError, JournalTarget, Line, append, open_in

TARGET: Final = JournalTarget("https://canvas.test:8443", "7")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal of one process."""
    return Journal(tmp_path, TARGET, "run-main")


def test_what_is_known_of_a_change(journal: Journal) -> None:
    """What was learned joins what was opened, until the change is closed; closing it twice is no trouble."""
    change = journal.open("made", "file", {"name": "n", "id": None}, "now")
    assert change == JournalEntry("run-main/1", "made", "file", {"name": "n", "id": None}, "now")
    assert journal.latest(change) == change

    amended = journal.amend(change, {"id": "9"})
    assert amended == JournalEntry("run-main/1", "made", "file", {"name": "n", "id": "9"}, "now")
    assert journal.latest(change) == amended
    assert journal.latest(journal.amend(amended, {"more": 1})) == JournalEntry(
        "run-main/1", "made", "file", {"name": "n", "id": "9", "more": 1}, "now"
    )

    for _ in range(2):
        journal.close(change)
        assert journal.latest(change) is None
    assert open_in(journal.path, TARGET) == []


def test_a_change_keeps_its_place_when_more_is_learned(journal: Journal) -> None:
    """The order of undoing is that of opening."""
    first, second = (journal.open("made", name, {}, "now") for name in "ab")
    amended = journal.amend(first, {"id": "9"})

    assert open_in(journal.path, TARGET) == [second, amended]


def test_each_target_has_a_folder(tmp_path: Path) -> None:
    """Host, port and course tell targets apart; the name suits every file system."""
    elsewhere = [("https://canvas.test", "7"), ("https://other.test:8443", "7"), (TARGET.base_url, "../7")]
    others = [JournalTarget(*each) for each in [*elsewhere, (TARGET.base_url, "8")]]
    slugs = [target.slug for target in (TARGET, *others)]

    assert len(set(slugs)) == len(slugs)
    for slug in slugs:
        assert (tmp_path / slug).resolve().parent == tmp_path.resolve()
        assert not set(slug) & set('<>:"/\\|?*')


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_reads_it(journal: Journal) -> None:
    """A journal holds old texts of a course, which are nobody else's business."""
    journal.open("made", "file", {}, "now")

    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_half_a_character_is_no_change(journal: Journal) -> None:
    """A text that no file can keep is not written over, and the journal goes on."""
    with pytest.raises(JournalError):
        journal.open("field", "a", {"old": "\ud800"}, "now")
    change = journal.open("field", "b", {"old": "ok"}, "now")

    assert open_in(journal.path, TARGET) == [change]


def test_threads_share_a_journal(journal: Journal) -> None:
    """The file begins with its target once, and every change has an id of its own."""
    ready = threading.Barrier(8)

    def change() -> None:
        ready.wait()
        for _ in range(5):
            journal.open("made", "file", {}, "now")

    threads = [threading.Thread(target=change) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {entry.id for entry in open_in(journal.path, TARGET) or []} == {f"run-main/{n}" for n in range(1, 41)}
    assert journal.path.read_text().count('"base_url"') == 1


def test_another_process_closes_a_change(journal: Journal) -> None:
    """Lines are added to what is there; a file that is not there is not begun."""
    first, second = (journal.open("made", name, {}, "now") for name in "ab")
    append(journal.path, Line(closed=first.id))
    append(journal.path, Line(closed="unknown/1"))

    assert open_in(journal.path, TARGET) == [second]
    with pytest.raises(JournalError, match="other"):
        append(journal.path.with_name("other.jsonl"), Line(closed=first.id))
    assert [path.name for path in journal.path.parent.iterdir()] == ["run-main.jsonl"]


def test_what_cannot_be_read_is_said(journal: Journal) -> None:
    """A journal that nobody can read may hold something open."""
    journal.path.mkdir(parents=True)

    with pytest.raises(JournalError, match="run-main"):
        open_in(journal.path, TARGET)


@pytest.mark.parametrize("content", ["", "\n", "no JSON\n", "{}\n", '{"closed": "run-main/1"}\n'])
def test_a_file_without_a_target_is_nobodys(tmp_path: Path, content: str) -> None:
    """Its first line has to name the target."""
    (tmp_path / "x.jsonl").write_text(content)

    assert open_in(tmp_path / "x.jsonl", TARGET) is None
