"""The command line of the conformance run."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.definitions import SETTINGS

ROOT = Path(__file__).parents[2]
CONFORMANCE = ROOT / "tests" / "conformance"
_ASKING = ("collectonly", "help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")
"""pytest's options that run no case."""


def add_options(parser: pytest.Parser) -> None:
    """One option for each setting that is not secret, plus the options of a run and of the embedded Canvas."""
    group = parser.getgroup("canvas", "Canvas scope conformance")
    for setting in SETTINGS:
        if not setting.secret:
            group.addoption(setting.option, default=None, metavar="VALUE", help=setting.help)
    group.addoption("--allow-students", action="store_true", help="write even if the sandbox course has students")
    group.addoption(
        "--canvas-record",
        default=None,
        metavar="FILE",
        help="save the run's exchanges, without anything private, as a file to attach to a bug report",
    )
    group.addoption("--no-allure-report", action="store_true", help="scripts/check: do not build the Allure report")
    group.addoption(
        "--without-scope",
        action="append",
        default=[],
        metavar="SCOPE",
        help="embedded Canvas: remove a scope from key and token (repeatable)",
    )
    group.addoption(
        "--embedded",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="embedded Canvas: set any other state, for example enforce_scopes=false (repeatable)",
    )


def judges(config: pytest.Config) -> bool:
    """Whether cases will run: not if the command line only asks what there is."""
    return not any(getattr(config.option, name, False) for name in _ASKING)


def results_folder(config: pytest.Config) -> str | None:
    """Where Allure's results go; None where allure-pytest is switched off (`-p no:allure_pytest`), or not yet told."""
    found: str | None = getattr(config.option, "allure_report_dir", None)
    return found


def bundle_path(config: pytest.Config) -> Path | None:
    """Where to save the run's exchanges; raises pytest.UsageError if there is no such folder."""
    given = config.getoption("canvas_record")
    if not given:
        return None
    path: Path = config.invocation_params.dir / given
    if not path.parent.is_dir() or path.is_dir():
        raise pytest.UsageError(f"--canvas-record is {given!r}, which is not a file in an existing folder; name one.")
    return path


def concerns_conformance(config: pytest.Config) -> bool:
    """Whether the command line selects the conformance cases, or nothing (and not, say, only the self-tests)."""
    paths = [_path(config, argument) for argument in config.args]
    selects = any(path.is_relative_to(CONFORMANCE) or CONFORMANCE.is_relative_to(path) for path in paths)
    return selects or len(strays(config)) == len(paths)


def strays(config: pytest.Config) -> list[str]:
    """The words on the command line that name nothing; whoever works on tests hears of theirs from pytest."""
    paths = {argument: _path(config, argument) for argument in config.args}
    return [each for each, path in paths.items() if not (path.exists() or path.is_relative_to(CONFORMANCE.parent))]


def _path(config: pytest.Config, argument: str) -> Path:
    return (config.invocation_params.dir / argument.split("::")[0]).resolve()
