"""What makes a process the run's controller: it reads the settings, and registers the controller's plug-ins."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.settings import (
    Settings,
    SettingsError,
    forget_secrets,
    load_settings,
    reports_folder,
    secrets_given,
)
from scopecheck.config.target_settings import NOT_EMBEDDED
from scopecheck.model.profile import Profile
from scopecheck.pytest_plugin.controller import Controller
from scopecheck.pytest_plugin.discretion import Discretion, hide_values
from scopecheck.pytest_plugin.endings import tested_nothing
from scopecheck.pytest_plugin.on_github import refused
from scopecheck.pytest_plugin.options import judges, root, strays
from scopecheck.pytest_plugin.stale import remove_stale
from scopecheck.pytest_plugin.terminal import Terminal
from scopecheck.report.files import ALLURE_RESULTS, JUNIT


def register_controller(config: pytest.Config) -> tuple[Profile, Controller | None]:
    """The run's profile, and its controller if cases are to be judged. Raises pytest.UsageError."""
    try:
        settings = read_settings(config)
        if not judges(config):
            return settings.profile, None
        controller = Controller(config, settings)
    except pytest.UsageError as refusal:
        refuse(config, refusal)
        raise
    hide_values(config, settings.known)
    remove_stale(config, settings.reports)
    config.pluginmanager.register(Discretion(settings.known), "canvas-discretion")
    config.pluginmanager.register(controller, "canvas-controller")
    config.pluginmanager.register(controller.workers, "canvas-workers")
    config.pluginmanager.register(Terminal(config, controller, settings), "canvas-terminal")
    reports = Path(settings.reports).resolve()
    # Somebody may have switched off the plug-in that has the option.
    for option, name in (("xmlpath", JUNIT), ("allure_report_dir", ALLURE_RESULTS)):
        if not getattr(config.option, option, name):
            setattr(config.option, option, str(reports / name))
    return settings.profile, controller


def read_settings(config: pytest.Config) -> Settings:
    """The run's settings. Raises pytest.UsageError."""
    stray = strays(config)
    if stray:
        what = f"{stray[0]!r} is neither an option nor a file; omit it, or write an option as --NAME=VALUE."
        raise refused(what, secrets_given(root(config)))
    try:
        settings = load_settings(vars(config.option), root(config))
    except SettingsError as error:
        raise refused(f"Some settings are wrong; nothing was sent.\n{error}", secrets_given(root(config))) from None
    if settings.base_url and (config.option.canvas_without_scope or config.option.canvas_embedded):
        raise refused(NOT_EMBEDDED, settings.known)
    forget_secrets()
    return settings


def refuse(config: pytest.Config, refusal: pytest.UsageError) -> None:
    """Leave the refusal in the report folder, in place of an earlier run's reports."""
    if judges(config):
        reports = reports_folder(vars(config.option), root(config))
        remove_stale(config, reports)
        tested_nothing(reports, refusal, secrets_given(root(config)))
