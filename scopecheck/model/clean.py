"""Makes results fit for reports: every text in them, whoever it is from, is harmless, masked, and not too long."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from scopecheck.model.foreign_text import clean
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.secret import KnownSecrets
from scopecheck.model.verdict import KeyResult, RunResult, ScopeResult

Result = TypeVar("Result", RunResult, ScopeResult, KeyResult, ScopesDocument)


def cleaned(result: Result, secrets: KnownSecrets | None = None) -> Result:
    """The same result with every text in it clean, and without these secrets."""
    return msgspec.convert(_cleaned(msgspec.to_builtins(result), secrets or KnownSecrets()), type(result))


def _cleaned(value: Any, secrets: KnownSecrets) -> Any:
    if isinstance(value, str):
        return clean(secrets.mask(value))
    if isinstance(value, list):
        return [_cleaned(each, secrets) for each in value]
    if isinstance(value, dict):
        return {_cleaned(name, secrets): _cleaned(each, secrets) for name, each in value.items()}
    return value
