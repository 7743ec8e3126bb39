"""What happens once per run, before the cases: preflight, token, canaries, guard, and the key checks they allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from scopecheck.canvas.classify import PASSING, Reading, read
from scopecheck.canvas.version import version_signs
from scopecheck.config.settings import Settings
from scopecheck.key.key_notes import key_notes, rejects_administrator
from scopecheck.key.outcome import CheckOutcome, key_results
from scopecheck.key.renewal import Renewal
from scopecheck.key.role_checks import limits_of
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.named import Named
from scopecheck.model.secret import Secret
from scopecheck.model.setup import DeadToken, ReadCourse, ReadCourses, Setup
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from scopecheck.run.learning import Learned, learn
from scopecheck.run.live_courses import IGNORED, account_of, live_courses
from scopecheck.run.plan import Plan
from scopecheck.run.preflight_only import ON_THE_KEY
from scopecheck.run.questions import administrator, ask_course_accounts, ask_is_part
from scopecheck.sandbox.guard import GuardError, course_call, course_id_of, guard
from scopecheck.transport.client import CanvasClient

_UNSIGNED = (
    "No answer carried Canvas's own headers (X-Request-Context-Id, X-Canvas-Meta): something between here and Canvas "
    "strips them, so the verdicts rest on what the answers say alone."
)


def prepare(settings: Settings, plan: Plan) -> Setup:
    """Ask Canvas what must be asked once, and judge the key.

    `settings.base_url` is set by now, also for the embedded Canvas. Raises GuardError.
    """
    return prepare_to_renew(settings, plan)[0]


def prepare_to_renew(settings: Settings, plan: Plan) -> tuple[Setup, Renewal | None]:
    """The same, and what renews the run's token if it dies; None if the settings do not allow it."""
    with administrator(settings, plan) as admin:
        learned = learn(settings, plan, admin)
        setup = _setup(settings, plan, learned, admin)
    return setup, learned.held.renewal


def _setup(settings: Settings, plan: Plan, learned: Learned, admin: CanvasClient | None) -> Setup:
    facts, checked, tokens = learned.facts, learned.checked, learned.held.tokens
    dead = _dead(checked[KeyCheck.TOKEN_ALIVE], facts.named)
    refused: str | None = None
    course = facts.course
    if settings.mode == "exercise" and not dead:
        refused = "no sandbox course is set"
        if learned.courses:
            refused, course = _guarded(settings, plan, tokens[-1], learned.courses)
    notes = [_UNSIGNED] if not dead and not plan.signs.seen.signed else []
    if settings.read_course_ids and settings.mode == "exercise":
        notes.append(IGNORED)
    reads, is_part = _read(settings, plan, tokens[-1], facts) if tokens and not dead else (ReadCourses(), False)
    course_id, sandbox_account = course_id_of(course, settings.course_id), _account_of(course)
    sandbox = [ReadCourse(course_id, account_id=sandbox_account)] if course_id and settings.mode == "exercise" else []
    rights = ask_course_accounts(admin, facts.rights, reads.courses or sandbox)
    part = [f"only account {settings.account_id} was read"] if is_part else []
    return Setup(
        base_url=str(settings.base_url),
        token=tokens[-1].reveal() if tokens else "",
        secrets=[each.reveal() for each in settings.known],
        mode=settings.mode,
        tag=plan.tag,
        started_at=plan.started_at,
        account_id=settings.account_id,
        course_id=course_id,
        sandbox_account=sandbox_account,
        reports=str(settings.reports),
        signs=plan.signs.seen,
        key=key_results(checked, facts.named, settings.known),
        missing_on_key=facts.missing_on_key,
        names=facts.names,
        probes_prove=facts.canaries.scope_first or facts.canaries.enforced is not True,
        dead=dead,
        admin_dead=rejects_administrator(facts),
        user_id=facts.identity.user_id,
        user_name=learned.user_name,
        key_id=facts.identity.key_id,
        canvas_version=version_signs(facts.names, _a_course(facts)),
        rights=rights,
        limits=[] if dead else [*limits_of(settings.profile, rights, settings.mode), *part],
        writes_refused=refused,
        named=facts.named,
        token_limited=facts.canaries.enforced is True,
        is_lti=facts.is_lti,
        notes=[*notes, *key_notes(facts), *_half_a_key(settings, checked)],
        read_courses=reads,
    )


