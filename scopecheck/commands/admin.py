"""The client of commands that use the administrator's token."""

from __future__ import annotations

from scopecheck.config.settings import Settings
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


def admin_client(settings: Settings) -> CanvasClient:
    """A client with the administrator's token, which has the time of a run. Close it."""
    return CanvasClient(
        str(settings.base_url), settings.admin_token, Pace(ALL_IN_FLIGHT), budget=Budget(settings.run_seconds),
        secrets=settings.known,
    )  # fmt: skip
