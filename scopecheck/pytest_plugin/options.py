"""The command line of the conformance run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from scopecheck.config.definitions import SETTINGS
from scopecheck.installation import CHECK, CHECKOUT, CONFORMANCE, PYTEST_INI

SETUP_KEY = "scope_conformance_setup"
"""Where xdist's input for a worker has the handover, if the worker is to judge cases."""
_ASKING = ("collectonly", "help", "version", "markers", "showfixtures", "show_fixtures_per_test", "cacheshow")
"""pytest's options that run no case."""
_GROUP: Final = ("canvas", "Canvas scope conformance")
_RUN: Final[dict[str, dict[str, Any]]] = {
    "allow-students": {"action": "store_true", "help": "write even if the sandbox course has students"},
    "without-scope": {
        "action": "append",
        "default": [],
        "metavar": "SCOPE",
        "help": "embedded Canvas: remove a scope from key and token (repeatable)",
    },
    "embedded": {
        "action": "append",
        "default": [],
        "metavar": "KEY=VALUE",
        "help": "embedded Canvas: set any other state, for example enforce_scopes=false (repeatable)",
    },
}
"""The options that also have a short name, without `canvas-`: what they are to pytest."""


def add_options(parser: pytest.Parser) -> None:
    """One option for each setting that is not secret, plus the options of a run and of the embedded Canvas.

    All begin with `--canvas-`: whoever installs this suite beside their own tests has options of their own.
    """
    group = parser.getgroup(*_GROUP)
    for setting in SETTINGS:
        if not setting.secret:
            group.addoption(setting.option, default=None, metavar="VALUE", help=setting.help)
    group.addoption(
        "--canvas-folder",
        default=None,
        metavar="DIR",
        help="the folder of .env (default: the current one)",
    )
    group.addoption(
        "--canvas-record",
        default=None,
        metavar="FILE",
        help="save the run's exchanges, without anything private, as a file to attach to a bug report",
    )
    for name, attributes in _RUN.items():
        group.addoption(f"--canvas-{name}", **attributes)


def add_short_names(parser: pytest.Parser) -> None:
    """The names that only a run of this suite alone may take, and the option that `check` itself reads."""
    group = parser.getgroup(*_GROUP)
    for name, attributes in _RUN.items():
        same = {**attributes, "help": f"short for --canvas-{name}"}
        group.addoption(f"--{name}", dest=f"canvas_{name.replace('-', '_')}", **same)
    group.addoption(
        "--no-allure-report",
        dest="canvas_no_allure_report",
        action="store_true",
        help=f"{CHECK}: do not build the Allure report",
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


def root(config: pytest.Config) -> Path:
    """The folder of `.env`, where relative paths in it begin."""
    named = config.option.canvas_folder
    own = CHECKOUT if _in_checkout(config) and CHECKOUT else config.invocation_params.dir
    return Path(config.invocation_params.dir / named if named else own)


def add_cases(config: pytest.Config) -> None:
    """Have the command line that names no test, and was made by a command of this suite, select the cases."""
    if config.option.canvas_folder and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(CONFORMANCE)]


def concerns_conformance(config: pytest.Config) -> bool:
    """Whether the command line selects the conformance cases, or, where they are at home, nothing.

    Not, say, if it selects only the self-tests, or tests of a project that this suite is installed beside.
    """
    paths = [_path(config, argument) for argument in config.args]
    if any(path.is_relative_to(CONFORMANCE) for path in paths):
        return True
    selects = any(CONFORMANCE.is_relative_to(path) for path in paths)
    return _in_checkout(config) and (selects or len(strays(config)) == len(paths))


def _in_checkout(config: pytest.Config) -> bool:
    """Whether pytest's configuration is a checkout's own."""
    return bool(CHECKOUT) and config.inipath == PYTEST_INI


def strays(config: pytest.Config) -> list[str]:
    """The words on the command line that name nothing; whoever works on tests hears of theirs from pytest."""
    paths = {argument: _path(config, argument) for argument in config.args}
    return [each for each, path in paths.items() if not (path.exists() or path.is_relative_to(CONFORMANCE.parent))]


def _path(config: pytest.Config, argument: str) -> Path:
    named = argument.split("::")[0]
    module = _module(named) if config.option.pyargs else None
    return (module or config.invocation_params.dir / named).resolve()


def _module(name: str) -> Path | None:
    """Where the cases that `--pyargs` names by their package are."""
    package, *below = name.split(".")[1:] if name.startswith(f"{CONFORMANCE.parent.name}.") else [""]
    return CONFORMANCE.joinpath(*below) if package == CONFORMANCE.name else None