def _guarded(settings: Settings, plan: Plan, token: Secret, readings: Sequence[Answer]) -> tuple[str | None, Answer]:
    """Why nothing may be written to the sandbox course, and its reading: no single answer lets a run write, or ends it.

    Raises GuardError if two readings do.
    """

    def problem(course: Answer) -> GuardError | str | None:
        try:
            return guard(course, settings, allow_students=plan.allow_students)
        except GuardError as error:
            return error

    problems = [problem(each) for each in readings]
    if len(readings) == 1:
        with closing(plan.client(settings, token, plan.pace)) as client:
            again = plan.signs.stamped(client.send(course_call(str(settings.course_id))))
        readings, problems = [*readings, again], [*problems, problem(again)]
    errors = [each for each in problems if isinstance(each, GuardError)]
    course = next((each for each, found in zip(readings, problems, strict=True) if found is None), readings[-1])
    if len(errors) > 1:
        raise errors[0]
    if None not in problems:
        return next(each for each in problems if isinstance(each, str)), course
    # A fault says nothing about the course, nor does an answer without a member; a refusal does.
    quiet = PASSING | {Reading.OK}
    refusals = [found for each, found in zip(readings, problems, strict=True) if found and read(each) not in quiet]
    against = [str(found) for found in [*errors, *refusals]]
    if against:
        return f"Canvas contradicted itself when the sandbox course was read twice ({against[0].rstrip('.')})", course
    return None, course


def _half_a_key(settings: Settings, checked: Mapping[KeyCheck, CheckOutcome]) -> Iterator[str]:
    """What is left out where only one of the two settings is set that the preflight needs."""
    left_out = [check for check in ON_THE_KEY if checked[check].verdict is CheckVerdict.NOT_CHECKED]
    one, other = "CANVAS_CLIENT_ID", "CANVAS_REDIRECT_URI"
    if settings.redirect_uri:
        one, other = other, one
    if left_out and bool(settings.client_id) != bool(settings.redirect_uri):
        yield f"{one} is set without {other}, so these checks are left out: {', '.join(left_out)}. Set {other} too."


def _read(settings: Settings, plan: Plan, token: Secret, facts: KeyFacts) -> tuple[ReadCourses, bool]:
    """The courses that probe mode reads, and whether the account that is tested is only a part of the whole."""
    with closing(plan.client(settings, token, plan.pace)) as client:
        is_part = ask_is_part(client, settings)
        return live_courses(client, settings, facts.rights) if settings.mode == "probe" else ReadCourses(), is_part


def _a_course(facts: KeyFacts) -> object:
    """A course's record, as far as one was read."""
    read = [answer.json for answer in (facts.course, facts.included and facts.included.answer) if answer]
    rows = [row for each in read for row in (each if isinstance(each, list) else [each]) if isinstance(row, dict)]
    return next(iter(rows), None)


def _account_of(course: Answer | None) -> str | None:
    return account_of(course.json) if course and isinstance(course.json, dict) else None


def _dead(alive: CheckOutcome, named: Named) -> DeadToken | None:
    """Where no call can be judged, the one cause for all."""
    if alive.verdict is CheckVerdict.OK:
        return None
    if alive.cause is None:
        return DeadToken(
            causes.TOKEN_EXPIRED.slug,
            "No token is set.",
            "Set CANVAS_ACCESS_TOKEN or CANVAS_REFRESH_TOKEN.",
        )
    remedy = alive.remedy or alive.cause.remedy_for(detail=alive.detail, **named.words)
    return DeadToken(alive.cause.slug, alive.message, remedy)
