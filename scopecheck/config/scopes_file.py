"""Reads the scopes.json of an earlier run, and checks it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from scopecheck.model.scope import route_shape
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.verdict import Verdict

SCOPES_FILE: Final = "scopes.json"
"""Its name in a report folder."""


class ScopesFileError(ValueError):
    """A file is not a scopes.json."""

    def __init__(self, path: Path, wrong: str) -> None:
        super().__init__(f"{path} {wrong}; use the scopes.json of an earlier run.")


class NoScopesFile(ScopesFileError):
    """There is no such file, as after a run that tested nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "does not exist: a run that tests nothing leaves none, and scopes.md beside it says why")


def load_scopes_file(path: Path) -> ScopesDocument:
    """Read a scopes.json; raises NoScopesFile, or another ScopesFileError if it cannot be read or is something else."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=ScopesDocument)
    except FileNotFoundError:
        raise NoScopesFile(path) from None
    except OSError as error:
        raise ScopesFileError(path, f"is not a scopes.json: it cannot be read ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ScopesFileError(path, f"is not a scopes.json: {error}") from None
    wrong = _contradiction(found)
    if wrong:
        raise ScopesFileError(path, f"is not a scopes.json: {wrong}")
    return found


def _contradiction(found: ScopesDocument) -> str | None:
    """How a well-formed document contradicts itself; None if it does not."""
    routes = Counter(route_shape(row.scope) for row in found.scopes)
    twice = [row.scope for row in found.scopes if routes[route_shape(row.scope)] > 1]
    if twice:
        return f"it lists {twice[0]} twice"
    counted = Counter(row.verdict for row in found.scopes)
    if any(found.counts.get(verdict) != counted[verdict] for verdict in Verdict):
        return "its counts do not match its scopes"
    return None
