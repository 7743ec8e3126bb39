"""Allure results of earlier runs: removed, if they are this suite's own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from scopecheck.report.allure.cases import ANY_EXCEPTION, OUTCOME
from scopecheck.report.files import HTML

_WHOLE: Final = {
    "environment.properties": OUTCOME.replace(" ", "\\ ") + " = ",
    "categories.json": json.dumps(ANY_EXCEPTION)[1:-1],
}
"""Files about the run as a whole, with what only this suite writes into them."""

_UNJUDGED: Final = frozenset({"tests.conformance.test_scopes#test_scope", "tests.conformance.test_key#test_key"})
"""How allure-pytest names a case that ended before it was judged."""


def remove_own(folder: Path) -> None:
    """Remove what earlier runs of this suite wrote, by its content: the folder may have other suites' results too.

    Done once, before the run: a worker that did it would remove the others' results.
    """
    cases = {path: found for path in folder.glob("*-result.json") if _is_own(found := _read(path))}
    ids = {found.get("uuid") for found in cases.values()}
    setups = {
        path: found for path in folder.glob("*-container.json") if ids & {*(found := _read(path)).get("children", ())}
    }
    pages = {path: found for path in folder.glob("*-globals.json") if HTML in _names(found := _read(path))}
    whole = [path for name, mark in _WHOLE.items() if mark in _text(path := folder / name)]
    for path, found in {**cases, **setups, **pages, **dict.fromkeys(whole)}.items():
        for attached in _sources(found):
            _remove(folder / Path(attached).name)
        _remove(path)


def _is_own(case: Any) -> bool:
    """Whether a result is a case of this suite: `apply` makes both IDs the same, and gives it these labels."""
    labels = {label.get("name"): label.get("value") for label in case.get("labels", ())}
    judged = {"epic", "feature", "story", "verdict"} <= labels.keys() and case.get("historyId") == case.get(
        "testCaseId"
    )
    return judged or case.get("fullName") in _UNJUDGED


def _names(found: Any) -> set[str]:
    return {attached.get("name", "") for attached in found.get("attachments", ())}


def _sources(found: Any) -> Iterator[str]:
    """The files of all attachments in a result, a setup or the globals."""
    if isinstance(found, dict):
        if isinstance(found.get("source"), str):
            yield found["source"]
        found = list(found.values())
    for each in found if isinstance(found, list) else ():
        yield from _sources(each)


def _read(path: Path) -> Any:
    """The object in a JSON file; an empty one if it cannot be read or has none."""
    try:
        found = json.loads(_text(path))
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
