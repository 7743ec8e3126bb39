"""Captions of a media object (media_tracks_controller.rb, app/models/media_track.rb)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import is_locked
from scopecheck.embedded_canvas.controllers.media_objects import find_media, may_caption, tracks_of
from scopecheck.embedded_canvas.controllers.webvtt import from_srt
from scopecheck.embedded_canvas.http import Response, json_response, text_response
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import MediaObject, MediaTrack
from scopecheck.embedded_canvas.routing import route

_KINDS: Final = frozenset({"subtitles", "captions", "descriptions", "chapters", "metadata"})
_LOCALE: Final = re.compile(r"[A-Za-z-]+")
_TTML: Final = re.compile(r"<tt\s+xml", re.IGNORECASE)


@route("GET", "/api/v1/media_objects/:media_object_id/media_tracks", "media_tracks#index")
def index(context: Context) -> Response:
    """The caller's own tracks, for any user; other people's are only in the course's media list."""
    return _own(context, find_media(context))


@route("PUT", "/api/v1/media_objects/:media_object_id/media_tracks", "media_tracks#update")
def update(context: Context) -> Response:
    """Replace the tracks with those in the body, a JSON array; locales it does not list are deleted, for all users.

    Deletions are not undone if a later track is refused. A caller who may not caption gets 204, and nothing is done.
    """
    media = find_media(context)
    if not (may_caption(context, media, "add") and may_caption(context, media, "delete")):
        return Response(204)
    wanted = _body(context)
    _delete_unlisted(context, media, [track.get("locale") for track in wanted])
    for track in wanted:
        if str(track.get("content") or "").strip():
            _save(context, media, track)
    return _own(context, media)


@route("GET", "/media_objects/:media_object_id/media_tracks/:id", "media_tracks#show", login=False)
def show(context: Context) -> Response:
    """One track's text as WebVTT: a web page, which needs no login."""
    media = find_media(context)
    track = next((each for each in tracks_of(context, media) if str(each.id) == context.path["id"]), None)
    if track is None:
        raise errors.not_found()
    return text_response(from_srt(track.content) or track.content)


def _own(context: Context, media: MediaObject) -> Response:
    own = [track for track in tracks_of(context, media) if track.user_id == context.caller.id]
    includes = context.includes()
    return json_response([_track_json(track, includes) for track in own])


def _track_json(track: MediaTrack, includes: frozenset[str]) -> dict[str, Any]:
    """One track (lib/api/v1/media_track.rb). `webvtt_content` is null if WebVTT was uploaded."""
    optional = {
        "content": track.content,
        "webvtt_content": from_srt(track.content),
        "created_at": iso(track.created_at),
        "updated_at": iso(track.updated_at),
    }
    return {
        "id": track.id,
        "locale": track.locale,
        "kind": track.kind,
        "media_object_id": track.media_object_id,
        "user_id": track.user_id,
    } | {name: value for name, value in optional.items() if name in includes}


def _body(context: Context) -> list[dict[str, Any]]:
    """The tracks in the raw body, of any content type. Anything but an array of objects or null crashes Canvas."""
    try:
        body = json.loads(context.request.body)
    except ValueError:
        raise errors.crashed() from None
    wanted = [] if body is None else body
    if not isinstance(wanted, list) or not all(isinstance(track, dict) for track in wanted):
        raise errors.crashed()
    return wanted


def _is_locked(context: Context, media: MediaObject) -> bool:
    file = context.tables.files.get(media.file_id) if media.file_id is not None else None
    return file is not None and is_locked(context, file)


def _delete_unlisted(context: Context, media: MediaObject, listed: Sequence[object]) -> None:
    unlisted = [track for track in tracks_of(context, media) if track.locale not in listed]
    if unlisted and _is_locked(context, media):
        raise errors.crashed()
    for track in unlisted:
        del context.tables.media_tracks[track.id]


def _save(context: Context, media: MediaObject, wanted: dict[str, Any]) -> None:
    """Create or update the caller's track in this locale."""
    locale, content = wanted.get("locale"), str(wanted["content"])
    same = [track for track in tracks_of(context, media) if track.locale == locale]
    own = next((track for track in same if track.user_id == context.caller.id), None)
    kind = wanted.get("kind", own.kind if own else "subtitles")
    _validate(context, media, str(locale or ""), kind, content, [track for track in same if track is not own])
    if own is None:
        own = MediaTrack(context.tables.next_id(), media.id, context.caller.id, str(locale), kind, "", now(), now())
        context.tables.media_tracks[own.id] = own
    own.kind, own.content, own.updated_at = kind, content, now()


def _validate(
    context: Context, media: MediaObject, locale: str, kind: object, content: str, others: Sequence[MediaTrack]
) -> None:
    if _is_locked(context, media):
        raise _unprocessable("base", "cannot change column(s): content - locked by Master Course", "invalid")
    if not _LOCALE.fullmatch(locale):
        raise _unprocessable("locale", "is invalid", "invalid")
    if media.file_id is not None and others:
        raise _unprocessable("locale", "has already been taken", "taken")
    if kind not in _KINDS:
        raise _unprocessable("kind", "is not included in the list", "inclusion")
    if _TTML.search(content):
        text = "must not be TTML"
        raise _unprocessable("content", text, "invalid")


def _unprocessable(field: str, message: str, code: str) -> errors.Refusal:
    """422 for a record that does not save, in the shape of API exceptions."""
    error = {"field": field, "message": message, "error_code": code}
    return errors.Refusal(json_response({"errors": [error]}, 422))
