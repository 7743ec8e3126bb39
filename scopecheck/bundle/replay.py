"""A run judged again from its bundle, by the same code as a run, without any Canvas."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scopecheck.bundle.bundle import Bundle, Circumstances, found_checks, found_scopes
from scopecheck.bundle.transport import ADMIN_TOKEN, ReplayTransport
from scopecheck.config.profile_file import PROFILES, load_profile
from scopecheck.config.settings import Settings
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.key.redirect_form import host_of
from scopecheck.model.profile import KeySettings, Profile, Requirement
from scopecheck.model.scope import Scope
from scopecheck.model.secret import Secret
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import RunResult, ScopeResult
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.sandbox.tag import made_at
from scopecheck.transport.client import Patience
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace

AT_ONCE: Final = Patience(first_wait=0.0, longest_wait=0.0)
"""Everything that a run waits for is in the bundle already."""

_NOT_WRITTEN: Final = "the recorded run did not write either"


@dataclass(frozen=True)
class Replayed:
    """The outcome of a replay."""

    run: RunResult
    missing: list[str]
    """The calls that this suite makes and the bundle has no answer to."""
    changed: list[str]
    """Scopes and key checks that are judged otherwise than in the recorded run."""


def replay(bundle: Bundle, profile: Profile, folder: Path, patience: Patience = AT_ONCE) -> Replayed:
    """Judge a bundle; `profile` has its scopes, and `folder` takes the journal of the changes that nobody makes.

    Raises GuardError where the recorded run ended with it.
    """
    given = bundle.given
    transport = ReplayTransport(bundle.exchanges, given.home)
    made = made_at(given.tag)
    plan = Plan(
        given.tag,
        f"{made:%Y-%m-%dT%H:%M:%SZ}",
        allow_students=given.allow_students,
        patience=patience,
        transport=transport,
    )
    _, run = judge_here(
        _settings(given, profile, folder), plan, bundle.scopes, may_write=given.may_write, embedded=given.embedded
    )
    # Nothing was changed, so nothing is saved for restoring it by hand.
    failed = [replace(failure, saved_as=None) for failure in run.cleanup.failed]
    run = replace(run, cleanup=replace(run.cleanup, failed=failed))
    return Replayed(run, transport.missing, list(_changed(bundle, run)))


def judge_here(
    settings: Settings, plan: Plan, wanted: Collection[str], *, may_write: bool = True, embedded: bool = False
) -> tuple[Setup, RunResult]:
    """A whole run in this process, one scope after the other, of the scopes that are wanted. Raises GuardError."""
    clock = time.perf_counter()
    setup = prepare(settings, plan)
    if not may_write and setup.writes_refused is None:
        setup = replace(setup, writes_refused=_NOT_WRITTEN)
    session = SandboxSession(settings, plan, setup, lock=None)
    scopes = list(_judge(session.set_up(), settings, plan, session, wanted))
    session.clean_up()
    return setup, session.result(scopes, round(time.perf_counter() - clock, 1), embedded=embedded)


def profile_of(bundle: Bundle) -> Profile:
    """The profile of the recorded run: this suite's own with that name and these scopes, or one made of the scopes."""
    given = bundle.given
    if (PROFILES / f"{given.profile}.toml") in PROFILES.glob("*.toml"):
        own = load_profile(given.profile)
        if [str(requirement.scope) for requirement in own.requirements] == given.scopes:
            return own
    requirements = tuple(Requirement(Scope.parse(scope), "Scopes") for scope in given.scopes)
    return Profile(
        given.profile, given.profile, PROFILES, KeySettings(allow_includes=given.needs_includes), requirements
    )


def _settings(given: Circumstances, profile: Profile, folder: Path) -> Settings:
    token, secret = Secret("recorded-token"), Secret("recorded-secret")
    return Settings(
        profile=replace(profile, key=_key_settings(given, profile.key)),
        mode=given.mode,
        reports=folder,
        base_url=given.home,
        client_id=given.client_id,
        client_secret=secret if given.refreshed else None,
        redirect_uri=given.redirect_uri,
        access_token=None if given.refreshed else token,
        refresh_token=token if given.refreshed else None,
        admin_token=Secret(ADMIN_TOKEN) if given.administered else None,
        account_id=given.account_id,
        course_id=given.course_id,
        course_name=given.course_name,
        read_course_ids=tuple(given.read_course_ids),
    )


def _key_settings(given: Circumstances, key: KeySettings) -> KeySettings:
    """The profile's, with a form of the redirect URI that its stand-in has if the real one had the right form."""
    stand_in = given.redirect_uri or ""
    if not given.redirect_uri_malformed:
        return replace(key, redirect_uri="", redirect_hosts={})
    return replace(key, redirect_uri=f"{stand_in.rstrip('/')}/[ClientId]", redirect_hosts={"": host_of(stand_in)})


def _judge(
    setup: Setup, settings: Settings, plan: Plan, session: SandboxSession, wanted: Collection[str]
) -> Iterator[ScopeResult]:
    client = plan.client(settings, Secret(setup.token), Pace(ALL_IN_FLIGHT), names=setup.names)
    context = RunContext(setup, settings.profile, client, None)
    if setup.course_id:
        target = JournalTarget(setup.base_url, setup.course_id)
        context.journal = Journal(settings.reports / FOLDER, target, f"{setup.tag}-replay")
    try:
        for requirement in settings.profile.requirements:
            if str(requirement.scope) in wanted:
                yield judge(requirement, context)
    finally:
        client.close()
        session.add(context.tally.cleanup())


def _changed(bundle: Bundle, run: RunResult) -> Iterator[str]:
    scopes, checks = found_scopes(run.scopes), found_checks(run.key)
    yield from (scope for scope, found in bundle.scopes.items() if scopes.get(scope) != found)
    yield from (check for check, found in bundle.key.items() if checks.get(check) != found)
