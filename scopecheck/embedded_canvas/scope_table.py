"""The scopes that Canvas lists, each under its heading on the developer key page: `fixtures/scopes.tsv`."""

from __future__ import annotations

from functools import cache
from typing import Final

from scopecheck.installation import FIXTURES

_FILE: Final = FIXTURES / "scopes.tsv"
_OLD: Final = "2022"


@cache
def headings(*, old: bool) -> dict[str, str]:
    """Each scope's heading: of those of a Canvas of 2022, or of all that are known."""
    rows = (line.split("\t") for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {scope: heading for scope, heading, year in rows if year == _OLD or not old}
