"""The embedded Canvas's beginning: one institution, one sandbox course, one key, in the state that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from embedded_canvas.config import CanvasConfig
from embedded_canvas.scopes import own_names
from embedded_canvas.state import (
    AccessToken,
    Account,
    Assignment,
    BlueprintImport,
    BlueprintMigration,
    BlueprintSubscription,
    BlueprintTemplate,
    ContentMigration,
    Course,
    DeveloperKey,
    File,
    Folder,
    MediaObject,
    MediaTrack,
    Page,
    Quiz,
    Tables,
    Term,
    Topic,
    User,
    now,
)

BEGAN: Final = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
ROOT, SCIENCE, ARTS, BIOLOGY = 1, 11, 12, 13
INTEGRATION_USER, COLLEAGUE, ADMINISTRATOR = 101, 102, 103
KEY, DEFAULT_KEY, ADMIN_KEY = 10_000_000_000_042, 10_000_000_000_001, 10_000_000_000_007
SANDBOX, BLUEPRINT, OTHER_COURSE, SECOND_OTHER = 1001, 1002, 1003, 1004
SANDBOX_NAME: Final = "Ally scope check sandbox"
REDIRECT_URI: Final = "https://prod.ally.ac/api/v2/1234/auth/canvas/callback"

PLAIN: Final = "<p>Welcome to this {noun}.</p>"
LINKED: Final = (
    '<p>See <a href="/courses/1001/pages/welcome">the welcome page</a> and '
    '<img src="/courses/1001/files/5001/preview" alt="A diagram"></p>'
)


@dataclass(frozen=True)
class Credentials:
    """What somebody needs to use this Canvas."""

    client_id: str
    client_secret: str
    redirect_uri: str
    access_token: str
    refresh_token: str
    admin_token: str
    course_id: str
    course_name: str
    login: str
    """The integration user's name on the log-in page, and `password`."""
    password: str


CREDENTIALS: Final = Credentials(
    client_id=str(KEY),
    client_secret="embedded-client-secret",  # noqa: S106  # made up, and of a Canvas that lives for one run
    redirect_uri=REDIRECT_URI,
    access_token="1~embedded-access-token",  # noqa: S106
    refresh_token="1~embedded-refresh-token",  # noqa: S106
    admin_token="1~embedded-admin-token",  # noqa: S106
    course_id=str(SANDBOX),
    course_name=SANDBOX_NAME,
    login="ally",
    password="ally",  # noqa: S106
)


def seed(config: CanvasConfig) -> Tables:
    """The tables of a new Canvas in this state."""
    tables = Tables()
    _people(tables, config)
    _keys(tables, config)
    _token(tables, config)
    _institution(tables)
    _courses(tables, config)
    if config.content != "empty":
        _content(tables, config)
        _media(tables, config)
    _history(tables, config)
    return tables


def _people(tables: Tables, config: CanvasConfig) -> None:
    tables.users = {
        INTEGRATION_USER: User(INTEGRATION_USER, "Ally Integration", config.role, config.denied, SANDBOX, SCIENCE),
        COLLEAGUE: User(COLLEAGUE, "Casey Colleague", "teacher", frozenset(), SANDBOX, SCIENCE),
        ADMINISTRATOR: User(ADMINISTRATOR, "Alex Administrator", "admin"),
    }


def _keys(tables: Tables, config: CanvasConfig) -> None:
    on_key = [] if config.key_kind == "lti" else own_names(config, config.missing_on_key)
    tables.keys = {
        KEY: DeveloperKey(
            KEY, "Ally", CREDENTIALS.client_secret, on_key, config.enforce_scopes or config.key_kind == "lti",
            config.allow_includes, list(config.redirect_uris or (REDIRECT_URI,)), config.key_workflow,
            config.key_state, config.key_owner, config.auto_expire_tokens, config.key_kind == "lti",
        ),
        DEFAULT_KEY: DeveloperKey(
            DEFAULT_KEY, "User-Generated", "default-key-secret", [], False, True, [], owner="site-admin",
            auto_expire_tokens=False, visible=False,
        ),
        ADMIN_KEY: DeveloperKey(ADMIN_KEY, "Administration", "admin-key-secret", [], False, True, []),
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
    )
    if state != "unknown":
        tables.tokens[token.id] = token
    tables.tokens[202] = AccessToken(202, CREDENTIALS.admin_token, ADMINISTRATOR, ADMIN_KEY, [])


def _institution(tables: Tables) -> None:
    def account(number: int, name: str, parent: int | None) -> Account:
        return Account(number, name, parent, None if parent is None else ROOT, f"{number:040d}")

    tables.accounts = {
        ROOT: account(ROOT, "Example University", None),
        SCIENCE: account(SCIENCE, "School of Science", ROOT),
        ARTS: account(ARTS, "School of Arts", ROOT),
        BIOLOGY: account(BIOLOGY, "Biology", SCIENCE),
    }
    tables.terms = {
        301: Term(301, "Default Term", BEGAN),
        302: Term(302, "Spring 2026", BEGAN, BEGAN, BEGAN + timedelta(days=120)),
    }


