"""The preflight alone: a run that asks about the key and needs no token."""

from __future__ import annotations

import time
from contextlib import closing

from scopecheck.canvas.scope_names import box, other_name_here
from scopecheck.config.settings import Settings
from scopecheck.key import triage
from scopecheck.key.agreement import Checked, ask_until_agreed
from scopecheck.key.key_checks import check_all
from scopecheck.key.key_notes import key_notes
from scopecheck.key.outcome import key_results
from scopecheck.model.clean import cleaned
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import Cleanup, KeyCheck, RunResult, ScopeResult, Target, Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.questions import administrator, ask_key_record, ask_names, ask_preflight, named_of
from scopecheck.transport.client import CanvasClient

ON_THE_KEY = (
    KeyCheck.KEY_KNOWN,
    KeyCheck.REDIRECT_URI,
    KeyCheck.KEY_ON,
    KeyCheck.SCOPES_ON_KEY,
    KeyCheck.SCOPES_ENFORCED,
)
"""The checks that need no token."""


def preflight_run(settings: Settings, plan: Plan, *, embedded: bool = False, unconfigured: str = "") -> RunResult:
    """Ask Canvas about the key; `settings` must have a base URL, a client ID and a redirect URI.

    `unconfigured` says why it is the embedded Canvas that is asked.

    Only the scopes that the key turns out to lack get a verdict: any token it issues will lack them too. No other scope
    is judged, so the result is never conformant.
    """
    clock = time.perf_counter()
    with closing(plan.client(settings, None, plan.pace)) as client, administrator(settings, plan) as admin:
        _, (found, _), checked = ask_until_agreed(
            lambda _: _ask(client, admin, settings, plan), lambda asking: asking[1]
        )
    run = RunResult(
        profile=settings.profile.name,
        mode="probe",
        started_at=plan.started_at,
        duration_s=round(time.perf_counter() - clock, 1),
        target=Target(str(settings.base_url), embedded, settings.account_id, settings.course_id, settings.client_id),
        key=key_results(checked, found.named, settings.known),
        scopes=[
            _lacking(requirement, found)
            for requirement in settings.profile.requirements
            if str(requirement.scope) in (found.missing_on_key or ())
        ],
        cleanup=Cleanup(),
        expected=len(settings.profile.requirements),
        missing_on_key=found.missing_on_key,
        names=found.names,
        named=found.named,
        notes=key_notes(found),
        unconfigured=unconfigured,
    )
    return cleaned(run, settings.known)


def _ask(client: CanvasClient, admin: CanvasClient | None, settings: Settings, plan: Plan) -> tuple[KeyFacts, Checked]:
    scopes = [str(requirement.scope) for requirement in settings.profile.requirements]
    said = ask_preflight(client, settings, scopes)
    record, refused = ask_key_record(admin, settings)
    found = KeyFacts(
        named_of(settings, record),
        scopes,
        settings.redirect_uri,
        preflight=said,
        key_record=record,
        admin_refused=refused,
        no_token=True,
        profile=settings.profile,
    )
    found = ask_names(admin, settings, plan, found)
    return found, check_all(found)


def _lacking(requirement: Requirement, found: KeyFacts) -> ScopeResult:
    scope = str(requirement.scope)
    cause = triage.missing_cause(scope, found.missing_on_key, len(found.scopes), found.names, is_lti=found.is_lti)
    shown = str(box(scope, found.names))
    remedy = cause.remedy_for(scope=shown, section=requirement.section, **found.named.words)
    text = f"Canvas refuses to authorize {shown}. {cause.means}"
    return ScopeResult(
        scope, requirement.section, Verdict.MISSING, None, cause.slug, text, remedy, 0,
        canvas_name=other_name_here(scope, found.names),
    )  # fmt: skip
