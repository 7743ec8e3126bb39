"""The pytest side of the conformance run: options, what the controller does once, dealing, and reporting."""
