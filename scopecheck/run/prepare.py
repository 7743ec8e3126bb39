"""What happens once per run, before the cases: preflight, token, canaries, guard, and the key checks they allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

from scopecheck.config.settings import Settings
from scopecheck.key.canaries import evaluate_canaries, send_canaries
from scopecheck.key.grant import Grant
from scopecheck.key.key_checks import check_all
from scopecheck.key.key_notes import key_notes, rejects_administrator
from scopecheck.key.outcome import CheckOutcome, key_results
from scopecheck.key.renewal import Renewal
from scopecheck.key.role_checks import limits_of
from scopecheck.key.roles import rights_of
from scopecheck.key.token_checks import identity, token_life
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import Canaries, Included, KeyFacts
from scopecheck.model.named import UNNAMED, Named, user_of
from scopecheck.model.secret import Secret
from scopecheck.model.setup import DeadToken, ReadCourse, ReadCourses, Setup
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from scopecheck.run.live_courses import IGNORED, account_of, live_courses
from scopecheck.run.plan import Plan
from scopecheck.run.preflight_only import ON_THE_KEY
from scopecheck.run.questions import (
    administrator,
    ask_accounts,
    ask_course,
    ask_course_accounts,
    ask_included,
    ask_is_part,
    ask_key_record,
    ask_names,
    ask_preflight,
    ask_rights,
    ask_token,
    ask_user_name,
    named_of,
)
from scopecheck.sandbox.guard import course_id_of, guard
from scopecheck.transport.client import CanvasClient, Renew
from scopecheck.transport.pace import Pace

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
        facts, token, renewal = _ask(settings, plan, admin)
        facts = ask_names(admin, settings, plan, facts, token, _while_accepted(renewal, plan))
        facts = replace(facts, rights=ask_rights(admin, facts))
        user_name, refused = ask_user_name(admin, facts.identity.user_id)
        facts = replace(facts, admin_refused=facts.admin_refused or refused)
        user = user_of(facts.identity.user_id, user_name)
        facts = replace(facts, named=named_of(settings, facts.key_record, user))
        tokens = renewal.tokens if renewal else [token] if token else []
        setup = _setup(settings, plan, facts, check_all(facts), tokens, admin)
    return replace(setup, user_name=user_name), renewal


def _renewal(settings: Settings, plan: Plan, token: Secret | None) -> Renewal | None:
    grant = Grant.of(settings)
    return (
        Renewal(grant, token, lambda: plan.client(settings, None, Pace(1), cleans_up=True)) if grant and token else None
    )


def _while_accepted(renewal: Renewal | None, plan: Plan) -> Renew | None:
    """Renews a token that Canvas has accepted before; one that never worked would be none the better for it."""
    return (lambda refused: renewal(refused) if plan.signs.seen.accepts else None) if renewal else None


def _ask(settings: Settings, plan: Plan, admin: CanvasClient | None) -> tuple[KeyFacts, Secret | None, Renewal | None]:
    """Ask side by side what does not depend on each other; gives the first token that it was asked with, too."""
    scopes = [str(requirement.scope) for requirement in settings.profile.requirements]
    anonymously = closing(plan.client(settings, None, plan.pace))
    with anonymously as anonymous, ThreadPoolExecutor(4) as side_by_side, plan.budget.spent_by_failure():
        asked = side_by_side.submit(ask_preflight, anonymous, settings, scopes)
        record = side_by_side.submit(ask_key_record, admin, settings)
        issued, refused = ask_token(anonymous, settings)
        token = issued.access_token if issued else None
        renewal = _renewal(settings, plan, token)
        with closing(plan.client(settings, token, plan.pace, _while_accepted(renewal, plan))) as client:
            read = side_by_side.submit(ask_course, client, settings, alive=token is not None)
            listed = side_by_side.submit(ask_accounts, client, settings) if token else None
            canaries = send_canaries(client, scopes) if token else Canaries()
            course, accounts = read.result(), listed.result() if listed else None
            included = ask_included(client, settings, course) if token else None
    key_record, admin_refused = record.result()
    facts = KeyFacts(
        named=UNNAMED,
        scopes=scopes,
        redirect_uri=settings.redirect_uri,
        preflight=asked.result(),
        key_record=key_record,
        admin_refused=admin_refused,
        refreshed=token is not None and settings.refresh_token is not None,
        real_user=issued.real_user if issued else None,
        issued_to=issued.user_id if issued else None,
        token_refusal=refused,
        no_token=token is None and refused is None,
        client_id=settings.client_id,
        profile=settings.profile,
        accounts=accounts,
    )
    return _stamped(facts, plan, canaries.answers, course, included), token, renewal


def _stamped(
    facts: KeyFacts, plan: Plan, canaries: Sequence[Answer], course: Answer | None, included: Included | None
) -> KeyFacts:
    """The facts, with each answer read in the light of all: the first ones came before anything was known."""
    stamped = plan.signs.stamped
    canaries = [stamped(answer) for answer in canaries]
    course = stamped(course) if course else None
    included = replace(included, answer=stamped(included.answer)) if included else None
    accounts = stamped(facts.accounts) if facts.accounts else None
    return replace(
        facts,
        accounts=accounts,
        rights=rights_of(accounts),
        canaries=evaluate_canaries(canaries),
        course=course,
        token=token_life(canaries, course, included.answer if included else None),
        identity=identity(
            [*([course] if course else []), *([included.answer] if included else []), *canaries], facts.issued_to
        ),
        included=included,
    )


def _setup(
    settings: Settings,
    plan: Plan,
    facts: KeyFacts,
    checked: Mapping[KeyCheck, CheckOutcome],
    tokens: Sequence[Secret],
    admin: CanvasClient | None,
) -> Setup:
    dead = _dead(checked[KeyCheck.TOKEN_ALIVE], facts.named)
    refused = None
    if settings.mode == "exercise" and not dead:
        course = facts.course
        refused = guard(course, settings, allow_students=plan.allow_students) if course else "no sandbox course is set"
    notes = [_UNSIGNED] if not dead and not plan.signs.seen.signed else []
    if settings.read_course_ids and settings.mode == "exercise":
        notes.append(IGNORED)
    reads, is_part = _read(settings, plan, tokens[-1], facts) if tokens and not dead else (ReadCourses(), False)
    course_id, sandbox_account = course_id_of(facts.course, settings.course_id), _account_of(facts.course)
    sandbox = [ReadCourse(course_id, account_id=sandbox_account)] if course_id and settings.mode == "exercise" else []
    rights = ask_course_accounts(admin, facts.rights, reads.courses or sandbox)
    part = [f"only account {settings.account_id} was read"] if is_part else []
    return Setup(
        base_url=str(settings.base_url),
        token=tokens[-1].reveal() if tokens else "",
        mode=settings.mode,
        tag=plan.tag,
        started_at=plan.started_at,
        account_id=settings.account_id,
        course_id=course_id,
        sandbox_account=sandbox_account,
        reports=str(settings.reports),
        signs=plan.signs.seen,
        key=key_results(checked, facts.named, [*settings.secrets, *tokens]),
        missing_on_key=facts.missing_on_key,
        names=facts.names,
        probes_prove=facts.canaries.scope_first or facts.canaries.enforced is not True,
        dead=dead,
        admin_dead=rejects_administrator(facts),
        user_id=facts.identity.user_id,
        rights=rights,
        limits=[] if dead else [*limits_of(settings.profile, rights, settings.mode), *part],
        writes_refused=refused,
        named=facts.named,
        token_limited=facts.canaries.enforced is True,
        is_lti=facts.is_lti,
        notes=[*notes, *key_notes(facts), *_half_a_key(settings, checked)],
        read_courses=reads,
    )


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
