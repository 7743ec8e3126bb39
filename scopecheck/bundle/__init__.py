"""Evidence from the field: a run's exchanges in one file without anything private, and the run judged again from it.

docs/how-to/report-a-bug.md says what such a file holds.
"""
