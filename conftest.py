"""Loads the plugin; see `pytest_plugin.plugin`."""

pytest_plugins = ["pytest_plugin.plugin"]
