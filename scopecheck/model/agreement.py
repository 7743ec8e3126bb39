"""What several answers to one question come to: what is wrong counts once two askings say so, and none the opposite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

GOOD: Final = "good"
NOTHING: Final = ""
"""What an asking may have said, beside the name of what it found wrong: that all is well, or nothing (a fault)."""

CONTRADICTION: Final = "contradiction"


def agreed(said: Sequence[str]) -> int | Literal["contradiction"] | None:
    """Which of these sayings holds, by its place; None if it has to be asked once more. Three are always enough.

    The first that is good needs no second one. A fault is no answer: it neither confirms nor contradicts.
    """
    answers = [place for place, each in enumerate(said) if each != NOTHING]
    if len({said[place] for place in answers}) > 1:
        return CONTRADICTION
    if answers and (said[answers[0]] == GOOD or len(answers) > 1):
        return answers[0]
    faults = [place for place, each in enumerate(said) if each == NOTHING]
    return faults[0] if len(faults) > 1 else None
