"""Errors that end a step, with what a person can do about it."""

from __future__ import annotations


class WithRemedy(Exception):
    """Something that failed: `message` says what is wrong, `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy
