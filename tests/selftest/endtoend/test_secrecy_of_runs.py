"""No secret leaves a run in any form: not if it passes, fails or breaks, whatever pytest is told to show.

All are repeated by answers, in all forms; then all that the run wrote, printed and started is searched for them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.selftest.encodings import found_in
from tests.selftest.endtoend.echoing import Echoing, Manner, echoing
from tests.selftest.endtoend.runs import Finished, finish, run, start
from tests.selftest.sandbox.killing import worker_behind

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

CURIOUS: Final = (
    "-vv", "-rA", "-l", "--full-trace", "--durations=0", "--log-level=DEBUG", "--log-file-level=DEBUG",
    "--log-cli-level=DEBUG", "-o", "log_cli=true",
)  # fmt: skip
"""Options that show all that pytest can show."""


def curious(folder: Path, tb: str = "long") -> list[str]:
    """The same, with what writes files, into this folder."""
    return [*CURIOUS, f"--tb={tb}", f"--log-file={folder / 'log.txt'}", f"--debug={folder / 'debug.txt'}",
            "-o", "junit_logging=all", f"--canvas-record={folder / 'bundle.json'}"]  # fmt: skip


class Seen:
    """What the processes of this machine showed of themselves."""

    def __init__(self) -> None:
        self.lines: set[str] = set()
        self._over = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look until the block ends."""
        looking = threading.Thread(target=self._look)
        looking.start()
        try:
            yield
        finally:
            self._over.set()
            looking.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            for name in ("cmdline", "comm"):
                for path in Path("/proc").glob(f"[0-9]*/{name}"):
                    try:
                        self.lines.add(path.read_text("utf-8", "replace"))
                    except OSError:  # it has ended
                        continue


def leaks(folder: Path, said: str, secrets: list[str]) -> dict[str, set[str]]:
    """Where any secret is: by file, with the secrets."""
    places = {str(path.relative_to(folder)): path.read_bytes().decode("utf-8", "replace") + f"\n{path.name}"
              for path in folder.rglob("*") if path.is_file()}  # fmt: skip
    texts = {**places, "output": said}
    return {name: found for name, text in texts.items() if (found := found_in(text, secrets))}


def settings_of(canvas: Echoing, folder: Path) -> dict[str, str]:
    """A user's environment on GitHub, all of whose folders are in this one."""
    own = {
        name: str(folder / "home") for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "TMPDIR")
    }
    (folder / "home").mkdir(exist_ok=True)
    return {**canvas.settings, **own, "GITHUB_ACTIONS": "true", "CANVAS_LEASE_WAIT_SECONDS": "5"}


@pytest.mark.parametrize(("manner", "code", "workers"), [("beside", 0, "0"), ("beside", 0, "2"), ("instead", 1, "2")])
def test_a_run_tells_no_secret(tmp_path: Path, manner: Manner, code: int, workers: str) -> None:
    """Green or red, with all that pytest logs and shows."""
    with echoing(manner) as canvas:
        found = run(tmp_path / "reports", "-n", workers, *curious(tmp_path), settings=settings_of(canvas, tmp_path))
        secrets = canvas.known()

    assert found.code == code, found.output[-3000:]
    assert len(found.verdicts) == 31
    assert len(secrets) > len([*canvas.secrets]), "no token was issued"
    assert (tmp_path / "log.txt").exists()
    assert (tmp_path / "debug.txt").stat().st_size > 1000
    assert leaks(tmp_path, found.output, secrets) == {}


def test_its_processes_show_no_secret(tmp_path: Path) -> None:
    """Neither in their arguments nor, where they are started by the run, in their environment."""
    seen = Seen()
    with echoing("beside") as canvas:
        process = start(
            tmp_path / "reports", "-n", "2", "-p", "tests.selftest.endtoend.confiding", fresh=True,
            settings=settings_of(canvas, tmp_path),
        )  # fmt: skip
        with seen.watching():
            found = finish(process, tmp_path / "reports")
        secrets = canvas.known()
    environments = [path.read_text("utf-8") for path in tmp_path.rglob("environment-gw*.json")]

    assert found.code == 0, found.output
    assert len(environments) == 2
    assert all("CANVAS_SANDBOX_COURSE_ID" in each for each in environments)
    # A proxy's address is for whoever makes requests.
    assert found_in("\n".join(environments), {*secrets} - {canvas.secrets.proxy}) == set()
    assert any("pytest" in line for line in seen.lines)
    assert found_in("\n".join(seen.lines), secrets) == set()


def test_a_killed_worker_tells_none(tmp_path: Path) -> None:
    """Nor what it leaves, such as a journal with the old text of a quiz, nor what the run says of it."""
    reports = tmp_path / "reports"
    with echoing("within") as canvas:
        held = canvas.watched.hold("PUT .*/1001/quizzes/")
        # Nobody reads what it prints while it is held up: it must not be more than a pipe holds.
        process = start(
            reports,
            "-n",
            "2",
            "-l",
            f"--log-file={tmp_path / 'log.txt'}",
            "--log-file-level=DEBUG",
            settings=settings_of(canvas, tmp_path),
        )
        os.kill(worker_behind(held.wait().path, reports), signal.SIGKILL)
        left = [path.read_text("utf-8") for path in tmp_path.rglob("*-gw*.jsonl")]
        secrets = canvas.known()
        before = leaks(tmp_path, "", secrets)
        held.drop()
        found = finish(process, reports)

    assert found.code == 1, found.output[-3000:]
    assert "worker-crashed" in {cause for _, cause in found.not_granted.values()}
    assert left
    # A text with a known secret is shown masked, and is not written to: the mask would be written back.
    assert not any("•••" in journal for journal in left)
    # An old text is kept as it is, to be restored: what nobody knows to be a secret is a part of it.
    nobodys = {canvas.secrets.access, canvas.secrets.other_key, canvas.secrets.stranger}
    for shown in (before, leaks(tmp_path, found.output, secrets)):
        assert {name: some for name, some in shown.items() if not (name.endswith(".jsonl") and some <= nobodys)} == {}


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("at", ["case", "run"])
def test_a_broken_run_tells_none(tmp_path: Path, at: str, workers: str) -> None:
    """An error in the suite, in a case or in the run, whose words and variables have secrets in them."""
    with echoing("beside") as canvas:
        breaking = {"BROKEN_WITH": " ".join(canvas.known()), "BROKEN_AT": at}
        found: Finished = run(
            tmp_path / "reports", "-n", workers, *curious(tmp_path, "auto" if at == "run" else "long"),
            "-p", "tests.selftest.endtoend.breaking", settings=settings_of(canvas, tmp_path) | breaking,
        )  # fmt: skip
        secrets = canvas.known()

    assert found.code == (1 if at == "case" else 3), found.output[-3000:]
    assert "RuntimeError: broken with •••" in found.output
    assert leaks(tmp_path, found.output, secrets) == {}
