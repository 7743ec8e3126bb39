"""One case for each scope that the profile requires."""

from pytest_plugin.failures import expect_granted
from scopecheck.model.verdict import ScopeResult


def test_scope(scope_result: ScopeResult) -> None:
    """The token may do what this scope allows, and the integration can use the result."""
    expect_granted(scope_result)
