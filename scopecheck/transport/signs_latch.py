"""What the answers of a target have carried, kept for all clients of a process."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import Final, TypeAlias

from scopecheck.canvas.classify import target_signs
from scopecheck.canvas.signs import signs_of
from scopecheck.model.answer import Answer, TargetSigns

_Owner: TypeAlias = tuple[str | None, str | None]
"""The user and the key that an answer names."""

_ENOUGH: Final = 2
"""So many answers have to name the same owner: one alone may have gone astray."""


class SignsLatch:
    """Remembers that an answer was signed by Canvas: from then on one without is a stranger's.

    And of one token, that an answer showed it to be accepted, and whose it is: an answer to another token is none.
    """

    def __init__(self, seen: TargetSigns | None = None, *, beside: SignsLatch | None = None) -> None:
        """`beside`: the latch of another token of the same target, with which all but that is shared."""
        seen = seen or TargetSigns()
        shared = replace(seen, accepts=False, user_id=None, key_id=None)
        self._target: _Target = beside._target if beside else _Target(shared)
        self._accepts = seen.accepts
        self._turn = threading.Lock()
        self._named: Counter[_Owner] = Counter()
        if seen.user_id:
            self._named[seen.user_id, seen.key_id] = _ENOUGH

    @property
    def seen(self) -> TargetSigns:
        """What was seen so far."""
        user_id, key_id = self._owner()
        return replace(self._target.seen, accepts=self._accepts, user_id=user_id, key_id=key_id)

    def note(self, answer: Answer) -> None:
        """Learn from an answer of the target."""
        shown, signs = target_signs(self.stamped(answer)), signs_of(answer.headers)
        if answer.authorized and signs.user_id:
            with self._turn:
                self._named[signs.user_id, signs.key_id] += 1
        self._accepts |= shown.accepts
        self._target.note(replace(shown, accepts=False))

    def stamped(self, answer: Answer) -> Answer:
        """The answer with all that was seen so far, also after it came."""
        return replace(answer, target=self.seen)

    def _owner(self) -> _Owner:
        """Whose token it is: who is named most often, if it is often enough."""
        with self._turn:
            first, second = [*self._named.most_common(2), ((None, None), 0), ((None, None), 0)][:2]
        return first[0] if first[1] >= _ENOUGH and first[1] > second[1] else (None, None)


class _Target:
    """What the answers to all tokens have shown."""

    def __init__(self, seen: TargetSigns) -> None:
        self.seen = seen
        self._turn = threading.Lock()

    def note(self, shown: TargetSigns) -> None:
        with self._turn:
            self.seen |= shown