def _courses(tables: Tables, config: CanvasConfig) -> None:
    body = LINKED if config.content == "linked" else PLAIN.format(noun="syllabus")

    def course(number: int, name: str, account: int, state: str = "available") -> Course:
        return Course(number, name, f"C{number}", account, 301, f"{number:040d}", BEGAN, state)

    tables.courses = {
        SANDBOX: course(SANDBOX, SANDBOX_NAME, SCIENCE, config.course_state),
        BLUEPRINT: course(BLUEPRINT, "Science blueprint", SCIENCE),
        OTHER_COURSE: course(OTHER_COURSE, "Introduction to Biology", BIOLOGY),
        SECOND_OTHER: course(SECOND_OTHER, "Drawing I", ARTS),
    }
    sandbox = tables.courses[SANDBOX]
    sandbox.syllabus_body = None if config.content == "empty" else body
    sandbox.active_students = config.active_students
    sandbox.blueprint = config.sandbox_is_blueprint
    if config.course_dates:
        sandbox.start_at, sandbox.end_at = BEGAN, BEGAN + timedelta(days=90)
    tables.courses[BLUEPRINT].blueprint = True


def _content(tables: Tables, config: CanvasConfig) -> None:
    def body(noun: str) -> str:
        return LINKED if config.content == "linked" else PLAIN.format(noun=noun)

    for number in range(12):
        key = 2001 + number
        tables.assignments[key] = Assignment(
            key, SANDBOX, f"Essay {number + 1}", body("assignment"), BEGAN, BEGAN, position=number + 1
        )
    for key, title, front in ((3001, "Welcome", True), (3002, "Reading list", False), (3003, "Lab rules", False)):
        url = title.lower().replace(" ", "-")
        tables.pages[key] = Page(
            key, SANDBOX, url, title, body("page"), BEGAN, BEGAN, published=front, front_page=front
        )
    for key, title in ((4001, "Introductions"), (4002, "Questions about the lab")):
        tables.topics[key] = Topic(key, SANDBOX, title, body("discussion"), BEGAN, COLLEAGUE)
    tables.topics[4003] = Topic(
        4003, SANDBOX, "Term begins", body("announcement"), BEGAN, COLLEAGUE, published=True, is_announcement=True
    )
    for key, title in ((4501, "Self test"), (4502, "Safety quiz")):
        tables.quizzes[key] = Quiz(key, SANDBOX, title, body("quiz"))
    tables.folders[4900] = Folder(4900, SANDBOX, "course files")
    tables.folders[4901] = Folder(4901, SANDBOX, "course files/unfiled", 4900)
    for key, name, kind, content in (
        (5001, "diagram.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        (5002, "syllabus.txt", "text/plain", b"Week 1: introduction\n"),
    ):
        tables.files[key] = File(
            key, f"uuid{key}", SANDBOX, 4900, name, name, kind, content, BEGAN, BEGAN, user_id=COLLEAGUE,
            synced=config.blueprint,
        )  # fmt: skip


def _media(tables: Tables, config: CanvasConfig) -> None:
    if not config.kaltura:
        return
    owner = INTEGRATION_USER if config.owns_media else COLLEAGUE
    tables.files[5003] = File(
        5003, "uuid5003", SANDBOX, 4900, "lab-tour.mp4", "lab-tour.mp4", "video/mp4", b"\0\0\0\x18ftypmp42", BEGAN,
        BEGAN, media_entry_id="m-labtour", user_id=owner, synced=config.blueprint,
    )  # fmt: skip
    tables.media_objects[6001] = MediaObject(
        6001, "m-labtour", SANDBOX, 5003, owner, "video", "Lab tour", "Lab tour", BEGAN
    )
    caption = "1\n00:00:00,000 --> 00:00:02,000\nWelcome to the lab.\n"
    tables.media_tracks[6101] = MediaTrack(6101, 6001, owner, "en", "captions", caption, BEGAN, BEGAN)
    tables.media_tracks[6102] = MediaTrack(6102, 6001, COLLEAGUE, "fr", "subtitles", caption, BEGAN, BEGAN)


def _history(tables: Tables, config: CanvasConfig) -> None:
    tables.templates[7101] = BlueprintTemplate(7101, BLUEPRINT)
    if config.sandbox_is_blueprint:
        tables.templates[7102] = BlueprintTemplate(7102, SANDBOX)
    if config.blueprint and not config.sandbox_is_blueprint:
        tables.blueprint_migrations[7401] = BlueprintMigration(7401, 7101, ADMINISTRATOR, BEGAN, comment="First sync")
        tables.subscriptions[7001] = BlueprintSubscription(7001, 7101, BLUEPRINT, SANDBOX)
        tables.blueprint_imports[7201] = BlueprintImport(7201, 7001, ADMINISTRATOR, BEGAN, comment="First sync")
    tables.migrations[7301] = ContentMigration(
        7301, SANDBOX, COLLEAGUE, "course_copy_importer", "completed", BEGAN,
        {"source_course_id": OTHER_COURSE}, BEGAN, BEGAN,
    )  # fmt: skip
