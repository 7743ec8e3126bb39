"""Reading a list as Canvas pages it: the first page, and the second if the Link header names one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import NotGranted
from scopecheck.model import causes
from scopecheck.model.call import Call
from scopecheck.model.verdict import ScopeResult, Verdict

PER_PAGE = ("per_page", "10")
"""Small pages: enough to choose from, cheap for a large institution, and often with a second page to follow."""


def read_list(
    case: Case, call: Call, keys: Sequence[str], what: str, *, wrapper: str | None = None
) -> tuple[list[dict[str, Any]], ScopeResult]:
    """Exercise a list endpoint: its rows (from at most two pages, of a live course from one) and the verdict `granted`.

    `NotGranted` if a page is refused or malformed, or if its `next` link leaves the target.
    """
    answer = case.fetch_once(call)
    rows = case.rows(answer, keys, wrapper)
    following = answer.next_page if case.reading is None else None
    if following is not None:
        rows += _second_page(case, following, keys, wrapper)
    pages = "two pages" if following else "one page"
    return rows, case.granted(f"Listed {what} ({len(rows)} on {pages}).")


def _second_page(case: Case, address: str, keys: Sequence[str], wrapper: str | None) -> list[dict[str, Any]]:
    if not case.run.client.owns(address):
        origin = "/".join(address.split("/", 3)[:3])
        raise NotGranted(
            Verdict.UNPROVED,
            causes.UNEXPECTED_ANSWER,
            f"The link to the next page points to another host ({origin}), and the token is not sent there. "
            "Set CANVAS_BASE_URL to the address that Canvas itself uses.",
        )
    return case.rows(case.send(Call("GET", address)), keys, wrapper)
