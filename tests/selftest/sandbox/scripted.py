"""A Canvas that gives prepared answers to exactly the calls that a test expects, in their order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.undo.interface import Hands

NOT_FOUND: Final = {"errors": [{"message": "The specified resource does not exist."}]}
NO_SCOPE: Final = {"errors": [{"message": "Insufficient scopes on access token."}]}

Step: TypeAlias = tuple[Call, int, Any]
"""A call, and its answer: status and JSON body."""


def put(path: str, body: Any) -> Call:
    """A write of a JSON body."""
    return Call("PUT", path, json=body, has_json=True)


def answer(call: Call, status: int, body: Any) -> Answer:
    """An answer with a JSON body, or with none."""
    raw = b"" if body is None else json.dumps(body).encode()
    return Answer(call.method, f"https://canvas.test{call.path}", status, {}, raw)


@dataclass
class Script:
    """Sends calls; each has to be the next one of the steps."""

    steps: list[Step]
    sent: int = field(default=0, init=False)

    def send(self, call: Call) -> Answer:
        """The prepared answer."""
        assert self.sent < len(self.steps), f"{call} is one call too many"
        expected, status, body = self.steps[self.sent]
        assert replace(call, query=list(call.query)) == replace(expected, query=list(expected.query))
        self.sent += 1
        return answer(call, status, body)

    @property
    def hands(self) -> Hands:
        """What an undo reads and writes with; it does not wait."""
        return Hands(self.send, lambda _: None, self.send)

    @property
    def over(self) -> bool:
        """Whether every step was taken."""
        return self.sent == len(self.steps)
