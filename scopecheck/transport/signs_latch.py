"""What the answers of a target have carried, kept for all clients of a process."""

from __future__ import annotations

import threading
from dataclasses import replace

from scopecheck.canvas.classify import target_signs
from scopecheck.model.answer import Answer, TargetSigns


class SignsLatch:
    """Remembers that an answer was signed by Canvas: from then on one without is a stranger's.

    And that an answer showed the token to be accepted, which says nothing of another token.
    """

    def __init__(self, seen: TargetSigns | None = None, *, beside: SignsLatch | None = None) -> None:
        """`beside`: the latch of another token of the same target, with which all but that is shared."""
        seen = seen or TargetSigns()
        self._target: _Target = beside._target if beside else _Target(replace(seen, accepts=False))
        self._accepts = seen.accepts

    @property
    def seen(self) -> TargetSigns:
        """What was seen so far."""
        return replace(self._target.seen, accepts=self._accepts)

    def note(self, answer: Answer) -> None:
        """Learn from an answer of the target."""
        shown = target_signs(self.stamped(answer))
        self._accepts |= shown.accepts
        self._target.note(replace(shown, accepts=False))

    def stamped(self, answer: Answer) -> Answer:
        """The answer with all that was seen so far, also after it came."""
        return replace(answer, target=self.seen)


class _Target:
    """What the answers to all tokens have shown."""

    def __init__(self, seen: TargetSigns) -> None:
        self.seen = seen
        self._turn = threading.Lock()

    def note(self, shown: TargetSigns) -> None:
        with self._turn:
            self.seen |= shown
