"""The runs that stand side by side, and what their columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.report.words import shown_time


@dataclass(frozen=True)
class Run:
    """One column: a run, and what it is called."""

    name: str
    found: ScopesDocument | None
    """Its scopes.json; None if it tested nothing, and so left none."""
    note: str = ""
    """What else is to be said of it, such as why it tested nothing."""
    link: str = ""
    """The address of its own report, relative to the page; empty if there is none to lead to."""


def runs_of(documents: Sequence[ScopesDocument]) -> list[Run]:
    """The runs in their columns' order, each under a name of its own.

    Runs of one target are named by their time, and stand in that order; those of several stand as they are given, named
    by host, and by account and time where that is not enough.
    """
    if is_one_target(documents):
        in_order = sorted(documents, key=lambda found: found.started_at)
        return _named(in_order, [[shown_time(found.started_at)] for found in in_order])
    parts = [
        [host_of(found), f"account {found.target.account_id}", shown_time(found.started_at)] for found in documents
    ]
    return _named(documents, parts)


def is_one_target(documents: Sequence[ScopesDocument]) -> bool:
    """Whether all are runs of one Canvas and account; the embedded Canvas has another port in every run."""
    return len({(host_of(found), found.target.account_id) for found in documents}) < 2


def host_of(found: ScopesDocument) -> str:
    """The Canvas that a run tested, by its host."""
    address = found.target.base_url
    return "the embedded Canvas" if found.target.embedded else re.sub(r"^https?://|/+$", "", address) or address


def _named(documents: Sequence[ScopesDocument], parts: Sequence[Sequence[str]]) -> list[Run]:
    """Names of as many parts as tell all apart, and of a number where none do."""
    names: list[str] = []
    for length in range(1, len(parts[0]) + 1 if parts else 1):
        names = [", ".join(each[:length]) for each in parts]
        if len(set(names)) == len(names):
            break
    counts = Counter(names)
    unique = [f"{name} ({number})" if counts[name] > 1 else name for number, name in enumerate(names, 1)]
    return [Run(name, found) for name, found in zip(unique, documents, strict=True)]
