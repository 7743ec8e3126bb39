"""What a run learns of key and token before its cases: asked once, and again where something was found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace

from scopecheck.config.settings import Settings
from scopecheck.key.agreement import Checked, ask_until_agreed
from scopecheck.key.canaries import evaluate_canaries, send_canaries
from scopecheck.key.grant import Grant
from scopecheck.key.key_checks import check_all
from scopecheck.key.oauth import Issued
from scopecheck.key.renewal import Renewal
from scopecheck.key.roles import rights_of
from scopecheck.key.token_checks import identity, token_life
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import Canaries, Included, KeyFacts, TokenRefusal
from scopecheck.model.named import UNNAMED, user_of
from scopecheck.model.secret import Secret
from scopecheck.run.plan import Plan
from scopecheck.run.questions import (
    ask_accounts,
    ask_course,
    ask_included,
    ask_key_record,
    ask_names,
    ask_preflight,
    ask_rights,
    ask_token,
    ask_user_name,
    named_of,
)
from scopecheck.transport.client import CanvasClient, Renew
from scopecheck.transport.pace import Pace


@dataclass(frozen=True)
class Held:
    """The token that is asked with, or why there is none, and what renews it."""

    issued: Issued | None = None
    refusal: TokenRefusal | None = None
    renewal: Renewal | None = None

    @property
    def tokens(self) -> list[Secret]:
        """Every token so far, the current one last."""
        return self.renewal.tokens if self.renewal else [self.issued.access_token] if self.issued else []


@dataclass(frozen=True)
class Learned:
    """The outcome of asking: the facts, what the checks make of them, and what it was asked with."""

    facts: KeyFacts
    held: Held
    user_name: str | None = None
    checked: Checked = field(default_factory=dict)
    courses: Sequence[Answer] = ()
    """Every reading of the sandbox course."""


def learn(settings: Settings, plan: Plan, admin: CanvasClient | None) -> Learned:
    """Ask, and ask again until what is wrong was found twice; the facts are those of the asking with the best ones."""
    askings, best, checked = ask_until_agreed(
        lambda before: _learn(settings, plan, admin, before[-1].held if before else Held()),
        lambda each: each.checked,
    )
    courses = [each.facts.course for each in askings if each.facts.course]
    return replace(best, held=askings[-1].held, checked=checked, courses=courses)


def _learn(settings: Settings, plan: Plan, admin: CanvasClient | None, held: Held) -> Learned:
    facts, held = _ask(settings, plan, admin, held)
    token = held.tokens[-1] if held.tokens else None
    facts = ask_names(admin, settings, plan, facts, token, _while_accepted(held.renewal, plan))
    facts = replace(facts, rights=ask_rights(admin, facts))
    user_name, refused = ask_user_name(admin, facts.identity.user_id)
    facts = replace(facts, admin_refused=facts.admin_refused or refused)
    user = user_of(facts.identity.user_id, user_name)
    facts = replace(facts, named=named_of(settings, facts.key_record, user))
    return Learned(facts, held, user_name, check_all(facts))


def _hold(anonymous: CanvasClient, settings: Settings, plan: Plan) -> Held:
    issued, refused = ask_token(anonymous, settings)
    return Held(issued, refused, _renewal(settings, plan, issued.access_token if issued else None))


def _renewal(settings: Settings, plan: Plan, token: Secret | None) -> Renewal | None:
    grant = Grant.of(settings)
    return (
        Renewal(grant, token, lambda: plan.client(settings, None, Pace(1), cleans_up=True)) if grant and token else None
    )


def _while_accepted(renewal: Renewal | None, plan: Plan) -> Renew | None:
    """Renews a token that Canvas has accepted before; one that never worked would be none the better for it."""
    return (lambda refused: renewal(refused) if plan.signs.seen.accepts else None) if renewal else None


def _ask(settings: Settings, plan: Plan, admin: CanvasClient | None, held: Held) -> tuple[KeyFacts, Held]:
    """Ask side by side what does not depend on each other, with a token that is fetched unless it is held already."""
    scopes = [str(requirement.scope) for requirement in settings.profile.requirements]
    anonymously = closing(plan.client(settings, None, plan.pace))
    with anonymously as anonymous, ThreadPoolExecutor(4) as side_by_side, plan.budget.spent_by_failure():
        asked = side_by_side.submit(ask_preflight, anonymous, settings, scopes)
        record = side_by_side.submit(ask_key_record, admin, settings)
        held = held if held.issued else _hold(anonymous, settings, plan)
        token = held.tokens[-1] if held.tokens else None
        with closing(plan.client(settings, token, plan.pace, _while_accepted(held.renewal, plan))) as client:
            reading = side_by_side.submit(ask_course, client, settings, alive=token is not None)
            listed = side_by_side.submit(ask_accounts, client, settings) if token else None
            canaries = send_canaries(client, scopes) if token else Canaries()
            course, accounts = reading.result(), listed.result() if listed else None
            course = plan.signs.stamped(course) if course else None
            included = ask_included(client, settings, course) if token else None
    key_record, admin_refused = record.result()
    facts = KeyFacts(
        named=UNNAMED,
        scopes=scopes,
        redirect_uri=settings.redirect_uri,
        preflight=asked.result(),
        key_record=key_record,
        admin_refused=admin_refused,
        administered=admin is not None,
        refreshed=token is not None and settings.refresh_token is not None,
        real_user=held.issued.real_user if held.issued else None,
        issued_to=held.issued.user_id if held.issued else None,
        token_refusal=held.refusal,
        no_token=token is None and held.refusal is None,
        client_id=settings.client_id,
        profile=settings.profile,
        accounts=accounts,
    )
    return _stamped(facts, plan, canaries.answers, course, included), held


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
