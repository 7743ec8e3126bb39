"""What the answers of a target have carried, kept for all clients of a process."""

from __future__ import annotations

import threading
from dataclasses import replace

from scopecheck.canvas.signs import target_signs
from scopecheck.model.answer import Answer, TargetSigns


class SignsLatch:
    """Remembers that an answer was signed by Canvas: from then on one without is a stranger's."""

    def __init__(self, seen: TargetSigns | None = None) -> None:
        self._seen = seen or TargetSigns()
        self._turn = threading.Lock()

    @property
    def seen(self) -> TargetSigns:
        """What was seen so far."""
        return self._seen

    def note(self, answer: Answer) -> None:
        """Learn from an answer of the target."""
        with self._turn:
            self._seen |= target_signs(answer)

    def stamped(self, answer: Answer) -> Answer:
        """The answer with all that was seen so far, also after it came."""
        return replace(answer, target=self._seen)
