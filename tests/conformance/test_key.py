"""One case for each property of key and token that granted scopes do not show."""

import pytest

from scopecheck.model.verdict import CheckVerdict, KeyResult
from scopecheck.pytest_plugin.failures import expect_ok


def test_key(key_result: KeyResult) -> None:
    """Key and token are set up as the integration needs them."""
    if key_result.verdict is CheckVerdict.NOT_CHECKED:
        pytest.skip(key_result.message)
    expect_ok(key_result)
