"""A folder of Allure results that cannot be written any more does not end the run: its verdicts stand elsewhere too.

Without this the first failing write is an internal error of pytest, and the cases after it are never judged. The
controller says at the end that the folder is not whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator

import allure_commons


class AllureLosses:
    """A plugin of Allure around those that write."""

    @allure_commons.hookimpl(wrapper=True)
    def report_result(self) -> Generator[None, object, None]:
        """A case."""
        with contextlib.suppress(OSError):
            yield

    @allure_commons.hookimpl(wrapper=True)
    def report_container(self) -> Generator[None, object, None]:
        """A set-up."""
        with contextlib.suppress(OSError):
            yield

    @allure_commons.hookimpl(wrapper=True)
    def report_attached_data(self) -> Generator[None, object, None]:
        """Evidence."""
        with contextlib.suppress(OSError):
            yield
