"""Loads the plug-in; see `pytest_plugin.plugin`."""

pytest_plugins = ["pytest_plugin.plugin"]
