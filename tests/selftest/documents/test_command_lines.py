"""Every command line of this project's own command that the documents show does what they say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from scopecheck.config.definitions import SETTINGS
from tests.selftest.commands.running import serve
from tests.selftest.documents.command_lines import CommandLine, command_lines
from tests.selftest.documents.markdown import README
from tests.selftest.documents.scene import Scene, filled_in, judged

CODES: Final = {
    "check --embedded allow_includes=false": 1,
    "check --embedded role=teacher --embedded version=old": 1,
    "check --embedded token_state=revoked": 1,
    "check --embedded faults=503-html:pages": 1,
    "check --embedded role=ally --embedded denied=manage_wiki_update": 1,
    "check --embedded role=ally --embedded denied_below=11:read_course_content": 1,
    "check --embedded role=sub-account-admin": 1,
    "role plan --login ally-bot": 1,
}
"""The exit code of what does not end with 0."""

NAMED: Final = frozenset({"diff", "role"})
"""Commands that a sentence only names: they need an action or files. Their help has to do."""

WRITES: Final = ("--output", "--html", "--canvas-record")
"""Options that name a file which is then there."""

EXERCISED: Final = frozenset({"check --embedded role=ally --embedded denied=manage_wiki_update"})
"""Runs whose point only exercise mode shows."""

HERE: Final = [line for line in command_lines() if line.is_cli or (line.is_run and line.place.document != README)]
"""The README's runs are whole ones, in processes of their own: test_readme_runs.py."""


def ended_well(*_: str, root: Path) -> int:
    """Stands for the run at the end of `setup`, which is that of any other line."""
    return 0


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A folder, and a Canvas with all set up."""
    for name in (*(setting.variable for setting in SETTINGS), "PYTHON_DOTENV_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    with serve(throttle=False) as canvas:
        yield Scene(tmp_path, canvas)


@pytest.mark.parametrize("line", HERE, ids=str)
def test_it_ends_as_the_document_says(line: CommandLine, scene: Scene) -> None:
    """Executed with the settings that it takes, and a person who agrees, it ends well and writes what it names."""
    words = filled_in(line.words[1:])
    code = CODES.get(" ".join(words), 0)
    if " ".join(words) in NAMED:
        words.append("--help")
    if " ".join(words) in EXERCISED:
        words.append("--canvas-mode=exercise")
    ran = scene.execute(words, ended_well if words[0] == "setup" else judged)

    assert ran.code == code, f"{line}\n{ran.out}\n{ran.err}"
    written = [after for option, after in pairwise(words) if option in WRITES]
    assert [name for name in written if not (scene.folder / name).exists()] == []
