"""A value that must not be shown, and all such values that a run knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from scopecheck.model.masking import Values
from scopecheck.model.tag_form import TAG

MASK = "•••"


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


class KnownSecrets:
    """Every secret that a run knows by now, whoever it belongs to; what is shown or kept is masked with all of them.

    Those of fewer characters than `masking.SHORTEST` are not looked for in texts: evidence shows no member that has
    one (`model.told`), and to mask them elsewhere would leave no text readable.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._secrets: dict[Secret, None] = {}
        self._values = Values(())
        self.add(*secrets)

    def __iter__(self) -> Iterator[Secret]:
        return iter(tuple(self._secrets))

    def __repr__(self) -> str:
        return f"KnownSecrets({len(self._secrets)})"

    def add(self, *secrets: Secret | None) -> None:
        """Know these from now on; None and empty ones are none."""
        new = {each: None for each in secrets if each and each.reveal() and each not in self._secrets}
        if new:
            # Replaced rather than changed: other threads may be reading them.
            self._secrets = {**self._secrets, **new}
            self._values = Values([each.reveal() for each in self._secrets])

    def mask(self, text: str) -> str:
        """The text with every known secret masked, in whatever form it stands there (`model.masking`)."""
        return self._values.masked(text, MASK)


CREDENTIALS: Final = (
    r"access_token|refresh_token|client_secret|api_key|code|token|signature|policy|x-amz-[\w-]+|verifier|uuid|"
    r"secure_params|sf_verifier|password|secret"
)
"""Names of values that give access by themselves, as a part of a pattern."""
_NAMED: Final = re.compile(
    rf"(?i)((?<![\w-])(?:{CREDENTIALS})(?:=|\"\s*:\s*\")"
    r"|\b(?:bearer|basic)\s+(?=[^\s\"]*\d))[^&\"\s\\<>]+"
)
"""Values that give access by themselves: tokens in addresses and headers, upload signatures, file verifiers."""

_LOGIN: Final = re.compile(r"(?<=://)[^/\s@]*@")

_LONG: Final = re.compile(r"[^\s\"<>]{20,}")
"""What looks like a credential, in whatever form, if it has digits and anything else, and is no path or scope."""
_STEP: Final = re.compile(r"[A-Za-z_]{0,40}\d{0,3}|\d{1,19}(?:~\d{1,19})?", re.ASCII)
_BETWEEN: Final = re.compile(r"[/=.:;|,()'!?-]")


def without_credentials(text: str) -> str:
    """The text with every value masked that gives access by itself, or looks as if it did, whoever it belongs to."""
    return _LONG.sub(_unless_harmless, _LOGIN.sub("", _NAMED.sub(rf"\1{MASK}", text)))


def _unless_harmless(found: re.Match[str]) -> str:
    word = found.group()
    mixed = re.search(r"\d", word) and re.search(r"\D", word)
    return MASK if mixed and not all(map(_STEP.fullmatch, _BETWEEN.split(TAG.sub("", word)))) else word
