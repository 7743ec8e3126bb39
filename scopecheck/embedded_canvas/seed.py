"""The embedded Canvas's initial data: one institution, one sandbox course, one key, in the given state."""

from __future__ import annotations

from datetime import timedelta

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import (
    ADMIN_KEY,
    ADMINISTRATOR,
    ARTS,
    BEGAN,
    BIOLOGY,
    BLUEPRINT,
    COLLEAGUE,
    CREDENTIALS,
    DEFAULT_KEY,
    DEFAULT_TERM,
    DUMMY,
    INTEGRATION_USER,
    KEY,
    OTHER_COURSE,
    REDIRECT_URI,
    ROOT,
    SANDBOX,
    SANDBOX_NAME,
    SCIENCE,
    SECOND_OTHER,
)
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import AccessToken, Account, Course, DeveloperKey, Term, User
from scopecheck.embedded_canvas.scopes import own_names
from scopecheck.embedded_canvas.seed_content import add_content, add_history, add_live_content, add_media, text
from scopecheck.embedded_canvas.seed_roles import add_integration_role, add_roles, denied_outright
from scopecheck.embedded_canvas.tables import Tables


def seed(config: CanvasConfig) -> Tables:
    """The tables of a new Canvas in this state."""
    tables = Tables()
    _people(tables)
    _keys(tables)
    _institution(tables)
    add_roles(tables)
    _courses(tables)
    if config.content != "empty":
        add_live_content(tables, config)
    if config.integration == "complete":
        _integration(tables, config)
    if config.role_cache:
        tables.cache_roles()
    return tables


def _integration(tables: Tables, config: CanvasConfig) -> None:
    _user(tables, config)
    _key(tables, config)
    _token(tables, config)
    add_integration_role(tables, config)
    _sandbox(tables, config)
    if config.content != "empty":
        add_content(tables, config)
        add_media(tables, config)
    add_history(tables, config)


def _people(tables: Tables) -> None:
    tables.users = {
        COLLEAGUE: User(COLLEAGUE, "Casey Colleague", "teacher", frozenset(), SANDBOX, SCIENCE, login="casey"),
        ADMINISTRATOR: User(ADMINISTRATOR, "Alex Administrator", "admin", login="alex"),
    }


def _user(tables: Tables, config: CanvasConfig) -> None:
    tables.users = {
        INTEGRATION_USER: User(
            INTEGRATION_USER,
            "Ally Integration",
            config.role,
            denied_outright(config),
            SANDBOX,
            SCIENCE,
            language=config.language,
            login=CREDENTIALS.login,
        ),
        **tables.users,
    }


def _keys(tables: Tables) -> None:
    tables.keys = {
        DEFAULT_KEY: DeveloperKey(
            DEFAULT_KEY, "User-Generated", "default-key-secret", [], False, True, [], owner="site-admin",
            auto_expire_tokens=False, visible=False,
        ),
        ADMIN_KEY: DeveloperKey(ADMIN_KEY, "Administration", "admin-key-secret", [], False, True, []),
    }  # fmt: skip
    tables.tokens[202] = AccessToken(202, CREDENTIALS.admin_token, ADMINISTRATOR, ADMIN_KEY, [])


def _key(tables: Tables, config: CanvasConfig) -> None:
    on_key = [] if config.key_kind == "lti" else own_names(config, config.missing_on_key)
    tables.keys = {
        KEY: DeveloperKey(
            KEY, "Ally", CREDENTIALS.client_secret, on_key, config.enforce_scopes or config.key_kind == "lti",
            config.allow_includes, list(config.redirect_uris or (REDIRECT_URI,)), config.key_workflow,
            config.key_state, config.key_owner, config.auto_expire_tokens, config.key_kind == "lti",
        ),
        **tables.keys,
    }  # fmt: skip


def _token(tables: Tables, config: CanvasConfig) -> None:
    state, moment = config.token_state, now()
    token = AccessToken(
        id=201,
        token=CREDENTIALS.access_token,
        user_id=INTEGRATION_USER,
        key_id=DEFAULT_KEY if state == "personal" else KEY,
        scopes=own_names(config, config.missing_on_token),
        refresh_token=None if state == "personal" else CREDENTIALS.refresh_token,
        workflow_state="deleted" if state == "revoked" else "active",
        expires_at=moment + timedelta(hours=-1 if state == "expired" else 1),
        permanent_expires_at=moment - timedelta(days=1) if state == "permanently-expired" else None,
        real_user_id=ADMINISTRATOR if config.masquerading else None,
    )
    if state != "unknown":
        tables.tokens = {token.id: token, **tables.tokens}


def _institution(tables: Tables) -> None:
    def account(number: int, name: str, parent: int | None) -> Account:
        return Account(number, name, parent, None if parent is None else ROOT, f"{number:040d}")

    tables.accounts = {
        ROOT: account(ROOT, "Example University", None),
        SCIENCE: account(SCIENCE, "School of Science", ROOT),
        ARTS: account(ARTS, "School of Arts", ROOT),
        BIOLOGY: account(BIOLOGY, "Biology", SCIENCE),
        DUMMY: Account(DUMMY, "Dummy Root Account", None, DUMMY, "0", "deleted"),
    }
    tables.terms = {
        DEFAULT_TERM: Term(DEFAULT_TERM, "Default Term", BEGAN),
        DUMMY: Term(DUMMY, "Dummy Term", BEGAN, account_id=DUMMY),
        302: Term(302, "Spring 2026", BEGAN, BEGAN, BEGAN + timedelta(days=120)),
    }


def _course(number: int, name: str, account: int, state: str = "available") -> Course:
    return Course(number, name, f"C{number}", account, DEFAULT_TERM, f"{number:040d}", BEGAN, state)


def _courses(tables: Tables) -> None:
    tables.courses = {
        OTHER_COURSE: _course(OTHER_COURSE, "Introduction to Biology", BIOLOGY),
        SECOND_OTHER: _course(SECOND_OTHER, "Drawing I", ARTS),
        DUMMY: Course(DUMMY, "Unnamed Course", "Course-1", DUMMY, DUMMY, "0", BEGAN, "deleted"),
    }


def _sandbox(tables: Tables, config: CanvasConfig) -> None:
    tables.courses = {
        SANDBOX: _course(SANDBOX, SANDBOX_NAME, SCIENCE, config.course_state),
        BLUEPRINT: _course(BLUEPRINT, "Science blueprint", SCIENCE),
        **tables.courses,
    }
    sandbox = tables.courses[SANDBOX]
    sandbox.syllabus_body = None if config.content == "empty" else text(config, "syllabus")
    sandbox.active_students = config.active_students
    sandbox.blueprint = config.sandbox_is_blueprint
    if config.course_dates:
        sandbox.start_at, sandbox.end_at = BEGAN, BEGAN + timedelta(days=90)
    tables.courses[BLUEPRINT].blueprint = True
