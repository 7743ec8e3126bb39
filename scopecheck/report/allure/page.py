"""Make the Allure report from a run's Allure results, with a tool that runs on Node. No other report needs it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess  # starts npm and Node, with arguments as a list
import tempfile
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from scopecheck.config.atomic_write import require_writable
from scopecheck.config.scopes_file import load_scopes_file
from scopecheck.config.settings import without_secrets
from scopecheck.model.foreign_text import clean
from scopecheck.report.allure.config import allure_config

TOOL: Final = Path(__file__).parent / "tool"
"""The folder where package.json pins the tool."""

OLDEST_NODE: Final = 20
_PINS: Final = ("package.json", "package-lock.json")
_ANALYTICS: Final = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*<script>(?:(?!</script>).)*</script>',
    re.DOTALL,
)


_COLOR: Final = re.compile(r"\x1b\[[\d;]*m")


class NoReport(Exception):
    """The Allure report could not be made; says why in a few words."""


def generate(results: Path, reports: Path) -> Path:
    """Make `reports`/allure-report/index.html, and add the run to the history for its trends.

    Raises NoReport if Node or the tool is missing, or the tool fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [_node(Path(folder)), str(_installed() / "node_modules" / "allure" / "cli.js"), "generate"]
        # With both options it ignores any configuration that happens to be in the working directory.
        config = Path(folder) / "allurerc.json"
        config.write_text(json.dumps(allure_config(load_scopes_file(reports / "scopes.json"), reports)), "utf-8")
        # The tool takes a path for a pattern, so it gets one without anything special in it.
        shutil.copytree(results, Path(folder) / "allure-results")
        _run([*command, "--config", str(config), "--cwd", folder, "allure-results"], Path(folder))
    page = reports / "allure-report" / "index.html"
    page.write_text(without_analytics(page.read_text("utf-8")), "utf-8")
    return page


def without_analytics(page: str) -> str:
    """The report without the tag that reports each reader to a third party; the tool has no option for that."""
    return _ANALYTICS.sub("", page)


def _node(folder: Path) -> str:
    node = shutil.which("node")
    version = _run([node, "--version"], folder) if node else ""
    if not node or int(version.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        found = f"this is {version.strip()}" if node else "it is not installed"
        msg = f"it needs Node {OLDEST_NODE} or newer, and {found}"
        raise NoReport(msg)
    return node


def tool_folder() -> Path:
    """Where the tool is installed: in the user's cache, once for each set of pinned versions."""
    wanted = hashlib.sha256((TOOL / "package-lock.json").read_bytes()).hexdigest()
    return user_cache_path("canvas-scope-check", appauthor=False) / f"allure-{wanted[:16]}"


def _installed() -> Path:
    """The folder of the tool, which is installed on first use and when its pinned versions change."""
    folder = tool_folder()
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if not npm:
        msg = "it needs npm, which is not installed"
        raise NoReport(msg)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        require_writable(folder.parent)
        print("Setting up the Allure report (once; takes about 15 seconds) ...", flush=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as making:
            _install(npm, Path(making) / "tool", folder)
    except OSError as error:
        msg = f"{folder.parent} cannot be written to ({error.strerror}); set XDG_CACHE_HOME to a folder that can"
        raise NoReport(msg) from None
    return folder


def _install(npm: str, making: Path, folder: Path) -> None:
    """Install the tool whole or not at all, whoever else does so meanwhile."""
    making.mkdir()
    for name in _PINS:
        shutil.copyfile(TOOL / name, making / name)
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], making)
    try:
        making.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _run(command: list[str], folder: Path) -> str:
    bare = {**without_secrets(os.environ), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)  # noqa: S603  # see import
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        msg = f"{Path(command[0]).stem} failed: {clean(_COLOR.sub('', said[-1]))}"
        raise NoReport(msg)
    return done.stdout
