"""What a case raises for a verdict other than granted.

    Exception
    ├── AssertionError
    │   ├── ScopeMissing          Canvas refused the scope
    │   ├── ScopeMisconfigured    the scope is granted but does not work
    │   └── KeyCheckFailed        a property of key or token is wrong
    └── Unproved                  nothing was learned

Allure shows assertion errors as *failed* and everything else as *broken*. Each message begins with the cause's slug.
"""

from __future__ import annotations

from scopecheck.model.verdict import CheckVerdict, KeyResult, ScopeResult, Verdict


class ScopeMissing(AssertionError):
    """Canvas answered "Insufficient scopes on access token."."""


class ScopeMisconfigured(AssertionError):
    """The scope allows the call, but it does not work for the integration."""


class KeyCheckFailed(AssertionError):
    """A property of the key or token is not what the integration needs."""


class Unproved(Exception):
    """Nothing was learned about the scope or the key."""


def expect_granted(result: ScopeResult) -> None:
    """Raise the exception for the verdict; do nothing for `granted`."""
    if result.verdict is not Verdict.GRANTED:
        raise _BY_VERDICT[result.verdict](_words(result))


def expect_ok(result: KeyResult) -> None:
    """Raise the exception for the check's verdict; do nothing for `ok` and `not-checked`."""
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
