"""A plugin for pytest by which each worker says what its environment is, in a file in the folder for temporary ones."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path


def pytest_configure() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        Path(tempfile.gettempdir(), f"environment-{worker}.json").write_text(json.dumps({**os.environ}), "utf-8")
