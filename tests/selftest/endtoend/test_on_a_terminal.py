"""A run as somebody sees it who watches it on a terminal: a real one, of the operating system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scopecheck.report.headline import DEMONSTRATION
from scopecheck.report.terminal import whole
from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.endtoend.runs import LONGEST_S, ROOT, environment, run
from tests.selftest.pytest_plugin.emulated import on_terminal

PAGES_PUT = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
GREEN = f"{DEMONSTRATION} All 31 scopes are granted; the role's other permissions were not read."


def seen(reports: Path, *arguments: str, width: int, **variables: str) -> str:
    """All that a run writes to a terminal of this width."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    known = {name: value for name, value in environment(reports).items() if name not in {"COLUMNS", "NO_COLOR"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env={**known, "TERM": "xterm", **variables},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    # A terminal whose last program has gone gives an error in place of an end.
    while part := _read(ours):
        written += part
    os.close(ours)
    process.wait(LONGEST_S)
    return written.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_one_line_counts_and_is_gone_at_the_end(tmp_path: Path) -> None:
    """With xdist, at 80 columns: it counts up to the last case, names scopes, and leaves neither itself nor a gap."""
    written = seen(tmp_path, "-n", "2", "--without-scope", PAGES_PUT, "--embedded", "latency_ms=60", width=80)
    lines, report = on_terminal(written), tmp_path / "scopes.html"

    assert written.startswith("\rPreparing: ")
    assert all(f"\r{number} of 40  " in written for number in range(40))
    assert "\r40 of 40  cleaning up and writing the reports" in written
    assert "  Pages: PUT /courses/:course_id/pages/:url_or_id" in written
    assert not [line for line in lines if " of 40" in line or "Preparing" in line]
    assert [line for line in lines if "/31]" in line] == [f"[31/31] ✗ missing       {whole(PAGES_PUT)}"]
    assert f"\x1b]8;;{report.as_uri()}\a{report}\x1b]8;;\a" in written
    assert "\x1b[31;1m✗ missing\x1b[0m" in written


def test_a_narrow_terminal_cuts_nothing(tmp_path: Path) -> None:
    """Without xdist, at 60 columns and with NO_COLOR: no line but a scope or path is wider, and no color is there."""
    reports = tmp_path / "Reports of a long and odd name" / "é"
    written = seen(reports, "-n", "0", width=60, NO_COLOR="1")
    table = written.partition("verdict ")[2].replace("\r\n", "\n").splitlines()
    named = {line.rpartition("  ")[2] for line in table}

    assert "\x1b[" not in written
    assert {whole(scope) for scope in SCOPES} <= named
    assert [line for line in table if len(line) > 60 and not line.endswith(("\a", "/migrations"))] == []
    assert f"\a{reports / 'scopes.html'}\x1b]8;;\a" in written


def test_quiet_is_one_sentence(tmp_path: Path) -> None:
    """No word of pytest or xdist."""
    quiet = run(tmp_path, "-n", "2", "-q")

    assert quiet.code == 0
    assert " ".join(quiet.output.split()) == f"– {GREEN}"


def test_without_a_terminal_there_are_plain_lines(tmp_path: Path) -> None:
    """One for each case, in order and with no control character; its cause too if more is asked for."""
    plain = run(tmp_path, "-n", "0", "-v", "--without-scope", PAGES_PUT).output

    assert "\r" not in plain
    assert "\x1b" not in plain
    assert "[ 1/31] ✓ granted       GET /accounts\n[ 2/31] " in plain
    assert f"✗ missing       (scope-missing-on-key)\n  {whole(PAGES_PUT)}\n" in plain
    assert "scope-missing-on-key: " in plain.partition("verdict  ")[2]
    assert "test_scopes.py" not in plain
