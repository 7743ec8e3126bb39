"""Whether the account from the settings is there: one that is not is one fault, whatever is asked below it."""

from scopecheck.canvas.classify import Reading, read
from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import NotGranted
from scopecheck.model import causes
from scopecheck.model.call import Call
from scopecheck.model.verdict import Verdict


def known_account(case: Case, call: Call) -> Call:
    """The call, unless Canvas answers that there is no such account: then no scope below it is of any use."""
    answer = case.fetch_once(call)
    if read(answer) is Reading.NOT_FOUND:
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.ACCOUNT_NOT_FOUND,
            f"Canvas has no account {case.run.setup.account_id} for the user who authorized the integration "
            f"({case.tell.says(answer)}).",
        )
    return call
