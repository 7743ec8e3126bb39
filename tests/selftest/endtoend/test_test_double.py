"""The embedded Canvas as a test double of another project, as `docs/how-to/use-as-a-test-double.md` shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import scopecheck.embedded_canvas
from tests.selftest.endtoend.runs import LONGEST_S, ROOT, environment

DOCUMENT = ROOT / "docs" / "how-to" / "use-as-a-test-double.md"


def test_the_documents_example_runs(tmp_path: Path) -> None:
    """The module in the document passes as it stands, in a project that has nothing else."""
    document = DOCUMENT.read_text("utf-8")
    (example,) = re.findall(
        r"<!-- test-double:begin -->\n```python\n(.*?)```\n<!-- test-double:end -->", document, re.S
    )
    (tmp_path / "test_example.py").write_text(example, "utf-8")
    own = {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "test_example.py"],
        cwd=tmp_path, env=environment(tmp_path, own), capture_output=True, text=True, timeout=LONGEST_S,
    )  # fmt: skip

    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_what_is_exported_is_there() -> None:
    """Every public name can be imported, and the document speaks of it."""
    document = DOCUMENT.read_text("utf-8")
    names = set(scopecheck.embedded_canvas.__all__) - {"OptionError"}

    assert [name for name in names if f"`{name}" not in document] == []
    assert all(getattr(scopecheck.embedded_canvas, name).__doc__ for name in names)
