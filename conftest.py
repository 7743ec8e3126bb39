"""Loads the plugin; see `scopecheck.pytest_plugin.plugin`."""

pytest_plugins = ["scopecheck.pytest_plugin.plugin"]
