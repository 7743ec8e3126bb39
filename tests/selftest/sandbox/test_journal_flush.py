"""Each line of the journal is flushed to the disk before the next step is taken: a power cut loses none."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from scopecheck.sandbox.journal import Journal, JournalEntry, JournalError
from tests.selftest.sandbox.test_journal import FILE, TARGET

MADE = msgspec.structs.replace(FILE, object_id="9")
STEPS: dict[str, Callable[[Journal, JournalEntry], object]] = {
    "open": lambda journal, _: journal.open("b", FILE),
    "attempt": lambda journal, change: journal.attempt(change),
    "answered": lambda journal, change: journal.answered(change),
    "learn": lambda journal, change: journal.learn(change, MADE),
    "close": lambda journal, change: journal.close(change),
}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal of one process."""
    return Journal(tmp_path, TARGET, "run-main")


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_every_line_is_flushed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, step: Callable[[Journal, JournalEntry], object]
) -> None:
    """When the journal gives control back, the whole file has been flushed; so from its first change on."""
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_size))

    change = journal.open("a", FILE)
    assert flushed[-1:] == [journal.path.stat().st_size]
    step(journal, change)
    assert len(flushed) == 2
    assert flushed[-1:] == [journal.path.stat().st_size]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_what_cannot_be_flushed_is_not_written_down(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, step: Callable[[Journal, JournalEntry], object]
) -> None:
    """A disk that takes a line but cannot keep it stops the change, like one that is full."""
    change = journal.open("a", FILE)

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(JournalError):
        step(journal, change)
