"""What the actions of `sandbox` print about sandboxes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from scopecheck.config.settings import Settings
from scopecheck.model.foreign_text import clean
from scopecheck.report.words import counted
from scopecheck.sandbox.existing import ExistingSandbox


def named(sandbox: ExistingSandbox) -> str:
    """A sandbox by its sub-account ID, tag and age."""
    created = f"{sandbox.made_at:%Y-%m-%d %H:%M} UTC, {ago(datetime.now(UTC) - sandbox.made_at)}"
    return f"{sandbox.account_id} ({sandbox.tag}, created {created})"


def ago(age: timedelta) -> str:
    """An age in its largest whole unit."""
    for size, unit in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        count = age // size
        if count > 0:
            return f"{counted(count, unit)} ago"
    return "just now"


def no_sandbox(settings: Settings) -> str:
    """That there is none, and where this was checked."""
    return f"There is no sandbox below {where(settings)}."


def where(settings: Settings) -> str:
    """The account to which sandboxes belong."""
    return f"account {settings.account_id} on {settings.base_url}"


def for_env(course: Mapping[str, Any]) -> dict[str, str]:
    """The settings that make a run use the course."""
    return {"CANVAS_SANDBOX_COURSE_ID": str(course["id"]), "CANVAS_SANDBOX_COURSE_NAME": str(course["name"])}


def lines(values: Mapping[str, str], indent: str = "") -> str:
    """Settings as lines for `.env`."""
    return clean("\n".join(f"{indent}{name}={value}" for name, value in values.items()))
