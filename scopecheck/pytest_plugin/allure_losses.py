"""If the Allure results can no longer be written, the run goes on: the other reports have its verdicts too.

Without this, the first failing write would be an internal error in pytest, and later cases would never be judged. The
controller reports at the end that the folder is incomplete.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator

import allure_commons


class AllureLosses:
    """An Allure plugin that wraps the ones that write."""

    @allure_commons.hookimpl(wrapper=True)
    def report_result(self) -> Generator[None, object, None]:
        """A case."""
        with contextlib.suppress(OSError):
            yield

    @allure_commons.hookimpl(wrapper=True)
    def report_container(self) -> Generator[None, object, None]:
        """A setup."""
        with contextlib.suppress(OSError):
            yield

    @allure_commons.hookimpl(wrapper=True)
    def report_attached_data(self) -> Generator[None, object, None]:
        """Evidence."""
        with contextlib.suppress(OSError):
            yield
