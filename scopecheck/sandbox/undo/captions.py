"""Adding a caption track next to other people's and removing it again (media_tracks_controller.rb)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.call import Call
from scopecheck.sandbox.undo.interface import Send, Since, UndoError


def undo_caption(data: Mapping[str, Any], send: Send, since: Since) -> bool:
    """Remove our locale by listing all the others: PUT deletes every locale that is not listed.

    Returns whether there was anything to undo. Raises UndoError.
    """
    listed = find_media(send, data["course_id"], data["media_id"])
    locales = track_locales(listed.get("media_tracks")) if listed else None
    if locales is None:
        raise UndoError(f"The media object's captions cannot be listed. {_by_hand(data)}")
    if data["locale"] not in locales or (since is Since.ANYTHING and _is_foreign(data, send)):
        return False
    keep = [{"locale": locale} for locale in locales if locale != data["locale"]]
    answer = send(Call("PUT", data["path"], json=keep, has_json=True))
    if read(answer) is not Reading.OK:
        raise UndoError(f"Canvas did not remove the captions ({answer.says()}). {_by_hand(data)}")
    return True


def _by_hand(data: Mapping[str, Any]) -> str:
    return f"Remove this suite's captions in {data['locale']} by hand."


def _is_foreign(data: Mapping[str, Any], send: Send) -> bool:
    """Whether the track in our locale is known to be somebody else's: Canvas lists only the caller's own tracks."""
    answer = send(Call("GET", data["path"]))
    own = track_locales(answer.json) if read(answer) is Reading.OK else None
    return own is not None and data["locale"] not in own


def find_media(send: Send, course_id: str, media_id: str) -> dict[str, Any] | None:
    """One media object of the course with its tracks, looked up page by page; None if it is not found.

    Pages are requested by number, because Canvas's Link header points to another endpoint with another scope
    (media_objects_controller.rb).
    """
    for page in range(1, 11):
        rows = send(media_list(course_id, page)).json
        if not isinstance(rows, list) or not rows:
            return None
        for row in rows:
            if isinstance(row, dict) and row.get("media_id") == media_id:
                return row
    return None


def media_list(course_id: str, page: int = 1) -> Call:
    """The list of media objects, without sources: with them Canvas asks Kaltura for each row."""
    query = [("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"), ("page", str(page))]
    return Call("GET", f"/api/v1/courses/{course_id}/media_objects", query=query)


def track_locales(tracks: object) -> list[str] | None:
    """The locales of tracks, in order and without duplicates; None if any track lacks one.

    In that case nothing may be written: Canvas deletes every locale that a PUT does not list.
    """
    if not isinstance(tracks, list):
        return None
    locales = [track.get("locale") if isinstance(track, dict) else None for track in tracks]
    known = [locale for locale in locales if locale and isinstance(locale, str)]
    return list(dict.fromkeys(known)) if len(known) == len(tracks) else None
