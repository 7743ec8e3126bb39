"""Section Media Objects: videos, their titles and captions."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.ids import IdForm
from scopecheck.exercises.case import Case, first
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.included import require_included
from scopecheck.exercises.registry import EACH_WITH_FILES, ONE_WITH_FILES, exercises
from scopecheck.exercises.renaming import rename_and_back
from scopecheck.installation import FIXTURES
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.changes import OUR_LOCALES, CaptionChange
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.captions import (
    locales_listed,
    media_list,
    own_locales,
    track_locales,
    tracks_path,
    write_tracks,
)
from scopecheck.sandbox.undo.look import Unreadable

_MEDIA: Final = ("media_id", "title", "media_tracks")
_CAPTIONS: Final = FIXTURES / "content" / "captions.srt"
_TRY_AT_MOST: Final = 3


@exercises("url:GET|/api/v1/courses/:course_id/media_objects", EACH_WITH_FILES)
def list_media(case: Case) -> ScopeResult:
    """Media objects are listed with their tracks, requesting pages by number.

    Canvas's Link header points to media_attachments here, which needs another scope (media_objects_controller.rb).
    """
    rows = case.rows(case.fetch_once(media_list(case.course)), _MEDIA)
    if len(rows) == 10 and case.reading is None:
        rows += case.rows(case.fetch_once(media_list(case.course, page=2)), _MEDIA)
    return case.granted(f"Listed media objects ({len(rows)}).")


@exercises("url:PUT|/api/v1/media_objects/:media_object_id")
def retitle_media(case: Case) -> ScopeResult:
    """A media object is retitled and its title restored; Canvas allows only the owner to do this."""
    for media in _all_media(case)[:_TRY_AT_MOST]:
        try:
            return rename_and_back(case, Noun.MEDIA, media["media_id"], media["title"])
        except NotGranted as ending:
            if ending.cause is not causes.USER_LACKS_PERMISSION:
                raise
    raise Unavailable("the course's media objects belong to other users, and only the owner may change a title")


@exercises("url:GET|/api/v1/media_objects/:media_object_id/media_tracks", ONE_WITH_FILES)
def read_tracks(case: Case) -> ScopeResult:
    """The user's own captions are read with their text, which Canvas leaves out if the key does not allow includes."""
    media_id = _all_media(case)[0]["media_id"]
    query = [("include[]", "content"), ("include[]", "created_at")]
    answer = case.fetch_once(Call("GET", tracks_path(media_id), query=query))
    tracks = case.rows(answer, ("id", "locale", "kind"))
    if not case.includes_seen:
        # If includes are known to work, a Canvas without these two is just an older one.
        for track in tracks[:1]:
            require_included(track, "content", "created_at")
    return case.granted(f"Read the caption tracks of {case.tell.one('media object', media_id)} ({len(tracks)}).")


@exercises("url:PUT|/api/v1/media_objects/:media_object_id/media_tracks")
def write_captions(case: Case) -> ScopeResult:
    """A caption track in a new locale is added, checked and removed; all other locales are listed so that they stay.

    Canvas deletes every locale that a PUT does not list, for all users (media_tracks_controller.rb), so the locales are
    read again just before.
    """
    media = _all_media(case)[0]
    media_id = media["media_id"]
    others = _all_locales(case, media)
    ours = first(
        OUR_LOCALES,
        lambda locale: locale not in others,
        f"media object {media_id} has captions in every locale tried",
    )
    change = CaptionChange(case.course, media_id, ours, tuple(others))
    call = write_tracks(media_id, ours, others, _CAPTIONS.read_text(encoding="utf-8"))
    with case.change(f"media object {media_id}: caption {ours}", change) as writing:
        _require_track(case, case.check_gate(case.write(writing, call)), ours)
    return case.granted(f"Added captions in locale {ours} to media object {media_id} and removed them again.")


def _all_locales(case: Case, media: dict[str, Any]) -> list[str]:
    """Every locale in which the media object may have captions, by all that shows any; `Unavailable` if nothing does.

    A list may lag, or lack a row; to name one locale too many does no harm.
    """
    media_id = media["media_id"]
    try:
        shown = locales_listed(case.send, case.course, media_id)
    except Unreadable as why:
        raise Unavailable(f"{why}, which is needed to keep its captions") from None
    before, own = track_locales(media.get("media_tracks")), own_locales(case.send, media_id)
    return list(dict.fromkeys([*shown, *(before or ()), *(own or ())]))


def _require_track(case: Case, answer: Answer, locale: str) -> None:
    """Canvas answers 204 and does nothing if the user may not manage captions (media_tracks_controller.rb)."""
    if read(answer) is Reading.EMPTY:
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.USER_LACKS_PERMISSION,
            "Canvas answered 204 and wrote no captions: the user may not add or delete captions here.",
        )
    tracks = case.rows(answer, ("id", "locale"))
    if locale not in [track["locale"] for track in tracks]:
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.WRITE_WITHOUT_EFFECT,
            f"Canvas accepted captions in locale {locale}, but does not list them.",
        )


def _all_media(case: Case) -> list[dict[str, Any]]:
    """The first page of the course's media objects; `Unavailable` if there are none."""
    usable = list(filter(_is_usable, case.prerequisite_rows(media_list(case.course))))
    if not usable:
        raise Unavailable("the course has no media object")
    return usable


def _is_usable(row: dict[str, Any]) -> bool:
    # Canvas never shows an empty title and does not accept one.
    texts = all(row.get(key) and isinstance(row[key], str) for key in ("media_id", "title"))
    return texts and IdForm.MEDIA.fits(row["media_id"]) and "media_tracks" in row
