"""What a journal knows and writes of its changes, line by line."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

import msgspec
import pytest

from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.journal import (
    VERSION,
    Closed,
    Journal,
    JournalEntry,
    JournalError,
    JournalTarget,
    Line,
    append,
    seal,
)
from scopecheck.sandbox.journal_reading import read_journal
from scopecheck.sandbox.objects import Noun
from tests.selftest.sandbox.test_journal import FILE, TAG

TARGET: Final = JournalTarget("https://canvas.test:8443", "7")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal of one process."""
    return Journal(tmp_path, TARGET, "run-main")


def open_in(path: Path) -> list[JournalEntry]:
    """The changes that are open in a file, which is as it should be."""
    found = read_journal(path, TARGET)
    assert found.wrong == ()
    return list(found.entries)


def test_what_is_known_of_a_change(journal: Journal) -> None:
    """What was learned joins what was opened, until the change is closed; closing it twice is no trouble."""
    change = journal.open("file", FILE)
    assert change == JournalEntry("run-main/1", "file", change.at, FILE)
    assert journal.latest(change) == change

    learned = journal.learn(change, msgspec.structs.replace(FILE, object_id="9"))
    assert learned == JournalEntry("run-main/1", "file", change.at, msgspec.structs.replace(FILE, object_id="9"))
    assert journal.latest(change) == learned
    assert open_in(journal.path) == [learned]

    for _ in range(2):
        journal.close(change)
        assert journal.latest(change) is None
    assert open_in(journal.path) == []


def test_a_change_keeps_its_place_when_more_is_learned(journal: Journal) -> None:
    """The order of undoing is that of opening."""
    first, second = (journal.open(name, FILE) for name in "ab")
    learned = journal.learn(first, msgspec.structs.replace(FILE, object_id="9"))

    assert open_in(journal.path) == [second, learned]


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
    journal.open("file", FILE)

    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_half_a_character_is_no_change(journal: Journal) -> None:
    """A text that no file can keep is not written over, and the journal goes on."""
    with pytest.raises(JournalError):
        journal.open("a", FieldChange(Noun.PAGE, "7", "x", "\ud800", TAG))
    change = journal.open("b", FILE)

    assert open_in(journal.path) == [change]


def test_threads_share_a_journal(journal: Journal) -> None:
    """Every change has an ID of its own, and every line is whole."""
    ready = threading.Barrier(8)

    def change() -> None:
        ready.wait()
        for _ in range(5):
            journal.attempt(journal.open("file", FILE))

    threads = [threading.Thread(target=change) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {entry.id for entry in open_in(journal.path)} == {f"run-main/{n}" for n in range(1, 41)}


def test_another_process_closes_a_change(journal: Journal) -> None:
    """Lines are added to what is there; a file that is not there is not begun."""
    first, second = (journal.open(name, FILE) for name in "ab")
    closed = Line(VERSION, TARGET, Closed(first.id))
    append(journal.path, closed)

    assert open_in(journal.path) == [second]
    with pytest.raises(JournalError, match="other"):
        append(journal.path.with_name("other.jsonl"), closed)
    assert [path.name for path in journal.path.parent.iterdir()] == ["run-main.jsonl"]


def test_a_line_as_it_stands_in_the_file() -> None:
    """What journals of this version look like does not change unnoticed: later versions have to read them."""
    assert VERSION == 2
    assert seal(Line(VERSION, TARGET, Closed("run-main/1"))) == (
        b'1cb25718614fc475 {"version":2,"target":{"base_url":"https://canvas.test:8443","course_id":"7"},'
        b'"event":{"type":"closed","id":"run-main/1"}}'
    )


@pytest.mark.parametrize("content", ["", "\n", "\n\n"])
def test_a_file_without_lines_holds_nothing(tmp_path: Path, content: str) -> None:
    """Nothing was announced in it."""
    (tmp_path / "x.jsonl").write_text(content)

    assert open_in(tmp_path / "x.jsonl") == []
