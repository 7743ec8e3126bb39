"""The pytest side of the conformance run: options, controller, workers, scheduling, and reporting."""
