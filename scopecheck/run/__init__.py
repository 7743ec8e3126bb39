"""The order of a run, from settings to clean-up."""
