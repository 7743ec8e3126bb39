"""Section Enrollment Terms: the integration groups courses by them."""

from scopecheck.canvas.classify import Reading, read
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case
from scopecheck.exercises.known_account import known_account
from scopecheck.exercises.lists import PER_PAGE, read_list
from scopecheck.exercises.registry import ACCOUNT, exercises
from scopecheck.model.verdict import ScopeResult


@exercises("url:GET|/api/v1/accounts/:account_id/terms", ACCOUNT)
def list_terms(case: Case) -> ScopeResult:
    """The root account's terms are listed, inside a wrapper; no other account has any (terms_api_controller.rb)."""
    call = known_account(case, get(f"/accounts/{case.account}/terms", [PER_PAGE]))
    if read(case.fetch_once(call)) is Reading.REFUSED:
        call = get("/accounts/self/terms", [PER_PAGE])
    _, result = read_list(case, call, ("id", "name"), "terms", wrapper="enrollment_terms")
    return result
