"""Passwords in addresses: of a proxy, or of a host that should have none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from scopecheck.model.secret import Secret

_LOGIN: Final = re.compile(r"//([^/@\s]*)@")

_VARIABLES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "CANVAS_BASE_URL", "CANVAS_REDIRECT_URI")
"""What holds addresses. httpx reads the proxies', in upper or lower case."""


def logins(values: Mapping[str, str]) -> Iterator[Secret]:
    """The passwords in these variables, as they stand there and as they are sent."""
    for name, value in values.items():
        if name.upper() in _VARIABLES:
            for login in _LOGIN.findall(value):
                password = login.partition(":")[2] or login
                yield from {Secret(password), Secret(unquote(password))}
