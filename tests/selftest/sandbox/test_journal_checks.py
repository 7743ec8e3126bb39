"""The journal is checked, not obeyed: what is not certainly a change of a run in this course is set aside by name."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from scopecheck.sandbox import journal_reading
from scopecheck.sandbox.changes import AssociationChange, CaptionChange, Change, FieldChange, MadeChange
from scopecheck.sandbox.journal import (
    MOST_BYTES,
    VERSION,
    Answered,
    Attempted,
    Closed,
    Event,
    JournalEntry,
    JournalTarget,
    Learned,
    Line,
    Opened,
    checksum,
    record,
    seal,
)
from scopecheck.sandbox.journal_reading import read_journal
from scopecheck.sandbox.objects import Noun
from tests.selftest.embedded_canvas.driver import BASE
from tests.selftest.sandbox.aging import LONG_AGO
from tests.selftest.sandbox.leaving import OLD, PAGE, TAG, TARGET, WRITTEN, Left, leaving

GOOD: Final = "page reading-list: body"
RUN: Final = f"{TAG}-main"


def entry(number: int, change: Change = PAGE, **other: Any) -> JournalEntry:
    """An entry of the run."""
    return msgspec.structs.replace(JournalEntry(f"{RUN}/{number}", f"change {number}", LONG_AGO, change), **other)


def line(event: Event, target: JournalTarget = TARGET, version: int = VERSION) -> bytes:
    """A line, correctly sealed, with its newlines."""
    return record(Line(version, target, event))


def sealed(text: bytes) -> bytes:
    """A line with a correct checksum, whatever it says."""
    return b"\n" + checksum(text) + b" " + text + b"\n"


def without(event: Event, old: bytes, new: bytes) -> bytes:
    """A correctly sealed line with a part of its text replaced."""
    text = seal(Line(VERSION, TARGET, event)).partition(b" ")[2]
    assert old in text
    return sealed(text.replace(old, new))


def damaged(event: Event) -> bytes:
    """A line in which one character has been changed."""
    return line(event).replace(b"opened", b"openeb")


OTHER_COURSE: Final = JournalTarget(BASE, "1003")
OTHER_HOST: Final = JournalTarget("https://other.test", "1001")

FILE: Final = MadeChange(Noun.FILE, "1001", f"{TAG}.png")
NOT_UNDERSTOOD: Final = "not understood"
ELSEWHERE: Final = "about another course"
UNMARKED: Final = "about what no run changes"
FOREIGN: Final = "for another course or Canvas"
MISFIT: Final = "about an ID that does not fit"

WRONG: Final[dict[str, tuple[bytes, str]]] = {
    "unknown event": (without(Closed("x/1"), b'"closed"', b'"deleted"'), NOT_UNDERSTOOD),
    "unknown kind of change": (without(Opened(entry(2)), b'"type":"field"', b'"type":"grade"'), NOT_UNDERSTOOD),
    "unknown noun": (without(Opened(entry(2)), b'"noun":"page"', b'"noun":"user"'), NOT_UNDERSTOOD),
    "missing member": (without(Opened(entry(2)), b'"noun":"page",', b""), NOT_UNDERSTOOD),
    "surplus member": (without(Opened(entry(2)), b'"noun":"page",', b'"noun":"page","path":"/x",'), NOT_UNDERSTOOD),
    "surplus member of the line": (without(Opened(entry(2)), b'"version":2', b'"version":2,"x":1'), NOT_UNDERSTOOD),
    "wrong type": (without(Opened(entry(2)), b'"written":"', b'"written":7,"x":"'), NOT_UNDERSTOOD),
    "an ID that leads elsewhere": (
        without(Opened(entry(2)), b'"object_id":"reading-list"', b'"object_id":"../../1003"'),
        NOT_UNDERSTOOD,
    ),
    "no JSON": (sealed(b"{"), NOT_UNDERSTOOD),
    "half a character": (sealed(b'"\xff"'), NOT_UNDERSTOOD),
    "deeply nested": (sealed(b"[" * 100_000), NOT_UNDERSTOOD),
    "no version": (sealed(b"{}"), NOT_UNDERSTOOD),
    "old version": (line(Opened(entry(2)), version=1), NOT_UNDERSTOOD),
    "odd ID": (line(Opened(entry(2, id="../../x"))), NOT_UNDERSTOOD),
    "no time": (line(Opened(entry(2, at="some day"))), NOT_UNDERSTOOD),
    "time out of range": (line(Opened(entry(2, at="0001-01-01T00:00:00+14:00"))), NOT_UNDERSTOOD),
    "attempt without a time": (line(Attempted(f"{RUN}/1", "")), NOT_UNDERSTOOD),
    "no checksum": (b"\n" + seal(Line(VERSION, TARGET, Opened(entry(2)))).partition(b" ")[2] + b"\n", "damaged"),
    "checksum of another line": (b"\n" + checksum(b"") + line(Opened(entry(2)))[17:], "damaged"),
    "damaged": (damaged(Opened(entry(2))), "damaged"),
    "bytes": (b"\n\x00\xff\xfe\n", "damaged"),
    "another course": (line(Opened(entry(2)), OTHER_COURSE), FOREIGN),
    "another host": (line(Opened(entry(2)), OTHER_HOST), FOREIGN),
    "page elsewhere": (line(Opened(entry(2, FieldChange(Noun.PAGE, "1003", "x", None, TAG)))), ELSEWHERE),
    "syllabus elsewhere": (line(Opened(entry(2, FieldChange(Noun.COURSE, "1001", "1003", None, TAG)))), ELSEWHERE),
    "captions elsewhere": (line(Opened(entry(2, CaptionChange("1003", "m-1", "eo")))), ELSEWHERE),
    "file elsewhere": (line(Opened(entry(2, MadeChange(Noun.FILE, "1003", TAG)))), ELSEWHERE),
    "association elsewhere": (line(Opened(entry(2, AssociationChange("1001", "1003")))), ELSEWHERE),
    "text without a tag": (line(Opened(entry(2, FieldChange(Noun.PAGE, "1001", "x", None, "text")))), UNMARKED),
    "course without a tag": (line(Opened(entry(2, MadeChange(Noun.COURSE, "11", "Drawing I")))), UNMARKED),
    "captions in English": (line(Opened(entry(2, CaptionChange("1001", "m-1", "en")))), UNMARKED),
    "duplicate ID": (line(Opened(entry(1, FILE))), "a second change of the same ID"),
    "ID of a text": (line(Learned(f"{RUN}/1", "9001", None)), MISFIT),
    "closed, never opened": (line(Closed(f"{RUN}/9")), "about a change that is not open"),
    "answered, never opened": (line(Answered(f"{RUN}/9")), "about a change that is not open"),
}
"""What may stand in a journal beside a good change, and what is said of it."""


def journal_of(left: Left, *parts: bytes) -> Path:
    """A journal with these lines, and the page as the good one says."""
    left.client.send(PAGE.of.put_call("1001", PAGE.object_id, WRITTEN))
    left.journal.path.parent.mkdir(parents=True)
    left.journal.path.write_bytes(b"".join(parts))
    return left.journal.path


PLACES: Final = ("first", "in the middle", "last")
AFTER_A_GOOD_ONE: Final = frozenset({"duplicate ID", "ID of a text", "attempt without a time"})
"""What contradicts the good change before it, and would stand for it if it came first."""


@pytest.mark.parametrize(
    ("case", "place"),
    [(case, place) for case in WRONG for place in PLACES if place != "first" or case not in AFTER_A_GOOD_ONE],
)
def test_a_wrong_line_hides_no_other(reports: Path, case: str, place: str) -> None:
    """It is set aside by name, the rest is undone, nothing else is touched, and the next look finds nothing more."""
    wrong, why = WRONG[case]
    opened, attempted = line(Opened(entry(1, what=GOOD))), line(Attempted(f"{RUN}/1", LONG_AGO))
    parts = {
        "first": (wrong, opened, attempted),
        "in the middle": (opened, wrong, attempted),
        "last": (opened, attempted, wrong),
    }[place]
    with leaving(reports) as left:
        before = left.canvas.tables.digest()
        path = journal_of(left, *parts)
        content = path.read_bytes()
        told = left.recover()

        assert told.restored == [GOOD]
        assert left.body == OLD
        assert left.canvas.tables.digest() == before
        [failure] = told.failed
        assert failure.what == f"journal {path.name}"
        assert f"that is {why} (" in failure.message
        [kept] = path.parent.iterdir()
        assert kept.name == f"{path.name}.set-aside"
        assert str(kept) in failure.message
        assert kept.read_bytes() == content
        again = left.recover()

    assert (again.failed, again.restored) == ([], [])


@pytest.mark.parametrize("target", [OTHER_COURSE, OTHER_HOST])
def test_a_journal_of_another_target_is_set_aside(reports: Path, target: JournalTarget) -> None:
    """Even where its name and folder say otherwise: not one request is sent for it."""
    with leaving(reports) as left:
        path = journal_of(left, line(Opened(entry(1)), target), line(Attempted(f"{RUN}/1", LONG_AGO), target))
        asked = left.canvas.requests
        told = left.recover()

        assert left.canvas.requests == asked
        assert told.restored == []
        assert "has lines that are for another course or Canvas (2, 4)" in told.failed[0].message
        assert not path.exists()


@pytest.mark.parametrize(
    "learned",
    [
        [Learned(f"{RUN}/1", "../1003", None)],
        [Learned(f"{RUN}/1", "9001", "some day")],
        [Learned(f"{RUN}/1", "9001", None), Learned(f"{RUN}/1", "9002", None)],
    ],
)
def test_an_id_that_cannot_be_that_of_the_object(tmp_path: Path, learned: list[Learned]) -> None:
    """It is no ID, or not dated, or another than the one that was learned first: the object is found as without it."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"".join([line(Opened(entry(1, FILE))), *map(line, learned)]))
    found = read_journal(path, TARGET)

    assert len(found.wrong) == 1
    [change] = [each.change for each in found.entries]
    assert isinstance(change, MadeChange)
    assert change.object_id == (None if len(learned) == 1 else "9001")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link(path: Path) -> None:
    path.with_name("there").write_bytes(line(Opened(entry(1))))
    path.symlink_to(path.with_name("there"))


