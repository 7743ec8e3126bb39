"""Checks tokens and the key's secret for what no token contains; no message shows a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from scopecheck.config.definitions import SETTINGS

_UNFIT: Final = (
    (re.compile(r"[\r\n]"), "a line break"),
    (re.compile(r"(?i)^(authorization\b|bearer)"), 'the word "Bearer"'),
    (re.compile("[\"'`\u2018-\u201f]"), "quotes"),
    (re.compile(r"\s"), "a blank"),
    (re.compile(r"[^\x20-\x7e]"), "a character that no token has"),
)
"""What shows that more, less or something else was copied than the value alone."""


def secret_problems(values: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each secret that cannot be one, and for each two that are the same."""
    secrets = {setting.variable: values[setting.variable] for setting in SETTINGS
               if setting.secret and setting.variable in values}  # fmt: skip
    for variable, value in secrets.items():
        found = [what for pattern, what in _UNFIT if pattern.search(value)]
        if found:
            yield f"{variable} contains {' and '.join(found[:2])}; copy the value alone, without anything around it."
    for one, other in combinations(secrets, 2):
        if secrets[one] == secrets[other]:
            yield f"{one} and {other} have the same value, so one of them is wrong; set each to its own or unset one."
