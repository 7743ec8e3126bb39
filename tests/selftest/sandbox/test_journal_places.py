"""The journal is found by its target from any folder: where it lies is remembered for each user."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import pytest

from scopecheck.sandbox import journal_places
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_places import forget_finished, places, remember
from scopecheck.sandbox.objects import Noun

TARGET: Final = JournalTarget("https://canvas.test", "7")


@pytest.fixture(autouse=True)
def _far_from_other_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the project's nor the current folder has reports, unless a test makes some."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(journal_places, "_PROJECT", tmp_path / "project")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the folders are remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "canvas-scope-conformance" / "journals" / f"{TARGET.slug}.json"


def reports_with_journal(folder: Path, target: JournalTarget = TARGET) -> Path:
    """A report folder with an open journal."""
    folder.mkdir(parents=True)
    Journal(folder / "journal", target, "run-main").open("file", MadeChange(Noun.FILE, target.course_id, "x"))
    return folder


def elsewhere(own: Path, target: JournalTarget = TARGET) -> list[Path]:
    """Where else a run with these reports looks, without complaint."""
    found = places(own, target)
    assert found.note == ""
    return list(found.elsewhere)


OLD_PLACES: Final = 2
"""`reports/` in the project and in the current folder, which are looked in last."""


def test_another_folder_is_remembered(tmp_path: Path, state: Path) -> None:
    """It is on disk before the first journal, by its absolute path, for its target alone, and readable for its user."""
    assert remember(Path("one"), TARGET) == ""
    assert str(tmp_path / "one") in state.read_text()
    reports_with_journal(tmp_path / "one")

    assert elsewhere(tmp_path / "two")[:-OLD_PLACES] == [tmp_path / "one"]
    assert elsewhere(tmp_path / "one")[:-OLD_PLACES] == []
    assert elsewhere(tmp_path / "two", JournalTarget("https://canvas.test", "8"))[:-OLD_PLACES] == []
    assert state.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_what_is_over_is_forgotten(tmp_path: Path, state: Path) -> None:
    """A folder whose journals are gone goes, the others stay, and the file goes with the last of them."""
    one, two = (reports_with_journal(tmp_path / name) for name in ("one", "two"))
    remember(one, TARGET)
    remember(two, TARGET)
    assert elsewhere(tmp_path / "own")[:-OLD_PLACES] == [two, one]

    (two / "journal" / TARGET.slug / "run-main.jsonl").unlink()
    forget_finished(TARGET)
    assert elsewhere(tmp_path / "own")[:-OLD_PLACES] == [one]

    (one / "journal" / TARGET.slug / "run-main.jsonl").unlink()
    forget_finished(TARGET)
    assert not state.exists()
    forget_finished(TARGET)


def test_remembering_forgets_what_is_over(tmp_path: Path, state: Path) -> None:
    """A folder in which a run never came to write does not stay."""
    (tmp_path / "one").mkdir()
    remember(tmp_path / "one", TARGET)
    remember(tmp_path / "two", TARGET)

    assert str(tmp_path / "one") not in state.read_text()


def test_where_earlier_versions_kept_it(tmp_path: Path) -> None:
    """`reports/` in the project and in the current folder are looked in without being remembered, and only once."""
    assert elsewhere(tmp_path / "own") == [tmp_path / "project" / "reports", tmp_path / "reports"]
    assert elsewhere(tmp_path / "reports") == [tmp_path / "project" / "reports"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links")
def test_one_folder_by_two_names_is_looked_in_once(tmp_path: Path, state: Path) -> None:
    """A link to the own folder is no other folder."""
    reports_with_journal(tmp_path / "one")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    remember(tmp_path / "link", TARGET)

    assert elsewhere(tmp_path / "one")[:-OLD_PLACES] == []


def written(state: Path, *folders: object, target: JournalTarget = TARGET) -> None:
    """What is remembered, as a hand would change it."""
    state.parent.mkdir(parents=True)
    state.write_bytes(msgspec.json.encode({"target": target, "reports": folders}))


def test_only_folders_that_are_there(tmp_path: Path, state: Path) -> None:
    """A relative path, a folder that is gone, a file, and a link into nowhere are passed over, and named."""
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    there = reports_with_journal(tmp_path / "there")
    written(state, "there", str(tmp_path / "gone"), str(tmp_path / "file"), str(tmp_path / "link"), "\0", str(there))

    found = places(tmp_path / "own", TARGET)
    assert found.elsewhere[:-OLD_PLACES] == (there,)
    assert f"{tmp_path / 'gone'}, {tmp_path / 'file'}, " in found.note
    assert "python -m scopecheck restore" in found.note


def a_pipe(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path)


def a_link(path: Path) -> None:
    written(path, "/")
    path.symlink_to(path.rename(path.with_name("there")))


def content(text: bytes) -> Callable[[Path], None]:
    """A file with this content."""

    def write(path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.write_bytes(text)

    return write


DAMAGES: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "no JSON": (content(b"{"), "it is damaged"),
    "surplus member": (content(b'{"x":1}'), "it is damaged"),
    "no texts": (lambda path: written(path, 7), "it is damaged"),
    "another target's": (lambda path: written(path, target=JournalTarget("https://x.test", "7")), "another course"),
    "a folder": (lambda path: path.mkdir(parents=True), "it is a folder"),
    "a pipe": (a_pipe, "it is a pipe"),
    "a link": (a_link, "it is a link"),
    "too long": (content(b" " * 1_000_001), "longer than 1,000,000 bytes"),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("case", DAMAGES)
def test_what_is_remembered_is_checked(tmp_path: Path, state: Path, case: str) -> None:
    """Where it cannot be read, that is said, and the old places are looked in all the same."""
    damage, why = DAMAGES[case]
    damage(state)
    found = places(tmp_path / "own", TARGET)

    assert why in found.note
    assert "python -m scopecheck restore" in found.note
    assert len(found.elsewhere) == OLD_PLACES


def test_it_is_written_anew_where_it_was_damaged(tmp_path: Path, state: Path) -> None:
    """One run says so; the next one finds all in order."""
    (tmp_path / "one").mkdir()
    written(state)
    state.write_text("{")

    assert remember(tmp_path / "one", TARGET) == ""
    assert elsewhere(tmp_path / "one")[:-OLD_PLACES] == []


def test_a_state_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is told so, and goes on."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    note = remember(tmp_path / "one", TARGET)

    assert "cannot be written (Not a directory)" in note
    assert "XDG_STATE_HOME" in note
    forget_finished(TARGET)


def test_a_current_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run in it looks in the project's reports only."""

    def gone() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", gone)

    assert list(places(tmp_path / "own", TARGET).elsewhere) == [tmp_path / "project" / "reports"]
