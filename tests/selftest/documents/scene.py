"""Where command lines of the documents are executed: a folder with `.env` and files, a Canvas, and a person."""

from __future__ import annotations

import io
import re
import sys
import webbrowser
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from scopecheck.bundle.bundle import write_bundle
from scopecheck.bundle.recorder import Recorder
from scopecheck.bundle.recording import Recording
from scopecheck.bundle.replay import judge_here
from scopecheck.commands import demo, suite
from scopecheck.commands.check import COMMAND as CHECK
from scopecheck.config.settings import load_settings
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.fleet import runs
from scopecheck.model.exit_code import ExitCode
from scopecheck.report.subject import Subject
from scopecheck.report.write import write_reports
from scopecheck.run.embedded_target import Embedded
from scopecheck.run.plan import Plan
from tests.selftest.bundle.recording import TAG, a_canvas, record_run
from tests.selftest.commands.consenting import User
from tests.selftest.commands.running import Ran, run
from tests.selftest.documents.markdown import ROOT, lines
from tests.selftest.exercises.sweep import HASTY, SCOPES

STAND_FOR: Final = {
    "FILE": "scopes.txt", "LOG-IN": "ally-bot", "NAME": "ally", "NEW": "tuesday.json", "OLD": "monday.json",
    "STATE": "a teacher",
    "fixtures/profiles/NAME.toml": "made.toml", "--canvas-profile=NAME": "--canvas-profile=ally",
}  # fmt: skip
"""What a reader puts in the place of a word."""


def filled_in(words: Iterable[str]) -> list[str]:
    """The words as a reader would type them."""
    return [STAND_FOR.get(word, word) for word in words]


TARGETS: Final = ROOT / "docs" / "how-to" / "check-many-canvases.md"
"""The document that shows a file of targets."""

Start = Callable[..., int]
"""Starts a run: takes pytest's arguments and the folder of `.env`, and gives the exit code."""


@dataclass
class Scene:
    """Where a command line is executed: in a folder, with this Canvas in its `.env`."""

    folder: Path
    canvas: EmbeddedCanvas

    def execute(self, words: Iterable[str], start: Start) -> Ran:
        """Execute what stands after the command's name."""
        given = [*words]
        if given[0] == "check":
            given.append("--no-allure-report")  # Node is not everywhere
        if not {"--embedded", "--without-scope"} & {*given}:
            (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))
        self._write_files(given)
        user = User()
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(self.folder)
            patched.setattr(webbrowser, "open", lambda address: address.endswith("/demo") or user.open(address))
            patched.setattr(demo, "until_interrupted", ctrl_c)
            patched.setattr(suite, "run_pytest", start)
            patched.setattr(runs, "Child", EndedWell)
            return run(self.folder, *given, typed=Person(user))

    @property
    def settings(self) -> dict[str, str]:
        """All settings of a run on this Canvas."""
        known = self.canvas.credentials
        return {
            "CANVAS_BASE_URL": self.canvas.url,
            "CANVAS_CLIENT_ID": known.client_id,
            "CANVAS_CLIENT_SECRET": known.client_secret,
            "CANVAS_REDIRECT_URI": known.redirect_uri,
            "CANVAS_ACCESS_TOKEN": known.access_token,
            "CANVAS_ADMIN_TOKEN": known.admin_token,
            "CANVAS_SANDBOX_COURSE_ID": known.course_id,
            "CANVAS_SANDBOX_COURSE_NAME": known.course_name,
        }

    def _write_files(self, named: Iterable[str]) -> None:
        """Write those that a command line reads."""
        for name in named:
            path = self.folder / name.rpartition("=")[2]
            if path.name == "scopes.txt":
                path.write_text("\n".join(SCOPES), "utf-8")
            elif path.name == "my-tool.toml" and "--output" not in named:
                run(self.folder, "profile", "new", self._scopes(), "--output", path)
            elif path.name == "bundle.json" and "--output" not in named:
                write_bundle(path, record_run(a_canvas(), "probe").bundle)
            elif path.suffix == ".json" and "diff" in named:
                path.write_bytes(self._night())
            elif path.name == "targets.toml":
                self._write_targets(path)

    def _write_targets(self, path: Path) -> None:
        """Write the file of targets that a document shows, and set the variables that it names."""
        shown = [line.text for line in lines(TARGETS) if line.language == "toml"]
        path.write_text("\n".join(shown), "utf-8")
        variables = {name for text in shown if text.startswith("secrets") for name in re.findall(r'"(\w+)"', text)}
        (self.folder / ".env").write_text("".join(f"{name}=made-up-token\n" for name in variables))

    def _scopes(self) -> Path:
        path = self.folder / "scopes.txt"
        path.write_text("\n".join(SCOPES), "utf-8")
        return path

    def _night(self) -> bytes:
        """The scopes.json of a run."""
        path = self.folder / "night" / "scopes.json"
        if not path.exists():
            judged(f"--canvas-reports={path.parent}", "--canvas-mode=probe", root=self.folder / "elsewhere")
        return path.read_bytes()


class EndedWell:
    """Stands for the process of a target, which ends at once."""

    def __init__(self, *_: object, **__: object) -> None:
        """Whatever it was to do."""

    def poll(self) -> int:
        """Its exit code."""
        return 0


@dataclass
class Person:
    """Agrees to all that is asked, and where a browser's final address is wanted, pastes it."""

    user: User

    def readline(self) -> str:
        """The next line."""
        assert isinstance(sys.stdout, io.StringIO)
        said = sys.stdout.getvalue()
        if said.rstrip().endswith("[y/N]"):
            return "y\n"
        if not self.user.ended_on:
            self.user.open(re.findall(r"^http\S+/login/oauth2/auth\S+$", said, re.MULTILINE)[-1])
        return f"{self.user.ended_on}\n"


def ctrl_c() -> None:
    """What ends a command that serves until then."""
    raise KeyboardInterrupt


def judged(*arguments: str, root: Path) -> int:
    """A run in this process, with its reports; it knows the suite's own options, none of pytest's.

    It is in probe mode, which takes half the time, unless a mode is asked for.
    """
    parser = ArgumentParser(allow_abbrev=False)
    CHECK.add_options(parser)
    parser.add_argument("--canvas-record", type=Path)
    options = parser.parse_args(arguments)
    settings = load_settings({**vars(options), "canvas_mode": options.canvas_mode or "probe"}, root)
    embedded = None if settings.base_url else Embedded.start(settings.profile, options.without_scope, options.embedded)
    try:
        given = embedded.settings(settings) if embedded else settings
        recorder = Recorder(Recording.of(given, TAG))
        plan = Plan(TAG, "2026-01-01T00:00:00Z", patience=HASTY, record=recorder.by if options.canvas_record else None)
        wanted = [str(requirement.scope) for requirement in given.profile.requirements]
        setup, found = judge_here(given, plan, wanted, embedded=bool(embedded))
    finally:
        if embedded:
            embedded.stop()
    if options.canvas_record:
        write_bundle(options.canvas_record, recorder.bundle(given, plan, setup, found, embedded=bool(embedded)))
    subject = Subject(given.profile, found)
    write_reports(given.reports, subject)
    return ExitCode.OK if subject.conformant else ExitCode.NOT_CONFORMANT
