"""One case for each scope that the profile requires."""

from scopecheck.model.verdict import ScopeResult
from scopecheck.pytest_plugin.failures import expect_granted


def test_scope(scope_result: ScopeResult) -> None:
    """The token may do what this scope allows, and the integration can use the result."""
    expect_granted(scope_result)
