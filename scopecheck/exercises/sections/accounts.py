"""Section Accounts: the account tree, which the integration walks to find courses."""

from typing import Any

from scopecheck.canvas.ids import is_another
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
        case.malformed(answer, "a different account from the one requested")
    return case.granted(f"Read account {account['id']}.")


@exercises("url:GET|/api/v1/accounts/:account_id/sub_accounts", ACCOUNT)
def list_sub_accounts(case: Case) -> ScopeResult:
    """The sub-accounts at all levels below the account are listed."""
    call = get(f"/accounts/{case.account}/sub_accounts", [("recursive", "true"), PER_PAGE])
    _, result = read_list(case, known_account(case, call), _ACCOUNT, "sub-accounts")
    return result


@exercises("url:GET|/api/v1/accounts/:account_id/courses", ACCOUNT)
def list_courses(case: Case) -> ScopeResult:
    """Courses are listed with syllabus and term, which Canvas leaves out if the key does not allow includes."""
    call = get(f"/accounts/{case.account}/courses", [*COURSE_INCLUDES, PER_PAGE])
    rows, result = read_list(case, known_account(case, call), ("id", "name", "workflow_state"), "courses")
    present: list[dict[str, Any]] = rows[:1]
    for course in present:
        require_included(course, "syllabus_body", "term")
    return result
