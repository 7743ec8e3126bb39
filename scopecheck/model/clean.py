"""Makes text from Canvas fit for reports: without characters that a terminal obeys or a file cannot contain."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec

from scopecheck.model.verdict import KeyResult, RunResult, ScopeResult

Result = TypeVar("Result", RunResult, ScopeResult, KeyResult)

_UNFIT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters (except tab and line feed), text direction overrides, halves of surrogate pairs, and the two
characters that XML forbids."""


def cleaned(result: Result) -> Result:
    """The same result with every unfit character replaced by U+FFFD."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(result)), type(result))


def clean(text: str) -> str:
    """The text with every unfit character replaced by U+FFFD."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(each) for name, each in value.items()}
    return value
