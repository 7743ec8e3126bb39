"""Why Canvas refused a scope at a call: key, token, or a name that this Canvas does not have."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pytest

from scopecheck.canvas.scope_names import Names
from scopecheck.key.triage import missing_cause

PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
OLDER: Final = PAGE.replace("url_or_id", "url")
MOVED: Final = PAGE.replace("/pages/", "/wiki/")


@pytest.mark.parametrize(
    ("missing", "names", "cause"),
    [
        (None, {}, "scope-missing-on-key"),
        ([PAGE], {}, "scope-missing-on-key"),
        ([PAGE], {PAGE: OLDER}, "scope-missing-on-key"),
        ([PAGE], {PAGE: MOVED}, "scope-missing-on-key"),
        ([PAGE], {PAGE: None}, "scope-name-stale"),
        (["this", "one", PAGE], {PAGE: OLDER}, "wrong-kind-of-key"),
        ([], {}, "token-not-reauthorized"),
        ([], {PAGE: OLDER}, "token-not-reauthorized"),
        # The key carries the scope of the other path, which does not help here.
        ([], {PAGE: MOVED}, "scope-name-stale"),
    ],
)
def test_cause(missing: Collection[str] | None, names: Names, cause: str) -> None:
    """What the key lacks comes before what the token lacks; a name that is not here has no box to check."""
    assert missing_cause(PAGE, missing, 3, names).slug == cause
