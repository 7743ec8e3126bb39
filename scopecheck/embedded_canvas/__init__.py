"""A small, faithful Canvas on loopback. It imports nothing of the engine that is tried on it."""
