"""The cases: one for each scope and key check. Run by `pytest`, or `pytest --pyargs scopecheck.conformance`."""
