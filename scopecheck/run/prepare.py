"""What happens once per run, before the cases: preflight, token, canaries, guard, and the key checks based on them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from scopecheck.canvas.classify import is_record
from scopecheck.config.settings import Settings
from scopecheck.key.canaries import send_canaries
from scopecheck.key.key_checks import check_all
from scopecheck.key.oauth import TokenRefused, obtain
from scopecheck.key.outcome import CheckOutcome, key_results
from scopecheck.key.preflight import preflight
from scopecheck.key.record import read_key_record, renamed_scopes
from scopecheck.key.token_checks import token_life
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Canaries, Included, KeyFacts, KeyRecord, Preflight, TokenRefusal
from scopecheck.model.secret import Secret
from scopecheck.model.setup import DeadToken, Setup
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from scopecheck.sandbox.guard import course_call, guard
from scopecheck.transport.client import CanvasClient, Patience, Transport
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace


@dataclass(frozen=True)
class Plan:
    """What the caller decides about a run in addition to its settings."""

    tag: str
    started_at: str
    processes: int
    """How many processes share the token's rate limit."""
    allow_students: bool = False
    patience: Patience = field(default_factory=Patience)
    transport: Transport | None = None
    """For a Canvas in this process; None means the network."""

    def client(self, settings: Settings, token: Secret | None, pace: Pace) -> CanvasClient:
        """A client to the target."""
        return CanvasClient(str(settings.base_url), token, pace, self.patience, self.transport)


def prepare(settings: Settings, plan: Plan) -> Setup:
    """Ask Canvas what is only asked once, in parallel where possible, and judge the key.

    `settings.base_url` must be set, also for the embedded Canvas. Raises GuardError.
    """
    pace = Pace(ALL_IN_FLIGHT)
    scopes = [str(requirement.scope) for requirement in settings.profile.requirements]
    anonymous = plan.client(settings, None, pace)
    with ThreadPoolExecutor(4) as pool:
        asked = pool.submit(ask_preflight, anonymous, settings, scopes)
        admin = pool.submit(ask_admin, settings, plan, pace)
        token, refused = _token(anonymous, settings)
        client = plan.client(settings, token, pace)
        course = pool.submit(_read_course, client, settings, alive=token is not None)
        canaries = send_canaries(client, scopes) if token else Canaries()
        found = _key_facts(settings, scopes, token, refused, asked, admin, course, canaries)
    found = replace(
        found,
        included=_included(client, settings, course.result()) if token else None,
        unknown_names=ask_names(settings, plan, found.missing_on_key),
    )
    checked = check_all(found)
    setup = _setup(settings, plan, found, checked, token, course.result())
    anonymous.close()
    client.close()
    return setup


def ask_preflight(client: CanvasClient, settings: Settings, scopes: Sequence[str]) -> Preflight | None:
    """The preflight, if the settings allow one."""
    if not (settings.client_id and settings.redirect_uri):
        return None
    return preflight(client, settings.client_id, settings.redirect_uri, scopes)


def _token(client: CanvasClient, settings: Settings) -> tuple[Secret | None, TokenRefusal | None]:
    """The token from the settings, or one refreshed exactly once."""
    try:
        return obtain(client, settings), None
    except TokenRefused as refused:
        return None, refused.refusal


def ask_admin(settings: Settings, plan: Plan, pace: Pace) -> KeyRecord | None:
    """What an administrator's token can add: the key's own record, as a second source."""
    if not (settings.admin_token and settings.client_id):
        return None
    admin = plan.client(settings, settings.admin_token, pace)
    try:
        return read_key_record(admin, settings.client_id)
    finally:
        admin.close()


def _read_course(client: CanvasClient, settings: Settings, *, alive: bool) -> Answer | None:
    return client.send(course_call(settings.course_id)) if alive and settings.course_id else None


def _key_facts(
    settings: Settings,
    scopes: Sequence[str],
    token: Secret | None,
    refused: TokenRefusal | None,
    asked: Future[Preflight | None],
    admin: Future[KeyRecord | None],
    course: Future[Answer | None],
    canaries: Canaries,
) -> KeyFacts:
    return KeyFacts(
        key_name=settings.profile.title,
        scopes=scopes,
        redirect_uri=settings.redirect_uri,
        needs_includes=settings.profile.key.allow_includes,
        preflight=asked.result(),
        key_record=admin.result(),
        refreshed=token is not None and settings.refresh_token is not None,
        token_refusal=refused,
        no_token=token is None and refused is None,
        canaries=canaries,
        token=token_life(canaries.answers, course.result()),
        course=course.result(),
    )


def _included(client: CanvasClient, settings: Settings, course: Answer | None) -> Included:
    """Whether `term` is included with the sandbox course or, failing that, with any course of the account."""
    if course and is_record(course):
        return Included(course, "term", "term" in course.json)
    query = [("include[]", "term"), ("per_page", "1")]
    courses = client.send(Call("GET", f"/api/v1/accounts/{settings.account_id}/courses", query=query))
    rows = courses.json
    if isinstance(rows, list) and rows and isinstance(rows[0], dict) and "id" in rows[0]:
        return Included(courses, "term", "term" in rows[0])
    return Included(courses, "term", None)


def _setup(
    settings: Settings,
    plan: Plan,
    found: KeyFacts,
    checked: dict[KeyCheck, CheckOutcome],
    token: Secret | None,
    course: Answer | None,
) -> Setup:
    dead = _dead(checked[KeyCheck.TOKEN_ALIVE], settings.profile.title)
    refused = None
    if settings.mode == "exercise" and not dead:
        refused = guard(course, settings, allow_students=plan.allow_students) if course else "no sandbox course is set"
    return Setup(
        base_url=str(settings.base_url),
        token=token.reveal() if token else "",
        mode=settings.mode,
        tag=plan.tag,
        started_at=plan.started_at,
        account_id=settings.account_id,
        course_id=settings.course_id,
        sandbox_account=_account_of(course),
        reports=str(settings.reports),
        in_flight=max(1, ALL_IN_FLIGHT // max(1, plan.processes)),
        key=key_results(checked, settings.profile.title, [*settings.secrets, *([token] if token else [])]),
        missing_on_key=found.missing_on_key,
        unknown_names=dict(found.unknown_names),
        probes_prove=found.canaries.scope_first or found.canaries.enforced is not True,
        dead=dead,
        writes_refused=refused,
    )


def _account_of(course: Answer | None) -> str | None:
    body = course.json if course else None
    return str(body["account_id"]) if isinstance(body, dict) and "account_id" in body else None


def ask_names(settings: Settings, plan: Plan, missing: Sequence[str] | None) -> dict[str, str]:
    """With an admin token: the missing scopes that this Canvas knows by another name."""
    if not (missing and settings.admin_token):
        return {}
    admin = plan.client(settings, settings.admin_token, Pace(ALL_IN_FLIGHT))
    try:
        return renamed_scopes(admin, missing)
    finally:
        admin.close()


def _dead(alive: CheckOutcome, key_name: str) -> DeadToken | None:
    """The one cause for all scopes, if no call can be judged."""
    if alive.verdict is CheckVerdict.OK:
        return None
    if alive.cause is None:
        return DeadToken(
            causes.TOKEN_EXPIRED.slug,
            "No token is set.",
            "Set CANVAS_ACCESS_TOKEN or CANVAS_REFRESH_TOKEN.",
        )
    remedy = alive.remedy or alive.cause.remedy_for(key=key_name, detail=alive.detail)
    return DeadToken(alive.cause.slug, alive.message, remedy)
