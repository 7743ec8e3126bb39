"""One request to be made: a path on the target, or an absolute URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """One request to be made. `path` is a path on the target, or an absolute URL."""

    method: str
    path: str
    query: Query = field(default=(), repr=False)
    json: Any = field(default=None, repr=False)
    has_json: bool = False
    """Whether `json` is sent: a JSON null is also a body."""
    form: Mapping[str, str] | None = field(default=None, repr=False)
    file: tuple[str, str, bytes, str] | None = field(default=None, repr=False)
    """Field, file name, content, content type: sent last, as S3 requires."""
    authorized: bool = True
    brings_secrets: bool = False
    """Whether the answer may bring new tokens: then it is not masked, and whoever calls sees to it."""
