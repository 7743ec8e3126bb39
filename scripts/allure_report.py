"""Make the Allure report from a run's Allure results, with a tool that runs on Node.

Without Node it says so in one line; no other report needs it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess  # starts npm and Node, with arguments as a list
import sys
import tempfile
from pathlib import Path
from typing import Final

from scopecheck.config.scopes_file import load_scopes_file
from scopecheck.config.settings import reports_folder, without_secrets
from scopecheck.report.allure.config import allure_config

ROOT: Final = Path(__file__).resolve().parents[1]
TOOL: Final = ROOT / "scripts" / "allure"
"""The folder where package.json pins the tool, and where it is installed."""

OLDEST_NODE: Final = 20
_ANALYTICS: Final = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*<script>(?:(?!</script>).)*</script>',
    re.DOTALL,
)


class NoReport(Exception):
    """The Allure report could not be made; says why in a few words."""


def generate(results: Path, reports: Path) -> Path:
    """Make `reports`/allure-report/index.html, and add the run to the history for its trends.

    Raises NoReport if Node or the tool is missing, or the tool fails.
    """
    command = [_node(), str(_installed()), "generate"]
    with tempfile.TemporaryDirectory() as folder:
        # With both options it ignores any configuration that happens to be in the working directory.
        config = Path(folder) / "allurerc.json"
        config.write_text(json.dumps(allure_config(load_scopes_file(reports / "scopes.json"), reports)), "utf-8")
        _run([*command, "--config", str(config), "--cwd", folder, str(results)], Path(folder))
    page = reports / "allure-report" / "index.html"
    page.write_text(without_analytics(page.read_text("utf-8")), "utf-8")
    return page


def without_analytics(page: str) -> str:
    """The report without the tag that reports each reader to a third party; the tool has no option for that."""
    return _ANALYTICS.sub("", page)


def _node() -> str:
    node = shutil.which("node")
    version = _run([node, "--version"], ROOT) if node else ""
    if not node or int(version.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        found = f"this is {version.strip()}" if node else "it is not installed"
        msg = f"it needs Node {OLDEST_NODE} or newer, and {found}"
        raise NoReport(msg)
    return node


def _installed() -> Path:
    """The path of the tool, which is installed on first use and when its pinned versions change."""
    modules = TOOL / "node_modules"
    wanted = hashlib.sha256((TOOL / "package-lock.json").read_bytes()).hexdigest()
    stamp = modules / "package-lock.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        npm = shutil.which("npm")
        if not npm:
            msg = "it needs npm, which is not installed"
            raise NoReport(msg)
        print("Setting up the Allure report (once; takes about 15 seconds) ...", flush=True)
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], TOOL)
        stamp.write_text(wanted)
    return modules / "allure" / "cli.js"


def _run(command: list[str], folder: Path) -> str:
    bare = without_secrets(os.environ)
    done = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)  # noqa: S603  # see import
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        msg = f"{Path(command[0]).stem} failed: {said[-1]}"
        raise NoReport(msg)
    return done.stdout


def main() -> None:
    """Make the report of the run that just ended; takes pytest's arguments, and finds its folders in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--newer-than", type=float, default=0.0, help="make it only if the reports are newer (Unix seconds)"
    )
    parser.add_argument("--canvas-reports")
    parser.add_argument("--alluredir")
    parser.add_argument("--no-allure-report", action="store_true")
    asked, _ = parser.parse_known_args()
    reports = reports_folder({"canvas_reports": asked.canvas_reports}, ROOT).resolve()
    document = reports / "scopes.json"
    if asked.no_allure_report or not document.exists() or document.stat().st_mtime < asked.newer_than:
        return
    try:
        print(f"Allure report: {generate(Path(asked.alluredir or reports / 'allure-results').resolve(), reports)}")
    except NoReport as reason:
        print(f"No Allure report: {reason}. All other reports were written.", file=sys.stderr)


if __name__ == "__main__":
    main()
