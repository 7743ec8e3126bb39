"""Whole runs as a user starts them: the pytest command in a separate process, and its reports read back.

On Linux most are forked from a process that has imported everything, for what a run imports takes it and each of its
workers longer than the run itself. `fresh` ones start from nothing, as a user's do.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol
from xml.etree import ElementTree

from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.forking.starting import fork_run, start_server

ROOT = Path(__file__).resolve().parents[3]
LONGEST_S = 120


@dataclass
class Finished:
    """One run that has ended."""

    code: int
    output: str
    reports: Path

    @cached_property
    def document(self) -> dict[str, Any]:
        """scopes.json."""
        found: dict[str, Any] = json.loads((self.reports / "scopes.json").read_text("utf-8"))
        return found

    @property
    def verdicts(self) -> dict[str, str]:
        """Scope to verdict, according to scopes.json."""
        return {row["scope"]: row["verdict"] for row in self.document["scopes"]}

    @property
    def not_granted(self) -> dict[str, tuple[str, str | None]]:
        """Scope to verdict and cause, of those not granted."""
        rows = self.document["scopes"]
        return {row["scope"]: (row["verdict"], row["cause"]) for row in rows if row["verdict"] != "granted"}

    @property
    def junit(self) -> dict[str, str]:
        """Case name to `passed`, `failed` or `skipped`, according to junit.xml."""
        # The file is our own, written a moment ago.
        root = ElementTree.parse(self.reports / "junit.xml").getroot()  # noqa: S314
        return {case.attrib["name"]: _outcome(case) for case in root.iter("testcase")}

    @property
    def allure(self) -> dict[str, dict[str, Any]]:
        """Allure's results by name."""
        files = (self.reports / "allure-results").glob("*-result.json")
        results = [json.loads(file.read_text("utf-8")) for file in files]
        return {result["name"]: result for result in results}


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def environment(reports: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """A user's environment without any Canvas, regardless of this machine's own settings and `.env`."""
    return {**_without_settings(), "CANVAS_REPORTS": str(reports), **(settings or {})}


def _without_settings() -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("CANVAS_", "PYTEST_"))}
    bare.pop("CI", None)
    return {**bare, "PYTHON_DOTENV_DISABLED": "1"}


def leading_to(canvas: EmbeddedCanvas, *, sandbox: bool = True) -> dict[str, str]:
    """Settings that point to a running embedded Canvas as to any other."""
    known = canvas.credentials
    course = {"CANVAS_SANDBOX_COURSE_ID": known.course_id, "CANVAS_SANDBOX_COURSE_NAME": known.course_name}
    return {
        "CANVAS_BASE_URL": canvas.url,
        "CANVAS_CLIENT_ID": known.client_id,
        "CANVAS_REDIRECT_URI": known.redirect_uri,
        "CANVAS_ACCESS_TOKEN": known.access_token,
        **(course if sandbox else {}),
    }


class Process(Protocol):
    """A process, by what tests do to it."""

    pid: int
    returncode: int | Any

    def send_signal(self, number: signal.Signals, /) -> None: ...
    def wait(self) -> int: ...
    def communicate(self, *, timeout: float) -> tuple[str, Any]: ...


def start(reports: Path, *arguments: str, settings: Mapping[str, str] | None = None, fresh: bool = False) -> Process:
    """Start a run without waiting for it."""
    if sys.platform == "linux" and not fresh:
        return fork_run(_server(), arguments, ROOT, environment(reports, settings))
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=environment(reports, settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@cache
def _server() -> socket.socket:
    return start_server(ROOT, _without_settings())


def finish(process: Process, reports: Path) -> Finished:
    """Wait for a run's end."""
    output, _ = process.communicate(timeout=LONGEST_S)
    return Finished(process.returncode, output, reports)


def run(reports: Path, *arguments: str, settings: Mapping[str, str] | None = None, fresh: bool = False) -> Finished:
    """A run from start to finish."""
    return finish(start(reports, *arguments, settings=settings, fresh=fresh), reports)
