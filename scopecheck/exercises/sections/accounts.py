"""Section Accounts: the account tree, which the integration walks to find courses."""

from collections.abc import Mapping, Sequence
from typing import Any

from scopecheck.canvas.classify import is_record
from scopecheck.canvas.ids import IdForm, is_another, same_id
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import NotGranted
from scopecheck.exercises.included import require_included
from scopecheck.exercises.known_account import known_account
from scopecheck.exercises.lists import PER_PAGE, read_list
from scopecheck.exercises.registry import ACCOUNT, exercises
from scopecheck.key.roles import ACCOUNTS
from scopecheck.model import causes
from scopecheck.model.verdict import ScopeResult, Verdict

_ACCOUNT = ("id", "name", "parent_account_id")
_COURSE = ("id", "name", "workflow_state", "account_id")
COURSE_INCLUDES = (("include[]", "syllabus_body"), ("include[]", "term"))
"""What the integration asks for with each course."""


@exercises("url:GET|/api/v1/accounts", ACCOUNT)
def list_accounts(case: Case) -> ScopeResult:
    """The accounts that the user administers are listed; anyone else gets an empty list instead of an error."""
    rows, result = read_list(case, ACCOUNTS, _ACCOUNT, "accounts")
    if not rows:
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.USER_LACKS_PERMISSION,
            "The list of accounts is empty: the user who authorized the integration administers no account.",
        )
    return result


@exercises("url:GET|/api/v1/accounts/:id", ACCOUNT)
def read_account(case: Case) -> ScopeResult:
    """The account from the settings is read."""
    answer = case.fetch_once(known_account(case, get(f"/accounts/{case.account}")))
    account = case.require_object(answer, case.require_success(answer), _ACCOUNT)
    if is_another(account["id"], case.account):
        case.misdirected(answer, "a different account from the one requested")
    return case.granted(f"Read account {account['id']}.")


@exercises("url:GET|/api/v1/accounts/:account_id/sub_accounts", ACCOUNT)
def list_sub_accounts(case: Case) -> ScopeResult:
    """The sub-accounts at all levels below the account are listed."""
    call = known_account(case, get(f"/accounts/{case.account}/sub_accounts", [("recursive", "true"), PER_PAGE]))
    rows, result = read_list(case, call, _ACCOUNT, "sub-accounts")
    answer = case.fetch_once(call)
    if rows and _are_of_another(rows, _number_of(case), whole=answer.next_page is None):
        case.misdirected(answer, "accounts that do not lie below the one requested")
    return result


def _number_of(case: Case) -> str | None:
    """The ID of the account from the settings, which may name it (`self`); None if it cannot be read then."""
    if IdForm.NUMBER.fits(case.run.setup.account_id):
        return case.run.setup.account_id
    account = case.fetch_once(get(f"/accounts/{case.account}"))
    return str(account.json["id"]) if is_record(account) else None


def _are_of_another(rows: Sequence[Mapping[str, Any]], account: str | None, *, whole: bool) -> bool:
    """Whether accounts are shown not to lie below this one: a root account lies below none, nor any below itself.

    On a `whole` list each lies directly below the account or another one of the list, whatever their order.
    """
    parents = {str(row["parent_account_id"]) for row in rows}
    if any(row["parent_account_id"] is None for row in rows):
        return True
    above = {parent for parent in parents if not any(same_id(row["id"], parent) for row in rows)}
    if account is None:
        return whole and len(above) > 1
    below_itself = any(same_id(row["id"], account) for row in rows)
    return below_itself or (whole and any(is_another(parent, account) for parent in above))


@exercises("url:GET|/api/v1/accounts/:account_id/courses", ACCOUNT)
def list_courses(case: Case) -> ScopeResult:
    """Courses are listed with syllabus and term, which Canvas leaves out if the key does not allow includes."""
    call = get(f"/accounts/{case.account}/courses", [*COURSE_INCLUDES, PER_PAGE])
    rows, result = read_list(case, known_account(case, call), _COURSE, "courses")
    present: list[dict[str, Any]] = rows[:1]
    for course in present:
        require_included(course, "syllabus_body", "term")
    return result
