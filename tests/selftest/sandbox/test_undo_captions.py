"""Removing a caption of ours: what is looked at before, what the one write names, and what is looked at behind."""

from __future__ import annotations

from typing import Any, Final

import pytest

from scopecheck.canvas.caption_locales import CAPTION_LOCALES
from scopecheck.model.call import Call
from scopecheck.sandbox.changes import CaptionChange
from scopecheck.sandbox.undo.captions import media_list, write_tracks
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from tests.selftest.sandbox.scripted import NO_SCOPE, Script, Step, put

TRACKS: Final = "/api/v1/media_objects/m-1/media_tracks"
CHANGE: Final = CaptionChange("7", "m-1", "eo")
OWN: Final = Call("GET", TRACKS)


def page(number: int = 1) -> Call:
    """The request for one page of the course's media."""
    query = [("exclude[]", "sources"), ("sort", "title"), ("per_page", "10"), ("page", str(number))]
    return Call("GET", "/api/v1/courses/7/media_objects", query=query)


def media(*locales: Any, media_id: str = "m-1") -> list[dict[str, Any]]:
    """A page with one media object that has tracks in these locales."""
    return [{"media_id": media_id, "media_tracks": tracks(*locales)}]


def tracks(*locales: Any) -> list[dict[str, Any]]:
    """Tracks in these locales."""
    return [{"locale": locale} for locale in locales]


def keep(*seen: str) -> Call:
    """The write that leaves alone tracks in these locales, and in all that are known."""
    return put(TRACKS, tracks(*dict.fromkeys([*seen, *(each for each in CAPTION_LOCALES if each != "eo")])))


GONE: Final[list[Step]] = [(keep("en"), 200, []), (page(), 200, media("en"))]
UNDONE: list[tuple[str, CaptionChange, list[Step]]] = [
    ("ours", CHANGE, [(page(), 200, media("en", "eo")), (OWN, 200, tracks("eo")), *GONE]),
    ("nobody knows whose", CHANGE, [(page(), 200, media("en", "eo")), (OWN, 401, NO_SCOPE),
                                    (keep("en"), 200, tracks("fr")), (page(), 200, media("en"))]),
    ("one that the course's list lacks", CHANGE, [(page(), 200, media("en")), (OWN, 200, tracks("eo")), *GONE]),
    ("one that our own list shows late", CHANGE, [
        (page(), 200, media("en", "eo")), (OWN, 200, []), (OWN, 200, tracks("eo")), *GONE]),
    ("others that only the journal knows", CaptionChange("7", "m-1", "eo", ("x-old", "en")), [
        (page(), 200, media("en", "eo")), (OWN, 200, tracks("eo")), (keep("en", "x-old"), 200, []),
        (page(), 200, media("en"))]),
    ("on another page, behind junk", CHANGE, [
        (page(), 200, ["junk", *media("eo", media_id="m-2")]), (page(2), 200, media("eo")),
        (OWN, 200, tracks("eo")), (keep(), 200, []), (page(), 200, media())]),
    ("it still shows for a moment", CHANGE, [
        (page(), 200, media("eo")), (OWN, 200, tracks("eo")), (keep(), 200, []), (page(), 200, media("eo")),
        (OWN, 200, []), (page(), 200, media())]),
    ("no answer, but both lists show it gone", CHANGE, [
        (page(), 200, media("en", "eo")), (OWN, 200, tracks("eo")), (keep("en"), 502, None), (OWN, 200, []),
        (page(), 200, media("en"))]),
    ("an error that says 200, but both lists show it gone", CHANGE, [
        (page(), 200, media("en", "eo")), (OWN, 200, tracks("eo")), (keep("en"), 200, {"errors": []}), (OWN, 200, []),
        (page(), 200, media("en"))]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE])
def test_it_is_removed(change: CaptionChange, steps: list[Step]) -> None:
    """The write names each other locale once: Canvas deletes what it does not name."""
    script = Script(steps)

    assert undo(change, script.hands) is Outcome.RESTORED
    assert script.over


