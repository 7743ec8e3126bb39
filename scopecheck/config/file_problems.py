"""What is wrong with a file of the user's, all of it at once."""

from __future__ import annotations

from collections.abc import Collection


class FileProblems(ValueError):
    """A file cannot be used; `problems` has all reasons, one sentence each."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
