"""One scope's case: its calls, its evidence, and the ways in which it ends early.

Calls under the case's own scope are judged. Calls under another scope are prerequisites: if one fails, `Unavailable`
ends the exercise and the case falls back to its probe, so that a missing scope turns no other case red.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar

from scopecheck.canvas import classify, sentences
from scopecheck.canvas.classify import PAST_THE_GATE, Reading, read
from scopecheck.canvas.ids import in_path
from scopecheck.canvas.scope_names import box, other_name_here
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.endings import NotAsked, NotGranted, Unavailable
from scopecheck.exercises.telling import Telling
from scopecheck.key import triage
from scopecheck.key.role_fix import kind_for, role_fix
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import CheckVerdict, Exchange, KeyCheck, Proof, ScopeResult, Verdict
from scopecheck.sandbox.changes import Change
from scopecheck.sandbox.journal import JournalError
from scopecheck.sandbox.undo.interface import Eyes, Outcome
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.client import Record

T = TypeVar("T")


@dataclass
class Case:
    """One required scope while it is being judged."""

    requirement: Requirement
    run: RunContext
    evidence: list[Exchange] = field(default_factory=list)
    requests: int = 0
    reading: str | None = None
    """The live course that is being read, in probe mode (`live.py`)."""
    passed: list[Answer] = field(default_factory=list)
    """The answers that passed Canvas's scope check."""
    changes: list[Writing] = field(default_factory=list)
    """What was journaled for the case."""
    _shown: set[str] = field(default_factory=set, init=False)
    """Shared calls that are in the evidence already."""

    # ---------------------------------------------------------------- what is known

    @property
    def course(self) -> str:
        """The id of the course to work with: the live one, else the sandbox course; `Unavailable` if there is none."""
        if self.reading is not None:
            return self.reading
        if self.run.setup.course_id is None:
            raise Unavailable("no sandbox course is set (CANVAS_SANDBOX_COURSE_ID)")
        return in_path(self.run.setup.course_id)

    @property
    def account(self) -> str:
        """The account to read, as it is in a path."""
        return in_path(self.run.setup.account_id)

    @property
    def canvas_name(self) -> str | None:
        """This Canvas's name for the scope, where it is known to be another."""
        return other_name_here(str(self.requirement.scope), self.run.setup.names)

    @property
    def includes_seen(self) -> bool:
        """Whether the key check saw `include[]` work."""
        ok = (KeyCheck.INCLUDES_ALLOWED, CheckVerdict.OK)
        return any((result.check, result.verdict) == ok for result in self.run.setup.key)

    @property
    def tell(self) -> Telling:
        """What may be told of exchanges."""
        return self.run.telling

    @property
    def tag(self) -> str:
        """The run's tag, part of the name of everything it creates."""
        return self.run.setup.tag

    # ---------------------------------------------------------------- calls

    def send(self, call: Call) -> Answer:
        """Make a call and keep the evidence without judging it. `Unavailable` once the run is interrupted."""
        return self._transmit(call, None, None)

    def _transmit(self, call: Call, on_answer: Record | None, on_attempt: Callable[[], None] | None) -> Answer:
        if self.run.interrupted.is_set():
            raise Unavailable("the run was interrupted")
        if not self.run.client.budget.left:
            cause = causes.RUN_OUT_OF_TIME
            raise NotAsked(Verdict.UNPROVED, cause, f"{call.method} {call.path} was not sent. {cause.means}")

        def seen(answer: Answer) -> None:
            self._keep(answer)
            if on_answer:
                on_answer(answer)

        return self.run.client.send(call, seen, on_attempt)

    def fetch_once(self, call: Call) -> Answer:
        """A GET that is sent only once in this process, however many cases need it."""

        def ask() -> tuple[Answer, list[Answer]]:
            attempts: list[Answer] = []
            return self.run.client.send(call, attempts.append), attempts

        name = f"GET {call.path}?{call.query}"
        (answer, attempts), first = self.run.shared.once(name, ask)
        if name not in self._shown:
            self._shown.add(name)
            self.evidence += [self.tell.exchange(each, self.run.client.secrets) for each in attempts]
        self.requests += len(attempts) if first else 0
        return answer

    def check_gate(self, answer: Answer) -> Answer:
        """Judge an answer to a call under the case's own scope; `NotGranted` unless it passed Canvas's scope check."""
        reading = read(answer)
        if reading is Reading.SCOPE_MISSING:
            self._missing(answer)
        if reading not in PAST_THE_GATE:
            cause, detail = triage.why_unproved(answer, canvas_seen=True)
            text = f"{self.tell.asked(answer)} got {self.tell.says(answer)}."
            raise NotGranted(Verdict.UNPROVED, cause, text, detail)
        self.passed.append(answer)
        return answer

    def require_success(self, answer: Answer) -> Any:
        """Judge an answer under the case's own scope that has to be a success, and return its JSON."""
        reading = read(self.check_gate(answer))
        if reading is Reading.OK:
            return answer.json
        if reading is Reading.NOT_FOUND:
            self._not_found(answer)
        if reading is Reading.EMPTY:
            self.malformed(answer, "an empty answer")
        said = self.tell.text(answer, " ".join(classify.messages(answer))) or self.tell.says(answer)
        if sentences.BLUEPRINT_LOCK in said:
            raise Unavailable(f"it is locked by a blueprint ({said})")
        raise NotGranted(
            Verdict.MISCONFIGURED,
            triage.MISCONFIGURED[reading],
            f"The scope allows {self.tell.asked(answer)}, but Canvas answered: {said}",
            detail=said,
        )

    def prerequisite(self, call: Call) -> Any:
        """The JSON of a GET under another scope; `Unavailable` if the GET fails."""
        answer = self.fetch_once(call)
        if read(answer) is not Reading.OK:
            raise Unavailable(f"it needs {self.tell.asked(answer)}, which got {self.tell.says(answer)}")
        return answer.json

    def prerequisite_rows(self, call: Call) -> list[dict[str, Any]]:
        """The objects of a list under another scope; `Unavailable` as for `prerequisite`."""
        rows = self.prerequisite(call)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    # ---------------------------------------------------------------- shapes

    def rows(self, answer: Answer, keys: Sequence[str], wrapper: str | None = None) -> list[dict[str, Any]]:
        """The rows of a list under the case's own scope; each has to be an object with these keys."""
        body = self.require_success(answer)
        rows = body if wrapper is None else body.get(wrapper) if isinstance(body, dict) else None
        if not isinstance(rows, list):
            self.malformed(answer, "something other than a list")
        for row in rows:
            self.require_object(answer, row, keys)
        return list(rows)

    def require_object(self, answer: Answer, body: object, keys: Sequence[str]) -> dict[str, Any]:
        """One object of an answer under the case's own scope; it has to have these keys."""
        if not isinstance(body, dict):
            self.malformed(answer, "something other than an object")
        lacking = [key for key in keys if key not in body]
        if lacking:
            self.malformed(answer, f"an object without {', '.join(lacking)}")
        return body

    def malformed(self, answer: Answer, instead: str) -> NoReturn:
        """Raise `NotGranted` for an answer that Canvas would not give: it proves nothing."""
        raise NotGranted(
            Verdict.UNPROVED,
            causes.UNEXPECTED_ANSWER,
            f"{self.tell.asked(answer)} got {instead} ({self.tell.says(answer)}).",
        )

    def misdirected(self, answer: Answer, instead: str) -> NoReturn:
        """Raise `NotGranted` for an answer whose content is not of what was asked: it proves nothing."""
        raise NotGranted(Verdict.UNPROVED, causes.MISDIRECTED_ANSWER, f"{self.tell.asked(answer)} got {instead}.")

    # ---------------------------------------------------------------- changes

    @contextmanager
    def change(self, what: str, change: Change) -> Iterator[Writing]:
        """Journal a change, run the block that makes it, and undo it however the block ends.

        `Unavailable` if nothing may be written or the journal cannot be written.
        """
        journal, rollback = self.run.journal, self.run.rollback
        if self.run.setup.writes_refused or journal is None or rollback is None:
            raise Unavailable(self.run.setup.writes_refused or "there is no journal to record changes in")
        try:
            writing = Writing(journal, journal.open(what, change), self._transmit)
        except JournalError as error:
            raise Unavailable(str(error)) from error
        self.changes.append(writing)
        try:
            yield writing
        except JournalError as error:
            raise Unavailable(str(error)) from error
        finally:
            rollback.undo(writing, self.run.client, self._keep)

    def write(self, writing: Writing, call: Call) -> Answer:
        """Make one of the requests of a change, which another case may have opened, and keep the evidence."""
        return writing.send(call, self._transmit)

    @property
    def eyes(self) -> Eyes:
        """How to look at an object before it is written."""
        return Eyes(self.send, self.run.client.pause)

    @property
    def settled(self) -> bool:
        """Whether nothing that the case changed shows, and none of its requests may still take effect."""
        return all(each.absent or each.journal.latest(each.entry) is None for each in self.changes)

    def undone(self, writing: Writing) -> None:
        """Close a change that the exercise itself has undone."""
        self.run.tally.note(Outcome.RESTORED, writing.entry.what)
        writing.journal.close(writing.entry)

    # ---------------------------------------------------------------- results

    def granted(self, message: str, proof: Proof = Proof.EXERCISED) -> ScopeResult:
        """The verdict `granted`."""
        return self._result(Verdict.GRANTED, proof, None, message, None)

    def not_granted(self, ending: NotGranted) -> ScopeResult:
        """The result for an exercise that ended as not granted, with the remedy."""
        result = self._result(ending.verdict, None, ending.cause.slug, ending.message, self._remedy(ending))
        return replace(result, refused_in=ending.refused_in)

    def _remedy(self, ending: NotGranted) -> str:
        scope, profile, rights = str(self.requirement.scope), self.run.profile, self.run.setup.rights
        lacks = ending.cause is causes.USER_LACKS_PERMISSION
        kind = kind_for(profile, rights, scope, ending.refused_in) if lacks else None
        if kind:
            return str(role_fix(kind, profile, rights, [scope], ending.refused_in))
        return ending.cause.remedy_for(
            scope=str(box(scope, self.run.setup.names)),
            section=self.requirement.section,
            permission=self.requirement.permission,
            detail=ending.detail,
            **self.run.setup.named.words,
        )

    def _result(
        self, verdict: Verdict, proof: Proof | None, cause: str | None, message: str, remedy: str | None
    ) -> ScopeResult:
        return ScopeResult(
            str(self.requirement.scope), self.requirement.section, verdict, proof, cause, message, remedy,
            self.requests, list(self.evidence), self.canvas_name,
        )  # fmt: skip

    def _missing(self, answer: Answer) -> NoReturn:
        setup, scope = self.run.setup, str(self.requirement.scope)
        required = len(self.run.profile.requirements)
        cause = triage.missing_cause(scope, setup.missing_on_key, required, setup.names, is_lti=setup.is_lti)
        raise NotGranted(
            Verdict.MISSING,
            cause,
            f'{self.tell.asked(answer)} got "Insufficient scopes on access token." {cause.means}',
        )

    def _not_found(self, answer: Answer) -> NoReturn:
        if classify.is_tab_off(answer):
            said = self.tell.text(answer, " ".join(classify.messages(answer)))
            raise NotGranted(Verdict.MISCONFIGURED, causes.FEATURE_OFF, f"{self.tell.asked(answer)} got: {said}")
        raise Unavailable(f"{self.tell.asked(answer)} got {self.tell.says(answer)}")

    def _keep(self, answer: Answer) -> None:
        self.requests += 1
        self.evidence.append(self.tell.exchange(answer, self.run.client.secrets))


def first(rows: Sequence[T], fits: Callable[[T], bool], nothing: str) -> T:
    """The first row that fits; `Unavailable` with this reason if none does."""
    for row in rows:
        if fits(row):
            return row
    raise Unavailable(nothing)
