"""Keeps the HTTP library from logging: at DEBUG it logs every header that is sent and received, raw."""

from __future__ import annotations

import logging
from typing import Final

_PARTS: Final = ("connection", "http11", "http2", "proxy", "socks")
_LOGGERS: Final = ("httpx", "httpcore", *(f"httpcore.{part}" for part in _PARTS))


def keep_quiet() -> None:
    """Switch its loggers off, whatever handlers and levels anybody has set."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.disabled, logger.propagate = True, False
        logger.setLevel(logging.CRITICAL + 1)
