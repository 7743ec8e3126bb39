"""Media objects: video and audio entries at Kaltura (media_objects_controller.rb)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.file_life import live_files, truncated
from scopecheck.embedded_canvas.controllers.folders import root_folder
from scopecheck.embedded_canvas.controllers.lists import searched
from scopecheck.embedded_canvas.controllers.transcoding import catch_up
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import MediaObject, MediaTrack
from scopecheck.embedded_canvas.routing import route

_SORTS: Final[dict[str, Callable[[MediaObject], Any]]] = {
    "title": lambda media: shown_title(media).casefold(),
    "created_at": lambda media: media.created_at,
}


def shown_title(media: MediaObject) -> str:
    """The title that its owner gave it, else the file's; never null."""
    return media.user_entered_title or media.title or "Untitled"


def find_media(context: Context) -> MediaObject:
    """The path's media object. For an unknown ID the answer is that of a missing right, not 404."""
    wanted = context.path["media_object_id"]
    found = next((media for media in context.tables.media_objects.values() if media.media_id == wanted), None)
    if found is None:
        raise context.not_permitted()
    return found


def may_caption(context: Context, media: MediaObject, change: str) -> bool:
    """Whether the caller may `add` or `delete` captions: whoever may edit its file, or without a file its owner too.

    In 2022 the file did not matter (app/models/media_object.rb, the legacy block).
    """
    course = context.tables.courses[media.course_id]
    if media.file_id is not None and not context.config.is_old:
        return context.may("manage_files_edit", course)
    return media.user_id == context.caller.id or context.may(f"manage_course_content_{change}", course)


def tracks_of(context: Context, media: MediaObject) -> list[MediaTrack]:
    """The media object's tracks of all users, by locale."""
    tracks = [track for track in context.tables.media_tracks.values() if track.media_object_id == media.id]
    return sorted(tracks, key=lambda track: (track.locale, track.id))


@route("GET", "/api/v1/courses/:course_id/media_objects", "media_objects#index")
@route("GET", "/api/v1/courses/:course_id/media_attachments", "media_objects#index", new=True)
def index(context: Context) -> Response:
    """The media of the course's files, even of a deleted course. Creates the root folder, even for who may not read it.

    Today's links point to `media_attachments`, which has another scope. Without `exclude[]=sources` Canvas asks Kaltura
    for each row, and crashes if media services are off.
    """
    if not context.path["course_id"].isdecimal():
        raise errors.not_found()
    course = context.course(deleted=True)
    root_folder(context.tables, course)
    context.require("read_contents", course)
    catch_up(context)
    ids = {file.media_entry_id for file in live_files(context, course)}
    found = [media for media in context.tables.media_objects.values() if media.media_id in ids]
    found = searched(context, found, lambda media: media.title or "")
    key = _SORTS.get(str(context.params.get("sort")), _SORTS["title"])
    found.sort(key=lambda media: (key(media), media.id), reverse=context.params.get("order") == "desc")
    left_out = context.includes("exclude")
    links = None if context.config.is_old else f"/api/v1/courses/{course.id}/media_attachments"
    return context.page(found, lambda media: media_json(context, media, left_out), link_path=links)


@route("PUT", "/api/v1/media_objects/:media_object_id", "media_objects#update_media_object")
def update(context: Context) -> Response:
    """Retitle a media object; only its owner may, not even an administrator."""
    media = find_media(context)
    if media.user_id != context.caller.id:
        raise context.not_permitted()
    title = str(context.params.get("user_entered_title") or "")
    if not title.strip():
        raise errors.message(400, "The user_entered_title parameter must have a value")
    media.user_entered_title = truncated(title)
    if context.config.kaltura:
        media.title = media.user_entered_title
    return json_response(media_json(context, media, frozenset({"sources", "tracks"})))


def media_json(context: Context, media: MediaObject, left_out: frozenset[str]) -> dict[str, Any]:
    """One media object without what is left out: `sources`, `tracks` (lib/api/v1/media_object.rb)."""
    base = context.request.origin
    body: dict[str, Any] = {
        "media_id": media.media_id,
        "created_at": iso(media.created_at),
        "media_type": media.media_type,
        "title": shown_title(media),
        "can_add_captions": may_caption(context, media, "add"),
        "embedded_iframe_url": f"{base}/media_objects_iframe/{media.media_id}",
    }
    if "sources" not in left_out:
        body["media_sources"] = _sources(context, media)
    if "tracks" not in left_out:
        body["media_tracks"] = [
            {
                "id": track.id,
                "kind": track.kind,
                "locale": track.locale,
                "created_at": iso(track.created_at),
                "updated_at": iso(track.updated_at),
                "url": f"{base}/media_objects/{media.media_id}/media_tracks/{track.id}",
            }
            for track in tracks_of(context, media)
        ]
    return body


def _sources(context: Context, media: MediaObject) -> list[dict[str, str]]:
    if not context.config.kaltura:
        raise errors.crashed()
    url = f"https://kaltura.example/p/1/sp/100/playManifest/entryId/{media.media_id}.mp4"
    numbers = {"width": "336", "height": "240", "bitrate": "391168", "size": "204"}
    return [
        {"url": url, "src": url, "label": "382 kbps", "content_type": "video/mp4", "containerFormat": "isom",
         "fileExt": "mp4", "isOriginal": "0"} | numbers
    ]  # fmt: skip
