"""From a required scope to a verdict: the engine. It imports nothing of pytest; docs/architecture.md is its map."""
