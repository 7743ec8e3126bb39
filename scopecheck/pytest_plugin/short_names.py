"""The short names of options (`--embedded`), for a checkout's conftest.py and the commands that start a run.

No entry point names this plug-in: in the pytest of others, these names are theirs.
"""

from __future__ import annotations

import pytest

from scopecheck.pytest_plugin.options import add_short_names


def pytest_addoption(parser: pytest.Parser) -> None:
    add_short_names(parser)
