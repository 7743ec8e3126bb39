"""Adding a caption track next to other people's and removing it again (media_tracks_controller.rb)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.call import Call
from scopecheck.sandbox.changes import CaptionChange
from scopecheck.sandbox.objects import KINDS, Noun
from scopecheck.sandbox.undo.interface import LOOKS, Hands, Outcome, Send, UndoError
from scopecheck.sandbox.undo.look import Unreadable, listed


def undo_caption(change: CaptionChange, hands: Hands) -> Outcome:
    """Remove our locale by listing all the others: PUT deletes every locale that is not listed. Raises UndoError.

    The others are all that the course's list shows and all that were there before, so that no list that lags or lacks
    one deletes it; Canvas passes over a locale that does not exist.
    """
    shown, own = _shown(change, hands), own_locales(hands.read, change.media_id)
    if change.locale not in shown and change.locale not in (own or ()):
        return Outcome.ABSENT
    if own is not None and change.locale not in own:
        # Canvas lists only the caller's own tracks there.
        return Outcome.REPLACED
    keep = [each for each in dict.fromkeys([*shown, *change.others]) if each != change.locale]
    answer = hands.write(write_tracks(change.media_id, [{"locale": locale} for locale in keep]))
    for number in range(LOOKS):
        if number:
            hands.pause(number)
        if change.locale not in _shown(change, hands):
            return Outcome.RESTORED
    raise UndoError(f"Canvas did not remove the captions ({answer.says()}). {_by_hand(change)}")


def write_tracks(media_id: str, tracks: Sequence[dict[str, str]]) -> Call:
    """The call that sets a media object's tracks."""
    return Call("PUT", tracks_path(media_id), json=list(tracks), has_json=True)


def tracks_path(media_id: str) -> str:
    """Where a media object's tracks are read and written."""
    return f"/api/v1/media_objects/{quote(media_id, safe='')}/media_tracks"


def own_locales(send: Send, media_id: str) -> list[str] | None:
    """The locales of the caller's own tracks; None if they cannot be read."""
    answer = send(Call("GET", tracks_path(media_id)))
    return track_locales(answer.json) if read(answer) is Reading.OK else None


def media_list(course_id: str, page: int = 1) -> Call:
    """One page of the list of media objects."""
    call = KINDS[Noun.MEDIA].list_call(course_id)
    return Call("GET", call.path, query=[*call.query, ("page", str(page))])


def locales_listed(send: Send, course_id: str, media_id: str) -> list[str]:
    """The locales of all tracks of one media object, of whatever user. Raises Unreadable if they are not all shown."""
    media = listed(send, KINDS[Noun.MEDIA], course_id, media_id)
    locales = track_locales(media.get("media_tracks"))
    if locales is None:
        raise Unreadable(f"the captions of media object {media_id} are not shown in {media_list(course_id).path}")
    return locales


def track_locales(tracks: object) -> list[str] | None:
    """The locales of tracks, in order and without duplicates; None if any track lacks one.

    In that case nothing may be written: Canvas deletes every locale that a PUT does not list.
    """
    if not isinstance(tracks, list):
        return None
    locales = [track.get("locale") if isinstance(track, dict) else None for track in tracks]
    known = [locale for locale in locales if locale and isinstance(locale, str)]
    return list(dict.fromkeys(known)) if len(known) == len(tracks) else None


def _shown(change: CaptionChange, hands: Hands) -> Iterable[str]:
    try:
        return locales_listed(hands.read, change.course_id, change.media_id)
    except Unreadable as why:
        raise UndoError(f"{why}, so its captions were not written. {_by_hand(change)}") from None


def _by_hand(change: CaptionChange) -> str:
    return f"Remove this suite's captions in {change.locale} by hand."
