"""A value that must not be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MASK = "•••"

_SIGNED: Final = re.compile(
    r"(?i)(?<![\w-])((?:access_token|refresh_token|client_secret|api_key|code|token|signature|policy|x-amz-[\w-]+|verifier|uuid|"
    r"secure_params|sf_verifier)"
    r"(?:=|\"\s*:\s*\"))[^&\"\s\\<>]+"
)
"""Values that give access by themselves: tokens in URLs, upload signatures, file verifiers."""


class Secret:
    """Wraps a token or client secret so that no repr, log or traceback shows it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def reveal(self) -> str:
        """The value itself: only for the request that needs it."""
        return self._value


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret masked."""
    for secret in secrets:
        if secret.reveal():
            text = text.replace(secret.reveal(), MASK)
    return text


def redact_signed(text: str) -> str:
    """The text with every value masked that gives access by itself, whoever it belongs to."""
    return _SIGNED.sub(rf"\1{MASK}", text)
