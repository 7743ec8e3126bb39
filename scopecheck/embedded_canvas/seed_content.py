"""The sandbox course's initial content and media, and where they came from."""

from __future__ import annotations

from typing import Final

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import (
    ADMINISTRATOR,
    BEGAN,
    BLUEPRINT,
    COLLEAGUE,
    INTEGRATION_USER,
    OTHER_COURSE,
    SANDBOX,
)
from scopecheck.embedded_canvas.records import (
    Assignment,
    BlueprintImport,
    BlueprintMigration,
    BlueprintSubscription,
    BlueprintTemplate,
    ContentMigration,
    File,
    Folder,
    MediaObject,
    MediaTrack,
    Page,
    Quiz,
    Topic,
)
from scopecheck.embedded_canvas.tables import Tables

_LINKED: Final = (
    '<p>See <a href="/courses/1001/pages/welcome">the welcome page</a> and '
    '<img src="/courses/1001/files/5001/preview" alt="A diagram"></p>'
)


_BLOCK_PAGES: Final = {
    "off": (),
    "some": ("Welcome", "Reading list"),
    "all": ("Welcome", "Reading list", "Lab rules"),
}


def text(config: CanvasConfig, noun: str) -> str:
    """The HTML of one object: plain, or with Canvas links and media, which Canvas rewrites on the way in and out."""
    return _LINKED if config.content == "linked" else f"<p>Welcome to this {noun}.</p>"


def add_content(tables: Tables, config: CanvasConfig) -> None:
    """The sandbox course's texts and files."""
    _add_words(tables, config)
    _add_files(tables, config)


def _add_words(tables: Tables, config: CanvasConfig) -> None:
    for number in range(12):
        key = 2001 + number
        tables.assignments[key] = Assignment(
            key,
            SANDBOX,
            f"Essay {number + 1}",
            text(config, "assignment"),
            BEGAN,
            BEGAN,
            position=number + 1,
            synced=config.blueprint,
        )
    for key, title, front, editor in (
        (3001, "Welcome", True, COLLEAGUE),
        (3002, "Reading list", False, None),
        (3003, "Lab rules", False, COLLEAGUE),
    ):
        url = title.lower().replace(" ", "-")
        tables.pages[key] = Page(
            key, SANDBOX, url, title, text(config, "page"), BEGAN, BEGAN, published=front, front_page=front,
            last_edited_by=editor, blocks="[]" if title in _BLOCK_PAGES[config.block_editor] else None,
            synced=config.blueprint,
        )  # fmt: skip
    for key, title in ((4001, "Introductions"), (4002, "Questions about the lab")):
        message = text(config, "discussion")
        tables.topics[key] = Topic(key, SANDBOX, title, message, BEGAN, COLLEAGUE, synced=config.blueprint)
    announced = text(config, "announcement")
    tables.topics[4003] = Topic(
        4003, SANDBOX, "Term begins", announced, BEGAN, COLLEAGUE, published=True, is_announcement=True,
        synced=config.blueprint,
    )  # fmt: skip
    for key, title in ((4501, "Self test"), (4502, "Safety quiz")):
        tables.quizzes[key] = Quiz(key, SANDBOX, title, text(config, "quiz"), synced=config.blueprint)


def _add_files(tables: Tables, config: CanvasConfig) -> None:
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


def add_media(tables: Tables, config: CanvasConfig) -> None:
    """One video with captions by the caller and by a colleague; none without media services."""
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


def add_live_content(tables: Tables, config: CanvasConfig) -> None:
    """A published course that nobody made for tests: one object of each kind."""
    course = OTHER_COURSE
    tables.assignments[2901] = Assignment(
        2901, course, "Field report", text(config, "assignment"), BEGAN, BEGAN, workflow_state="published"
    )
    tables.pages[3901] = Page(
        3901, course, "excursion", "Excursion", text(config, "page"), BEGAN, BEGAN, published=True
    )
    tables.topics[4801] = Topic(4801, course, "Cells", text(config, "discussion"), BEGAN, COLLEAGUE, published=True)
    tables.quizzes[4701] = Quiz(4701, course, "Names of bones", text(config, "quiz"), published=True)
    tables.folders[4910] = Folder(4910, course, "course files")
    tables.files[5901] = File(
        5901, "uuid5901", course, 4910, "cell.mp4", "cell.mp4", "video/mp4", b"\0\0\0\x18ftypmp42", BEGAN, BEGAN,
        media_entry_id="m-cell" if config.kaltura else None, user_id=COLLEAGUE,
    )  # fmt: skip
    if config.kaltura:
        tables.media_objects[6901] = MediaObject(6901, "m-cell", course, 5901, COLLEAGUE, "video", "Cell", None, BEGAN)


def add_history(tables: Tables, config: CanvasConfig) -> None:
    """Where the sandbox course's content came from: a blueprint and a course copy."""
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
