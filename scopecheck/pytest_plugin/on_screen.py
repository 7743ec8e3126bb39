"""The terminal that pytest writes to."""

from __future__ import annotations

import os
from typing import Any

import pytest

from scopecheck.report.screen import Screen


def screen_of(config: pytest.Config) -> Screen:
    """How wide it is and whether it has colors, as pytest found: by `--color`, PY_COLORS, NO_COLOR and FORCE_COLOR."""
    writer = config.get_terminal_writer()
    return Screen.of(writer.fullwidth, color=writer.hasmarkup, links=_reporter(config).isatty())


def rewrites(config: pytest.Config) -> bool:
    """Whether a line there can be rewritten in place, and somebody may be looking at it."""
    return bool(_reporter(config).isatty()) and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def _reporter(config: pytest.Config) -> Any:
    return config.pluginmanager.get_plugin("terminalreporter")
