"""Faults that once did harm, or led to a wrong verdict, each with what it took: nothing is found any more."""

from __future__ import annotations

from typing import Final

import pytest

from tests.selftest.hostile.states import State
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import world

PROVISIONED: Final = State(admin=True)

ACCOUNTS: Final = "url:GET|/api/v1/accounts"
SUB_ACCOUNTS: Final = f"{ACCOUNTS}/:account_id/sub_accounts"
TERMS: Final = f"{ACCOUNTS}/:account_id/terms"
COURSE: Final = "url:GET|/api/v1/courses/:id"
FILES: Final = "url:GET|/api/v1/courses/:course_id/files"
MEDIA: Final = "url:GET|/api/v1/courses/:course_id/media_objects"


def lacking(*scopes: str) -> State:
    """A key without these scopes, whose refusals would show that."""
    return State("inst-fs", frozenset(scopes), refreshes=True)


FOUND: Final[dict[str, tuple[State, str]]] = {
    "writes that become reads": (State(), "as a GET @ all changes #1 xall"),
    "what is created without its name": (PROVISIONED, "without its body @ creating #1 xall"),
    "what is created from no kind of body": (PROVISIONED, "without its type @ creating #1 xall"),
    "a file without its name": (PROVISIONED, "without its body @ uploading #1 xall"),
    "a file from no kind of body": (PROVISIONED, "without its type @ uploading #1 xall"),
    "an administrator's accounts": (lacking(ACCOUNTS), "the accounts of an administrator @ accounts #3 x1"),
    "accounts for sub-accounts": (
        lacking(ACCOUNTS, SUB_ACCOUNTS),
        "the accounts of an administrator @ accounts #2 x2",
    ),
    "accounts for terms": (lacking(TERMS), "the accounts of an administrator @ accounts #7 x1"),
    "another course for this one": (lacking(COURSE), "the answer for another course @ the course #3 x1"),
    "another course's files": (lacking(FILES), "another course's files @ files #3 x1"),
    "another course's media": (lacking(MEDIA), "another course's media @ media #1 x1"),
    "a page of the run's, written to once it is gone": (
        State("a full file quota", admin=True),
        "done twenty seconds later @ changing pages #1 x3",
    ),
}


@pytest.mark.parametrize("found", FOUND)
def test_nothing_is_found_again(found: str) -> None:
    """Neither in the run that the fault strikes, nor in what the next one leaves."""
    state, struck = FOUND[found]
    with world(state) as here:
        assert here.run([Active.parse(struck)]) + here.settle() == []
        assert here.figures.strikes.total() > 0, "the fault had to strike"


def test_what_an_administrator_made_in_a_locked_course_goes() -> None:
    """A blueprint's locks keep nobody from deleting what it did not sync."""
    with world(State("locked by a blueprint", admin=True)) as here:
        assert here.run() + here.settle() == []
        assert any(line.startswith("DELETE /api/v1/courses/1001/quizzes/") for line in here.way.said)