NOTHING_TO_UNDO: list[tuple[str, Outcome, list[Step]]] = [
    ("not there", Outcome.ABSENT, [(page(), 200, media("en", "fr")), (OWN, 200, [])]),
    ("not there, and our own cannot be read", Outcome.ABSENT, [(page(), 200, media("en", "fr")), (OWN, 401, NO_SCOPE)]),
    ("a colleague's", Outcome.REPLACED, [(page(), 200, media("en", "eo")), *[(OWN, 200, tracks("en"))] * 3]),
    ("a colleague's, and none ours", Outcome.REPLACED, [(page(), 200, media("en", "eo")), *[(OWN, 200, [])] * 3]),
]


@pytest.mark.parametrize(
    ("outcome", "steps"), [row[1:] for row in NOTHING_TO_UNDO], ids=[row[0] for row in NOTHING_TO_UNDO]
)
def test_nothing_is_written_where_it_is_not_ours(outcome: Outcome, steps: list[Step]) -> None:
    """A track that is not there, or that only a colleague can have added since, is left alone."""
    script = Script(steps)

    assert undo(CHANGE, script.hands) is outcome
    assert script.over


OURS: Final[list[Step]] = [(page(), 200, media("en", "eo")), (OWN, 200, tracks("eo"))]
STAYS: Final[list[Step]] = [(OWN, 200, tracks("eo")), (page(), 200, media("en", "eo"))]
FAILING: list[tuple[str, list[Step]]] = [
    ("no media in the course", [(page(), 200, [])]),
    ("not among the media", [(page(), 200, media("eo", media_id="m-2")), (page(2), 200, [])]),
    ("not among the first hundred", [(page(number), 200, media("eo", media_id="m-2")) for number in range(1, 11)]),
    ("no list", [(page(), 401, NO_SCOPE)]),
    ("no tracks told", [(page(), 200, [{"media_id": "m-1"}])]),
    ("a track without locale", [(page(), 200, media("en", "eo", None))]),
    ("a track with a blank locale", [(page(), 200, media("eo", ""))]),
    ("a track with a number", [(page(), 200, media("eo", 7))]),
    ("a track that is none", [(page(), 200, [{"media_id": "m-1", "media_tracks": [{"locale": "eo"}, "fr"]}])]),
    ("refused", [*OURS, (keep("en"), 401, {}), *[(OWN, 200, tracks("eo"))] * 3]),
    ("answered with nothing, and the course's list lacks it", [*OURS, (keep("en"), 204, None),
                                                               *[(OWN, 200, tracks("eo"))] * 3]),
    ("said to be gone, and still listed", [
        *OURS, (keep("en"), 200, []), (page(), 200, media("en", "eo")),
        *[(OWN, 200, []), (page(), 200, media("en", "eo"))] * 2]),
]  # fmt: skip


@pytest.mark.parametrize("steps", [row[1] for row in FAILING], ids=[row[0] for row in FAILING])
def test_where_it_cannot_be_removed_that_is_said(steps: list[Step]) -> None:
    """Unless every track's locale is told, nothing is written; and no list alone says that ours is gone."""
    script = Script(steps)

    with pytest.raises(UndoError, match="captions"):
        undo(CHANGE, script.hands)
    assert script.over


@pytest.mark.parametrize("content", [None, "1\n00:00:00,000 --> 00:00:01,000\nSaluton\n"])
def test_every_language_is_kept(content: str | None) -> None:
    """Whatever the lists show: English captions survive one that lacks them; only our locale is never named as kept."""
    body = write_tracks("m-1", "eo", ["x-old", "en"], content).json
    assert isinstance(body, list)
    kept = [track["locale"] for track in body if "content" not in track]

    assert {"en", "en-US", "es", "es-419", "fr", "fr-CA", "de", "pt-BR", "zh-Hans", "x-old"} <= set(kept)
    assert len(kept) == len(set(kept))
    assert "eo" not in kept
    assert [track for track in body if "content" in track] == (
        [] if content is None else [{"locale": "eo", "kind": "captions", "content": content}]
    )


def test_the_list_begins_with_its_first_page() -> None:
    """Who names no page gets the first: most courses have no other."""
    assert media_list("7") == page(1)