def a_link_into_nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # an address of a socket has to be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def a_long_one(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)


NO_JOURNALS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "folder": (a_folder, "It is a folder"),
    "link": (a_link, "It is a link"),
    "link into nowhere": (a_link_into_nowhere, "It is a link"),
    "pipe": (a_pipe, "It is a pipe"),
    "socket": (a_socket, "It is a socket"),
    "too long": (a_long_one, "It is longer than 32,000,000 bytes"),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("case", NO_JOURNALS)
def test_what_is_no_journal_hides_no_other(reports: Path, case: str) -> None:
    """It is neither followed nor waited for, it is named and set aside, and the other journals are undone."""
    make, why = NO_JOURNALS[case]
    with leaving(reports) as left:
        left.written_page()
        strange = left.journal.path.with_name("z.jsonl")
        make(strange)
        told = left.recover()

        assert told.restored == [GOOD]
        assert [failure.what for failure in told.failed] == ["journal z.jsonl"]
        assert told.failed[0].message.startswith(f"{why}, so nothing in it is restored")
        assert not os.path.lexists(strange)
        assert os.path.lexists(f"{strange}.set-aside")
        assert left.recover().failed == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links")
@pytest.mark.parametrize("case", ["link", "file"])
def test_a_folder_that_is_none(reports: Path, case: str) -> None:
    """A link in place of the target's folder is not followed: what it leads to stays as it is."""
    with leaving(reports) as left:
        left.written_page()
        folder = left.journal.path.parent
        theirs = folder.rename(reports / "theirs")
        if case == "link":
            folder.symlink_to(theirs)
        else:
            folder.write_text("")
        told = left.recover()

        assert told.restored == []
        assert [failure.what for failure in told.failed] == [f"journal {folder.name}"]
        assert left.body == WRITTEN
        assert [path.name for path in theirs.iterdir()] == [left.journal.path.name]
        assert not os.path.lexists(folder)
        assert left.recover().failed == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links")
