"""What a case raises for a verdict other than granted.

    Exception
    ├── AssertionError
    │   ├── ScopeMissing          Canvas refused the scope
    │   ├── ScopeMisconfigured    the scope is granted, and yet of no use
    │   └── KeyCheckFailed        a property of key or token is wrong
    └── Unproved                  nothing was learned

Allure shows assertion errors as *failed* and all else as *broken*. Each message begins with the cause's slug.
"""

from __future__ import annotations

from scopecheck.model.verdict import CheckVerdict, KeyResult, ScopeResult, Verdict


class ScopeMissing(AssertionError):
    """Canvas answered "Insufficient scopes on access token."."""


class ScopeMisconfigured(AssertionError):
    """The scope gate let the call through, but it does not work for the integration."""


class KeyCheckFailed(AssertionError):
    """A property of key or token is not as the integration needs it."""


class Unproved(Exception):
    """Nothing was learned about the scope or the key."""


def expect_granted(result: ScopeResult) -> None:
    """Raise what the verdict asks for; pass on `granted`."""
    if result.verdict is not Verdict.GRANTED:
        raise _BY_VERDICT[result.verdict](_words(result))


def expect_ok(result: KeyResult) -> None:
    """Raise what the check's verdict asks for; pass on `ok` and `not-checked`."""
    if result.verdict is CheckVerdict.FAILED:
        raise KeyCheckFailed(_words(result))
    if result.verdict is CheckVerdict.UNPROVED:
        raise Unproved(_words(result))


_BY_VERDICT: dict[Verdict, type[Exception]] = {
    Verdict.MISSING: ScopeMissing,
    Verdict.MISCONFIGURED: ScopeMisconfigured,
    Verdict.UNPROVED: Unproved,
}


def _words(result: ScopeResult | KeyResult) -> str:
    return f"{result.cause}: {result.message}\nWhat to do: {result.remedy}"
