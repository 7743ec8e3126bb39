"""The plug-in that pytest loads, by its entry point or by conftest.py: options, and no more until its cases are asked
for. Then `conformance.py` does the rest.
"""

from __future__ import annotations

import gc

import pytest

from scopecheck.pytest_plugin.options import SETUP_KEY, add_cases, add_options, concerns_conformance


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    add_cases(config)
    worker_input = getattr(config, "workerinput", None)
    if concerns_conformance(config) if worker_input is None else SETUP_KEY in worker_input:
        # What is imported stays: looked through again and again meanwhile, it takes a tenth longer.
        gc.disable()
        try:
            # Here, because it imports the whole engine, which the tests of others have no use for.
            from scopecheck.pytest_plugin import conformance

            config.pluginmanager.register(conformance, "canvas-conformance")
        finally:
            gc.enable()
