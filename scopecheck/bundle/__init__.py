"""Evidence from the field: a run's exchanges in one file without anything private, and the run judged again from it.

docs/bundles.md says what such a file holds.
"""
