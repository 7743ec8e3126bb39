"""A bundle is safe to publish: nothing that an institution would not want to show is in it, in no form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scopecheck.bundle.recorder import Recorder
from scopecheck.bundle.recording import Recording
from scopecheck.model.secret import Secret
from tests.selftest.bundle.recording import TAG, RecordedRun, a_canvas, record_run, replay_run, reread, with_admin
from tests.selftest.bundle.seeding import Seeds, Talkative, encodings
from tests.selftest.exercises.sweep import ALLY, SCOPES, report_folder, settings_for

words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=9, max_size=12)
texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=5, max_size=20).map("Ø{}".format)


@settings(max_examples=5, phases=(Phase.explicit, Phase.generate))  # a run takes too long for shrinking
@given(text=texts, word=words, state=st.sampled_from([{}, {"version": "old"}, {"role": "teacher"}, {"storage": "s3"},
                                                      {"content": "linked"}, {"error_report_ids": True}]),
       mode=st.sampled_from(["exercise", "probe"]))  # fmt: skip
def test_nothing_that_people_wrote_is_in_it(text: str, word: str, state: dict[str, Any], mode: str) -> None:
    """No name, title, text, address, member of unknown form, header, cookie or page is in the bundle in any form."""
    seeds = Seeds(text, word)
    recorded = _record(seeds, mode, **state)

    assert len(seeds.planted) > 100
    assert _found(recorded, [text, word, *seeds.planted[:400]]) == []
    assert replay_run(recorded).changed == []


def test_no_credential_is_in_it() -> None:
    """Neither tokens nor the key's ID and secret, nor addresses and names of the settings."""
    canvas = a_canvas(missing_on_key=frozenset({SCOPES[3]}))
    recorded = record_run(
        canvas,
        settings={
            **with_admin(canvas),
            "access_token": None,
            "refresh_token": Secret(canvas.credentials.refresh_token),
            "client_secret": Secret(canvas.credentials.client_secret),
        },
    )
    known = canvas.credentials
    tokens = [token.token for token in canvas.tables.tokens.values()]
    names = ["canvas.test", "prod.ally.ac", "Example University", "Ally Integration"]
    private = [known.client_id, known.client_secret, known.access_token, known.refresh_token, known.admin_token]

    assert "POST /login/oauth2/token" in [each.call for each in recorded.bundle.exchanges]
    assert _found(recorded, [*private, *tokens, known.course_name, *names]) == []


def test_no_id_is_in_it() -> None:
    """Neither the IDs of records, nor slugs, nor the dates on which things happened."""
    recorded = record_run(a_canvas())
    text = _text(recorded)
    ids = {key for table in vars(recorded.canvas.tables).values() if isinstance(table, dict) for key in table}

    assert {1001, 2001, 6001} <= ids
    # Lower ones look like a status or a year.
    assert [each for each in ids if isinstance(each, int) and each > 3000 and re.search(rf"\b{each}\b", text)] == []
    assert _found(recorded, ["m-labtour", "reading-list", "2026-01-15"]) == []


def test_no_two_runs_have_the_same_stand_ins() -> None:
    """What stands for a name or ID in one bundle says nothing about another one: each run has a key of its own."""
    one, other = (record_run(a_canvas()).bundle for _ in range(2))

    assert one.given.course_id != other.given.course_id
    assert one.given.course_name != other.given.course_name


def test_the_key_of_the_stand_ins_is_not_kept() -> None:
    """It is neither in the bundle nor in what is printed of the objects that have it."""
    recorder = Recorder(Recording.of(settings_for(a_canvas(), "exercise", ALLY, Path()), TAG))

    assert re.search(r"[0-9a-f]{40,}", _text(record_run(a_canvas()))) is None
    assert recorder.recording.key not in f"{recorder.recording} {recorder._stand_ins}"
    assert repr(bytes.fromhex(recorder.recording.key)) not in repr(recorder._stand_ins)


def _record(seeds: Seeds, mode: str, **state: Any) -> RecordedRun:
    canvas = a_canvas(**state)
    seeds.fill(canvas)
    name = canvas.tables.courses[1001].name
    return record_run(
        canvas, mode, between=lambda way: Talkative(way, seeds, pages=True), settings={"course_name": name}
    )


def _text(recorded: RecordedRun) -> str:
    with report_folder() as folder:
        reread(recorded.bundle, folder)
        return (folder / "bundle.json").read_text("utf-8")


def _found(recorded: RecordedRun, secrets: list[str]) -> list[str]:
    text = _text(recorded)
    everything = text + text.lower() + text.encode().decode("unicode_escape", "replace")
    return [secret for secret in secrets if any(form in everything for form in encodings(secret) if len(form) > 4)]
