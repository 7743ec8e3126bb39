"""What makes many runs in one process quick and takes nothing from what they do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final
from unittest.mock import patch

import httpx
import jinja2

from scopecheck.embedded_canvas.tables import Tables

_GET_TEMPLATE: Final = jinja2.Environment.get_template
_KNOWN: Final[list[jinja2.Environment]] = []


@cache
def _compiled(name: str) -> jinja2.Template:
    return _GET_TEMPLATE(_KNOWN[0], name)


def _get_template(environment: jinja2.Environment, name: str, *_: object) -> jinja2.Template:
    """A report's template, compiled once: each report makes an environment of its own, all alike."""
    _KNOWN[:] = _KNOWN or [environment]
    return _compiled(name)


@contextmanager
def quick() -> Iterator[None]:
    """A block in which nothing waits for the disk, templates are compiled once, and nobody looks for cookies.

    And the embedded Canvas does not note which of its writes changed something.
    """
    with (
        patch.object(os, "fsync", lambda _: None),
        patch.object(jinja2.Environment, "get_template", _get_template),
        patch.object(httpx.Cookies, "extract_cookies", lambda *_: None),
        patch.object(Tables, "digest", lambda _: ""),
    ):
        yield
