"""Section Media Objects: videos, their titles and captions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from scopecheck import causes
from scopecheck.answer import Answer
from scopecheck.classify import Reading, read
from scopecheck.exercises.case import Case, Finding, Unavailable, first, get, put
from scopecheck.exercises.included import require_included
from scopecheck.exercises.names import rename_and_back
from scopecheck.exercises.registry import exercises
from scopecheck.sandbox.undo import Field, media_list, track_locales
from scopecheck.verdict import ScopeResult, Verdict

_MEDIA: Final = ("media_id", "title", "media_tracks")
_CAPTIONS: Final = Path(__file__).parents[2] / "fixtures" / "content" / "captions.srt"
_OUR_LOCALES: Final = ("eo", "ia", "vo", "la")
"""Languages hardly ever captioned: our track takes the first that the media object has not."""


@exercises("url:GET|/api/v1/courses/:course_id/media_objects")
def list_media(case: Case) -> ScopeResult:
    """Media objects are listed with their tracks, page by page number.

    Canvas's Link header points to media_attachments here, which is another scope (media_objects_controller.rb).
    """
    rows = case.rows(case.fetch(media_list(case.course)), _MEDIA)
    if len(rows) == 10:
        rows += case.rows(case.fetch(media_list(case.course, page=2)), _MEDIA)
    return case.granted(f"Listed {len(rows)} media objects.")


@exercises("url:PUT|/api/v1/media_objects/:media_object_id")
def retitle_media(case: Case) -> ScopeResult:
    """A media object is given another title and its own again; Canvas lets only its owner do so."""
    media = _media(case)
    path = f"/api/v1/media_objects/{quote(media['media_id'], safe='')}"
    field = Field(path, "", "user_entered_title", "title", path, [], html=False, answers=True)
    try:
        return rename_and_back(case, field, media["title"], f"media object {media['media_id']}")
    except Finding as finding:
        if finding.cause is causes.USER_LACKS_PERMISSION:
            raise Unavailable("the course's media object belongs to another user, and only its owner may") from finding
        raise


@exercises("url:GET|/api/v1/media_objects/:media_object_id/media_tracks")
def read_tracks(case: Case) -> ScopeResult:
    """The user's own captions are read with their text, which Canvas leaves out for keys that allow no includes."""
    media = _media(case)
    query = [("include[]", "content"), ("include[]", "created_at")]
    answer = case.fetch(get(f"{_tracks_path(media)}", query))
    tracks = case.rows(answer, ("id", "locale", "kind"))
    for track in tracks[:1]:
        require_included(track, "content", "created_at")
    return case.granted(f"Read {len(tracks)} caption tracks of media object {media['media_id']}.")


@exercises("url:PUT|/api/v1/media_objects/:media_object_id/media_tracks")
def write_captions(case: Case) -> ScopeResult:
    """A caption track in a new locale is added, seen and taken off; every other locale is named and so kept.

    Canvas deletes every locale that a PUT does not list, all users' (media_tracks_controller.rb).
    """
    media = _media(case)
    others = track_locales(media)
    ours = first(
        _OUR_LOCALES,
        lambda locale: locale not in others,
        "the media object has captions in every locale tried",
    )
    path = f"/api/v1{_tracks_path(media)}"
    data = {"course_id": case.course, "media_id": media["media_id"], "locale": ours, "path": path}
    added = {"locale": ours, "kind": "captions", "content": _CAPTIONS.read_text(encoding="utf-8")}
    with case.change("caption", f"media object {media['media_id']}: caption {ours}", data) as change:
        answer = case.send(put(_tracks_path(media), [*({"locale": locale} for locale in others), added]))
        _require_track(case, case.written(change, answer), ours)
    return case.granted(f"Added captions in {ours} to media object {media['media_id']} and removed them again.")


def _require_track(case: Case, answer: Answer, locale: str) -> None:
    """Canvas answers 204 and does nothing where the user may not caption (media_tracks_controller.rb)."""
    if read(answer) is Reading.EMPTY:
        raise Finding(
            Verdict.MISCONFIGURED,
            causes.USER_LACKS_PERMISSION,
            "Canvas answered 204 and wrote no captions: the user may not add and delete captions here.",
        )
    tracks = case.rows(answer, ("id", "locale"))
    if locale not in {track["locale"] for track in tracks}:
        raise Finding(
            Verdict.MISCONFIGURED,
            causes.WRITE_WITHOUT_EFFECT,
            f"Canvas accepted captions in {locale}, but does not list them.",
        )


def _media(case: Case) -> dict[str, Any]:
    rows = case.borrow(media_list(case.course))
    return first(
        rows if isinstance(rows, list) else [],
        lambda row: isinstance(row, dict) and all(key in row for key in _MEDIA),
        "the sandbox course has no media object",
    )


def _tracks_path(media: dict[str, Any]) -> str:
    return f"/media_objects/{quote(media['media_id'], safe='')}/media_tracks"
