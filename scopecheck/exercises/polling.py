"""Reading back what was written: Canvas may read from a database replica that lags a moment behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scopecheck.exercises.case import Case
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call

_LOOKS: Final = 3


def poll(case: Case, call: Call, fits: Callable[[Answer], bool]) -> Answer:
    """Repeat the call until its answer fits, a few times at most, and return the last answer.

    Each wait is longer than the one before. A failure is not retried: it does not come from a lagging replica.
    """
    answer = case.send(call)
    for waits in range(1, _LOOKS):
        if fits(answer) or not answer.ok:
            break
        case.run.interrupted.wait(waits * case.run.client.patience.first_wait)
        answer = case.send(call)
    return answer
