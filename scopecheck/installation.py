"""Where the suite's own files are: in a checkout beside the package, in an installed wheel inside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent

CHECKOUT: Final[Path | None] = None if (_PACKAGE / "fixtures").is_dir() else _PACKAGE.parent
"""The checkout's root; None in an installed wheel."""

FIXTURES: Final = (CHECKOUT or _PACKAGE) / "fixtures"
"""Profiles, content that is written or uploaded, and Canvas's scopes."""

CONFORMANCE: Final = CHECKOUT / "tests" / "conformance" if CHECKOUT else _PACKAGE / "conformance"
"""The cases."""

CLI: Final = "python -m scopecheck" if CHECKOUT else "canvas-scope-check"
"""How messages call the command line."""

CHECK: Final = "scripts/check" if CHECKOUT else f"{CLI} check"
"""How they call the run."""

ENV_EXAMPLE: Final = ".env.example" if CHECKOUT else str(_PACKAGE / "conformance" / "env.example")
"""How they call the template of `.env`."""

PYTEST_INI: Final = CHECKOUT / "pytest.ini" if CHECKOUT else CONFORMANCE / "pytest.ini"
"""The configuration with which pytest runs them."""
