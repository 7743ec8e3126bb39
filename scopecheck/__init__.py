"""Proves, against a live Canvas, that a developer key carries what an integration needs."""

__version__ = "1.0.0"
"""The suite's version, and the only place that it stands in; releases are tagged with it."""
