"""From a required scope to a verdict: the engine. It imports nothing of pytest.

docs/explanation/architecture.md is its map.
"""

__version__ = "1.0.0"
"""The suite's version, and the only place where it is written; releases are tagged with it."""
