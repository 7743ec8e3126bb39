"""Whole runs against a Canvas that misbehaves: they end in time, in little memory, and with readable reports."""

from __future__ import annotations

import gzip
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from tests.selftest.endtoend.runs import ROOT, environment, run
from tests.selftest.model.test_foreign_text import is_harmless
from tests.selftest.sandbox.killing import to
from tests.selftest.sandbox.watching import Watched, watching
from tests.selftest.transport.hostile import bomb

MEGABYTE: Final = 1_000_000
MOST_MEMORY_KB: Final = 300_000
WORDS: Final = "::error::x\n\x1b[31m##[error]x \u202e ::set-output name=conformant::true "

LONG_ERROR: Final = json.dumps({"errors": [{"message": WORDS * (20 * MEGABYTE // len(WORDS))}]}).encode()
SHORT_ERROR: Final = json.dumps({"errors": [{"message": WORDS}]}).encode()
HALVES: Final = b'{"errors": [{"message": "\\ud800 \\udc00"}], "name": "\\udfff"}'
LONG_LIST: Final = b"[" + b'{"id":1},' * (50 * MEGABYTE // 9) + b'{"id":1}]'


def answers() -> Iterator[tuple[int, bytes, tuple[tuple[str, str], ...]]]:
    """Status, body and headers of one hostile answer after the other."""
    return itertools.cycle(
        [
            (200, bomb(), (("Content-Encoding", "gzip"),)),
            (422, LONG_ERROR, ()),
            (422, SHORT_ERROR, (("Server", "::error::x \x1b[31m##[error]x"),)),
            (422, HALVES, ()),
            (200, LONG_LIST, ()),
            (422, gzip.compress(SHORT_ERROR), (("Content-Encoding", "gzip"),)),
        ]
    )


@contextmanager
def misbehaving() -> Iterator[Watched]:
    """A Canvas that answers what is asked of content with what no Canvas would."""
    with watching() as watched:
        handle, following = watched.canvas.canvas.handle, answers()

        def handle_badly(request: Request) -> Response | Broken:
            answer = handle(request)
            content = request.path.count("/") > 4 and request.path.startswith("/api/v1/courses/")
            if isinstance(answer, Broken) or not content:
                return answer
            status, body, headers = next(following)
            kept = [header for header in answer.headers if header[0].lower() not in {"content-length", "server"}]
            return replace(answer, status=status, body=body, headers=(*kept, *headers))

        with patch.object(watched.canvas.canvas, "handle", handle_badly):
            yield watched


_MEASURED: Final = """\
import re, sys, pytest
code = pytest.main(sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
raise SystemExit(code)
"""
"""Runs pytest, then prints the most memory that the process had, in KB."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_run_takes_little_memory(tmp_path: Path) -> None:
    """A gigabyte in a gzip, lists of 50 MB and errors of 20 MB: no process of 300 MB, no report of a megabyte."""
    with misbehaving() as canvas:
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, "-n", "0"],
            cwd=ROOT, env=environment(tmp_path, to(canvas)), capture_output=True, text=True, timeout=200,
        )  # fmt: skip

    assert done.returncode == 1, done.stdout
    assert int(done.stderr.split()[-1]) < MOST_MEMORY_KB
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < 5 * MEGABYTE


def test_a_run_says_nothing_harmful(tmp_path: Path) -> None:
    """Workers hand their results over, whatever is in them, and neither log nor reports contain a command."""
    with misbehaving() as canvas:
        # Where GitHub reads along, a run gives commands of its own.
        found = run(tmp_path, "-n", "2", settings={**to(canvas), "GITHUB_ACTIONS": "false"})

    assert found.code == 1, found.output
    assert is_harmless(found.output)
    assert {cause for _, cause in found.not_granted.values()} <= {
        "not-canvas-answering", "refused-by-canvas", "refused-in-unknown-words", "unexpected-answer",
    }  # fmt: skip
    assert len(found.junit) == len(found.allure)
    for name in ("scopes.md", "scopes.html", "scopes.json", "junit.xml", "ctrf.json"):
        assert is_harmless((tmp_path / name).read_text("utf-8"))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_ends_when_its_time_is_used_up(tmp_path: Path, workers: str) -> None:
    """What was not tested by then is unproved and says so; what was changed is restored."""
    with watching(faults=(Fault("hang", match="/quizzes"),)) as canvas:
        before = canvas.content
        started = time.monotonic()
        found = run(tmp_path, "-n", workers, settings={**to(canvas), "CANVAS_RUN_SECONDS": "6"})
        took = time.monotonic() - started

        assert found.code == 1, found.output
        assert canvas.content == before
    assert took < 20
    assert "run-out-of-time" in {cause for _, cause in found.not_granted.values()}
    assert set(found.not_granted.values()) == {("unproved", "run-out-of-time")}
    assert "CANVAS_RUN_SECONDS" in found.output
    assert not (tmp_path / "journal").exists()