def test_a_device_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may not make one, but every system has some."""
    assert read_journal(Path("/dev/zero"), TARGET).wrong == ("is a device",)


def test_what_cannot_be_read_now_stays(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be a journal that somebody makes readable: it is named each time, and undone once it can be read."""

    def refuse(path: Path, most: int) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    with leaving(reports) as left:
        left.written_page()
        with monkeypatch.context() as unreadable:
            unreadable.setattr(journal_reading, "read_plain", refuse)
            for _ in range(2):
                told = left.recover()
                assert told.restored == []
                assert "It cannot be read (Permission denied), so nothing in it is restored." in told.failed[0].message
        assert left.recover().restored == [GOOD]


def test_a_newer_versions_journal_stays(reports: Path) -> None:
    """Only that version can undo it: this one says so each time, and undoes what it understands."""
    with leaving(reports) as left:
        path = journal_of(left, line(Opened(entry(1, what=GOOD))), line(Opened(entry(2)), version=VERSION + 1))
        content = path.read_bytes()
        first, second = left.recover(), left.recover()

        assert first.restored == [GOOD]
        for told in (first, second):
            assert "written by a newer version of this suite" in told.failed[0].message
            assert "use the version of this suite that wrote it" in told.failed[0].message
        assert path.read_bytes().startswith(content)


def test_what_cannot_be_set_aside_is_named_each_time(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that cannot be written, the good changes are undone all the same."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with leaving(reports) as left:
        path = journal_of(left, line(Opened(entry(1, what=GOOD))), b"\ngarbage\n")
        monkeypatch.setattr("scopecheck.sandbox.setting_aside._write_anew", refuse)
        told = left.recover()

        assert told.restored == [GOOD]
        assert "it cannot be set aside (Permission denied). Look in the course" in told.failed[0].message
        assert path.exists()
        assert len(left.recover().failed) == 1


def test_nothing_set_aside_is_overwritten(reports: Path) -> None:
    """What is set aside a second time gets another name."""
    with leaving(reports) as left:
        for number in range(3):
            left.journal.path.parent.mkdir(parents=True, exist_ok=True)
            left.journal.path.write_text(f"garbage {number}\n\n")
            left.recover()
        kept = sorted(path.read_text().strip() for path in left.journal.path.parent.iterdir())

    assert kept == ["garbage 0", "garbage 1", "garbage 2"]


def test_beside_a_damaged_line_nothing_counts_as_answered(reports: Path) -> None:
    """The damaged line may be the one of a later attempt: the change stays open until nothing can land any more."""
    with leaving(reports) as left:
        left.written_page()
        left.journal.answered(next(iter(left.journal._open.values())))
        path = left.journal.path
        assert read_journal(path, TARGET).entries[0].answered
        path.write_bytes(path.read_bytes() + b"\ngarbage\n")
        assert not read_journal(path, TARGET).entries[0].answered
