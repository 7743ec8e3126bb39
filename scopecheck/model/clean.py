"""Makes results fit for reports: every text in them, whoever it is from, is harmless and no longer than needed."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from scopecheck.model.foreign_text import clean
from scopecheck.model.verdict import KeyResult, RunResult, ScopeResult

Result = TypeVar("Result", RunResult, ScopeResult, KeyResult)


def cleaned(result: Result) -> Result:
    """The same result with every text in it clean."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(result)), type(result))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(each) for name, each in value.items()}
    return value
