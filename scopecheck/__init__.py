"""From a required scope to a verdict: the engine. It imports nothing of pytest; docs/architecture.md is its map."""

from typing import Final

VERSION: Final = "1.0"
"""The suite's version, in its User-Agent and in bundles."""
