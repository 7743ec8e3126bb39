"""Loads the plug-ins; see `scopecheck.pytest_plugin.plugin` and `short_names` beside it."""

pytest_plugins = ["scopecheck.pytest_plugin.plugin", "scopecheck.pytest_plugin.short_names"]
