"""Each run that the README shows, as a user starts it: a process of its own, which writes its reports."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.selftest.commands.running import serve
from tests.selftest.documents.command_lines import CommandLine, command_lines
from tests.selftest.documents.markdown import README
from tests.selftest.documents.scene import Scene
from tests.selftest.endtoend.runs import run

CODES: Final = {
    ("--without-scope", "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"): 1,
    ("--embedded", "enforce_scopes=false"): 1,
    ("-n", "0", "-k", "pages"): 1,  # not all scopes of the profile were tested
}
"""The exit code of what does not end with 0."""

OWN_MODE: Final = ("--canvas-mode", "--canvas-required")
"""Options of those who have a Canvas; all else is shown on the embedded one."""

LINES: Final = [line for line in command_lines() if line.is_run and line.place.document == README]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_it_ends_as_the_document_says(line: CommandLine, tmp_path: Path) -> None:
    """With its exit code and a scopes.json that agrees with it."""
    options = line.words[2:]
    with serve(throttle=False) as canvas:
        settings = Scene(tmp_path, canvas).settings if " ".join(options).startswith(OWN_MODE) else {}
        ended = run(tmp_path, *options, "-n", "0", settings=settings)

    assert ended.code == CODES.get(options, 0), f"{line}\n{ended.output}"
    assert ended.document["conformant"] is (ended.code == 0)
    assert ended.document["target"]["embedded"] is not bool(settings)
