"""Adding a caption track next to other people's and removing it again (media_tracks_controller.rb)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from scopecheck.canvas.caption_locales import CAPTION_LOCALES
from scopecheck.canvas.classify import Reading, read
from scopecheck.model.call import Call
from scopecheck.sandbox.changes import CaptionChange
from scopecheck.sandbox.objects import KINDS, Noun
from scopecheck.sandbox.undo.interface import Hands, Outcome, Send, UndoError
from scopecheck.sandbox.undo.look import Unreadable, listed
from scopecheck.transport.looks import looks


def undo_caption(change: CaptionChange, hands: Hands) -> Outcome:
    """Remove our locale, if the track in it is ours, and keep all the others. Raises UndoError."""
    shown = _shown(change, hands)
    own = _own(change, hands, hopes=change.locale in shown)
    if change.locale not in shown and change.locale not in (own or ()):
        return Outcome.ABSENT
    if own is not None and change.locale not in own:
        return Outcome.REPLACED
    answer = hands.write(write_tracks(change.media_id, change.locale, [*shown, *change.others]))
    own = track_locales(answer.json) if read(answer) is Reading.OK else None
    for number, _ in enumerate(looks(hands.pause)):
        if own is None or number:
            own = own_locales(hands.read, change.media_id)
        if change.locale not in (own or ()) and change.locale not in _shown(change, hands):
            return Outcome.RESTORED
    raise UndoError(f"Canvas did not remove the captions ({answer.says()}). {_by_hand(change)}")


def _own(change: CaptionChange, hands: Hands, *, hopes: bool) -> list[str] | None:
    """The locales of the caller's own tracks, read again as long as one that `hopes` to be ours is not among them.

    Canvas lists no others there; None if they cannot be read.
    """
    own: list[str] | None = None
    for _ in looks(hands.pause):
        own = own_locales(hands.read, change.media_id)
        if not hopes or own is None or change.locale in own:
            break
    return own


def write_tracks(media_id: str, ours: str, others: Iterable[str], content: str | None = None) -> Call:
    """The call that adds captions in our locale, or removes them if there is no content, and touches no other locale.

    Canvas deletes every locale that the call does not name, and passes over one that has no track: so it names all that
    were seen, and those of all languages, since a list may lag, or lack a track.
    """
    kept = [{"locale": each} for each in dict.fromkeys([*others, *CAPTION_LOCALES]) if each != ours]
    added = [] if content is None else [{"locale": ours, "kind": "captions", "content": content}]
    return Call("PUT", tracks_path(media_id), json=[*kept, *added], has_json=True)


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
    """The locales of tracks, in order and without duplicates; None if any track lacks one: then nothing is written."""
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
