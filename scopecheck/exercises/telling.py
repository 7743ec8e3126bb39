"""What a case may tell of its exchanges: all of the sandbox course, of all else no content (`transport.hiding`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from scopecheck.model.answer import Answer
from scopecheck.model.profile import Profile
from scopecheck.model.secret import KnownSecrets
from scopecheck.model.setup import Setup
from scopecheck.model.told import told_address
from scopecheck.model.verdict import Exchange
from scopecheck.transport import hiding
from scopecheck.transport.evidence import exchange

_WORDS: Final = frozenset({"api", "v1", "self", "default"})
"""Words of paths that no scope need have."""


@dataclass
class Telling:
    """What the cases of one run may tell."""

    setup: Setup
    profile: Profile

    def exchange(self, answer: Answer, secrets: KnownSecrets) -> Exchange:
        """The evidence of an answer."""
        return exchange(answer, secrets, shown=self._shown(answer))

    def says(self, answer: Answer) -> str:
        """What answered, in one line."""
        shown = self._shown(answer)
        return answer.says() if shown is None else hiding.says(answer, shown)

    def asked(self, answer: Answer) -> str:
        """What was asked for: verb and path."""
        return f"{answer.method} {told_address(answer.url.partition('?')[0], self._shown(answer))}"

    def text(self, answer: Answer, text: str) -> str:
        """A text out of a refusal."""
        shown = self._shown(answer)
        return text if shown is None else hiding.without_segments(text, answer.url, shown)

    def one(self, noun: str, identity: object) -> str:
        """One object in words, such as `file 12`; `a page` where its slug may not be told."""
        told = self.setup.mode == "exercise" or str(identity).isdigit()
        article = "an" if noun[0] in "aeiou" else "a"
        return f"{noun} {identity}" if told else f"{article} {noun}"

    def _shown(self, answer: Answer) -> Collection[str] | None:
        """The words that paths may show; None if everything may be shown."""
        if self.setup.mode == "exercise" and "/api/v1/accounts" not in answer.url:
            return None
        return self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of the scopes' paths, by their names in the profile and here, and the IDs in the settings."""
        here = [name.partition("|")[2] for name in self.setup.names.values() if name]
        paths = [*here, *(requirement.scope.path for requirement in self.profile.requirements)]
        words = {segment for path in paths for segment in path.split("/") if segment and segment[0] not in ":*"}
        given = {self.setup.account_id, *(course.id for course in self.setup.read_courses.courses)}
        return _WORDS | words | given
