"""Records the answers of one process: each is replaced as it comes, and only what stands for it is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from msgspec import Struct

from scopecheck import __version__
from scopecheck.bundle.answers import recorded
from scopecheck.bundle.bundle import (
    BUNDLE_VERSION,
    Bundle,
    Circumstances,
    Recorded,
    found_checks,
    found_scopes,
)
from scopecheck.bundle.recording import Recording
from scopecheck.bundle.stand_ins import StandIns
from scopecheck.config.settings import Settings
from scopecheck.key.redirect_form import wrong_form
from scopecheck.model.answer import Answer
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import RunResult
from scopecheck.run.plan import Plan


class Timed(Struct, frozen=True):
    """An exchange and when its answer came, on this machine's clock in nanoseconds: the order of a run's processes."""

    at: int
    exchange: Recorded


class Recorder:
    """The exchanges of one process."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.taken: list[Timed] = []
        self._stand_ins = StandIns(
            bytes.fromhex(recording.key), recording.base_url, recording.tag, frozenset(recording.scopes)
        )
        self._turn = threading.Lock()

    def by(self, who: str) -> Callable[[Answer], None]:
        """What records the answers of a client that makes this one's calls (`run.plan`)."""

        def record(answer: Answer) -> None:
            at = time.monotonic_ns()
            try:
                exchange = recorded(answer, who, self._stand_ins)
            except Exception:  # noqa: BLE001  # a run must not end because of its record, which then lacks this call
                return
            with self._turn:
                self.taken.append(Timed(at, exchange))

        return record

    def bundle(
        self, settings: Settings, plan: Plan, setup: Setup | None, run: RunResult | None, *, embedded: bool
    ) -> Bundle:
        """The bundle of a run with all that was taken; `setup` and `run` are None where the guard ended the run."""
        return Bundle(
            BUNDLE_VERSION,
            __version__,
            circumstances(settings, plan, setup, self._stand_ins, embedded=embedded),
            found_scopes(run.scopes if run else []),
            found_checks(setup.key if setup else []),
            [each.exchange for each in sorted(self.taken, key=lambda each: each.at)],
        )


def circumstances(
    settings: Settings, plan: Plan, setup: Setup | None, given: StandIns, *, embedded: bool
) -> Circumstances:
    """What a bundle says of the run's settings."""
    uri = settings.redirect_uri
    return Circumstances(
        profile=settings.profile.name,
        scopes=[str(requirement.scope) for requirement in settings.profile.requirements],
        needs_includes=settings.profile.key.allow_includes,
        mode="probe" if settings.mode == "probe" else "exercise",
        tag=plan.tag,
        home=given.home,
        embedded=embedded,
        account_id=given.identifier(settings.account_id),
        course_id=given.identifier(settings.course_id) if settings.course_id else None,
        course_name=given.name(settings.course_name) if settings.course_name else None,
        client_id=given.identifier(settings.client_id) if settings.client_id else None,
        redirect_uri=given.address(uri) if uri else None,
        refreshed=settings.refresh_token is not None,
        administered=settings.admin_token is not None,
        allow_students=plan.allow_students,
        may_write=setup is None or setup.writes_refused is None,
        redirect_uri_malformed=bool(uri and wrong_form(uri, settings.profile.key)),
        read_course_ids=[given.identifier(each) for each in settings.read_course_ids],
    )
