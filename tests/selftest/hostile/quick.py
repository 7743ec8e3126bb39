"""What makes many runs in one process quick and takes nothing from what they do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final
from unittest.mock import patch

import jinja2

_GET_TEMPLATE: Final = jinja2.Environment.get_template
_KNOWN: Final[list[jinja2.Environment]] = []


@cache
def _compiled(name: str) -> jinja2.Template:
    return _GET_TEMPLATE(_KNOWN[0], name)


def _get_template(environment: jinja2.Environment, name: str, *_: object) -> jinja2.Template:
    """A report's template, compiled once: each report makes an environment of its own, all alike."""
    _KNOWN.append(environment) if not _KNOWN else None
    return _compiled(name)


@contextmanager
def quick() -> Iterator[None]:
    """A block in which nothing waits for the disk, and templates are compiled once."""
    with patch.object(os, "fsync", lambda _: None), patch.object(jinja2.Environment, "get_template", _get_template):
        yield
