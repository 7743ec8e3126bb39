"""Journals of the format released so far are restored: their paths are read for the IDs in them, never requested."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from scopecheck.sandbox.changes import AssociationChange, CaptionChange, Change, FieldChange, MadeChange
from scopecheck.sandbox.journal import time_of
from scopecheck.sandbox.journal_reading import JournalFile, read_journal
from scopecheck.sandbox.objects import Noun
from tests.selftest.sandbox.leaving import OLD, TAG, TARGET, WRITTEN, leaving

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)

HEAD: Final = (
    '{"target":{"base_url":"http://canvas.test","course_id":"1001"},"opened":null,"amended":null,"closed":null}'
)
PAGE: Final = (
    '{"target":null,"opened":{"id":"scopecheck-20260101T000000-abcd-main/1","kind":"field","what":"page reading-list: '
    'body","data":{"field":{"path":"/api/v1/courses/1001/pages/reading-list","wrap":"wiki_page","name":"body","shown":'
    '"body","read_path":"/api/v1/courses/1001/pages/reading-list","read_query":[],"html":true,"answers":true,'
    '"course_id":"","media_id":""},"old":"<p>Welcome to this page.</p>","written":"<p>Welcome to this page.</p><div '
    'lang=\\"en\\"><h2>Scope conformance scopecheck-20260101T000000-abcd</h2></div>"},"at":"2026-01-01T00:00:00Z"},'
    '"amended":null,"closed":null}'
)
"""As version 1 wrote them, character by character; so are those below."""


def opened(kind: str, data: str, number: int = 1, member: str = "opened") -> str:
    """A line about a change."""
    other = {"opened": '"amended":null', "amended": '"opened":null'}[member]
    entry = (
        f'{{"id":"scopecheck-20260101T000000-abcd-main/{number}","kind":"{kind}","what":"change {number}",'
        f'"data":{data},"at":"2026-01-01T00:00:00Z"}}'
    )
    if member == "opened":
        return f'{{"target":null,"opened":{entry},{other},"closed":null}}'
    return f'{{"target":null,{other},"amended":{entry},"closed":null}}'


def field(path: str, more: str, read_path: str = "", ids: str = '"course_id":"","media_id":""') -> str:
    """The data of a changed field."""
    names, how = more.split("|")
    return (
        f'{{"field":{{"path":"{path}",{names},"read_path":"{read_path or path}",{how},{ids}}},'
        f'"old":"Old","written":"{TAG} Old"}}'
    )


def made(collection: str, more: str, tail: str) -> str:
    """The data of a created object."""
    return f'{{"collection":"{collection}",{more},{tail}}}'


HTML: Final = '"read_query":[],"html":true,"answers":true'
TEXT: Final = '"read_query":[],"html":false,"answers":true'
SYLLABUS: Final = '"read_query":[["include[]","syllabus_body"],["include[]","term"]],"html":true,"answers":false'
C: Final = "/api/v1/courses/1001"

KINDS: Final[dict[str, tuple[str, Change]]] = {
    "page with an odd name": (
        opened("field", field(f"{C}/pages/%C3%BCber-uns", f'"wrap":"wiki_page","name":"body","shown":"body"|{HTML}')),
        FieldChange(Noun.PAGE, "1001", "über-uns", "Old", f"{TAG} Old"),
    ),
    "assignment": (
        opened("field", field(
            f"{C}/assignments/2001", f'"wrap":"assignment","name":"description","shown":"description"|{HTML}')),
        FieldChange(Noun.ASSIGNMENT, "1001", "2001", "Old", f"{TAG} Old"),
    ),
    "topic": (
        opened("field", field(
            f"{C}/discussion_topics/4001", f'"wrap":"","name":"message","shown":"message"|{HTML}')),
        FieldChange(Noun.TOPIC, "1001", "4001", "Old", f"{TAG} Old"),
    ),
    "quiz": (
        opened("field", field(
            f"{C}/quizzes/4001", f'"wrap":"quiz","name":"description","shown":"description"|{HTML}')),
        FieldChange(Noun.QUIZ, "1001", "4001", "Old", f"{TAG} Old"),
    ),
    "syllabus": (
        opened("field", field(C, f'"wrap":"course","name":"syllabus_body","shown":"syllabus_body"|{SYLLABUS}')),
        FieldChange(Noun.COURSE, "1001", "1001", "Old", f"{TAG} Old"),
    ),
    "file": (
        opened("field", field(
            "/api/v1/files/5001", f'"wrap":"","name":"name","shown":"display_name"|{TEXT}', f"{C}/files/5001")),
        FieldChange(Noun.FILE, "1001", "5001", "Old", f"{TAG} Old"),
    ),
    "media object": (
        opened("field", field(
            "/api/v1/media_objects/m-1", f'"wrap":"","name":"user_entered_title","shown":"title"|{TEXT}',
            ids='"course_id":"1001","media_id":"m-1"')),
        FieldChange(Noun.MEDIA, "1001", "m-1", "Old", f"{TAG} Old"),
    ),
    "captions": (
        opened("caption", '{"course_id":"1001","media_id":"m-1","locale":"eo",'
                          '"path":"/api/v1/media_objects/m-1/media_tracks"}'),
        CaptionChange("1001", "m-1", "eo"),
    ),
    "uploaded file": (
        opened("made", made(f"{C}/files", f'"name_key":"display_name","name":"{TAG}.png","id_key":"id"',
                            '"delete":"/api/v1/files","query":"","by_admin":false,"id":null')),
        MadeChange(Noun.FILE, "1001", f"{TAG}.png"),
    ),
    "administrator's page": (
        opened("made", made(f"{C}/pages", f'"name_key":"title","name":"{TAG} page","id_key":"url"',
                            f'"delete":"{C}/pages","query":"","by_admin":true,"id":null')),
        MadeChange(Noun.PAGE, "1001", f"{TAG} page", by_admin=True),
    ),
    "administrator's assignment": (
        opened("made", made(f"{C}/assignments", f'"name_key":"name","name":"{TAG} assignment","id_key":"id"',
                            f'"delete":"{C}/assignments","query":"","by_admin":true,"id":null')),
        MadeChange(Noun.ASSIGNMENT, "1001", f"{TAG} assignment", by_admin=True),
    ),
    "blueprint": (
        opened("made", made("/api/v1/accounts/11/courses", f'"name_key":"name","name":"{TAG} blueprint","id_key":"id"',
                            '"delete":"/api/v1/courses","query":"event=delete","by_admin":true,"id":null')),
        MadeChange(Noun.COURSE, "11", f"{TAG} blueprint", by_admin=True),
    ),
    "association": (
        opened("association", '{"blueprint_id":"1009","course_id":"1001"}'),
        AssociationChange("1009", "1001"),
    ),
}  # fmt: skip
"""Every kind of change of version 1, and what it is now."""


def journal(path: Path, *lines: str, at: datetime = AT) -> Path:
    """A journal of version 1, written last at this time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"\n{line}\n" for line in lines))
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def read(tmp_path: Path, *lines: str) -> JournalFile:
    """What a journal of version 1 with these lines after the first one holds."""
    return read_journal(journal(tmp_path / "x.jsonl", HEAD, *lines), TARGET)


@pytest.mark.parametrize("case", KINDS)
def test_each_kind_is_recognized(tmp_path: Path, case: str) -> None:
    """The change is the one that this version would have journaled."""
    line, change = KINDS[case]
    found = read(tmp_path, line)

    assert found.wrong == ()
    assert [(entry.what, time_of(entry.at), entry.change) for entry in found.entries] == [("change 1", AT, change)]
    assert not found.entries[0].answered


def test_what_was_learned_and_closed(tmp_path: Path) -> None:
    """The ID of an upload is taken from the later line, and a closed change is over."""
    data = made(
        f"{C}/files",
        f'"name_key":"display_name","name":"{TAG}.png","id_key":"id"',
        '"delete":"/api/v1/files","query":"","by_admin":false,"id":%s',
    )
    closed = '{"target":null,"opened":null,"amended":null,"closed":"scopecheck-20260101T000000-abcd-main/1"}'
    amended = opened("made", data % '"9001"', 2, "amended")
    found = read(tmp_path, PAGE, opened("made", data % "null", 2), amended, closed)

    assert found.wrong == ()
    assert [entry.change for entry in found.entries] == [MadeChange(Noun.FILE, "1001", f"{TAG}.png", False, "9001")]


def test_a_journal_of_version_1_is_undone(reports: Path) -> None:
    """The old text is back, and the journal is gone."""
    with leaving(reports) as left:
        left.written_page()
        path = journal(left.journal.path, HEAD, PAGE)
        told = left.recover()

        assert told.restored == ["page reading-list: body"]
        assert (told.failed, told.unsettled) == ([], [])
        assert left.body == OLD
        assert not path.exists()


def test_its_file_tells_when_its_last_request_was_sent(reports: Path) -> None:
    """A change has the time at which its run began; the request may have been sent until the last line was written."""
    with leaving(reports) as left:
        left.written_page()
        path = journal(left.journal.path, HEAD, PAGE, at=datetime.now(UTC))
        told = left.recover()

        assert told.unsettled == ["page reading-list: body"]
        assert left.body == OLD
        os.utime(path, (AT.timestamp(), AT.timestamp()))
        # The undo of a moment ago was a request, too.
        assert left.recover().unsettled == ["page reading-list: body"]


def test_a_version_1_line_cut_off_by_a_kill_is_no_change(tmp_path: Path) -> None:
    """Wherever it ends, it is nothing wrong."""
    path = tmp_path / "x.jsonl"
    for length in range(1, len(PAGE) - 1):
        journal(path, HEAD, PAGE)
        with path.open("a") as file:
            file.write(f"\n{PAGE[:length]}")
        found = read_journal(path, TARGET)
        assert (len(found.entries), found.wrong) == (1, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"path":"/api/v1/courses/1001/pages', '"path":"/api/v1/courses/1003/pages', id="other course"),
        pytest.param("/api/v1/courses/1001/pages", "/api/v1/courses/1003/pages", id="other course everywhere"),
        pytest.param("/pages/reading-list", "/pages/..%2F..%2F1003", id="leads elsewhere"),
        pytest.param("/pages/reading-list", "/pages/a/revisions/1", id="more segments"),
        pytest.param("/pages/reading-list", "/pages/reading-list?x=1", id="query"),
        pytest.param("/api/v1/courses", "/api/v1/accounts", id="other kind of path"),
        pytest.param('"wrap":"wiki_page"', '"wrap":"course"', id="other wrap"),
        pytest.param('"name":"body"', '"name":"title"', id="other field"),
        pytest.param('"read_query":[]', '"read_query":[["a","b"]]', id="read otherwise"),
        pytest.param('"html":true', '"html":false', id="compared otherwise"),
        pytest.param('"kind":"field"', '"kind":"grade"', id="unknown kind"),
        pytest.param('"kind":"field",', "", id="missing member"),
        pytest.param('"kind":"field",', '"kind":"field","x":1,', id="surplus member"),
        pytest.param('"media_id":""', '"media_id":"","x":""', id="surplus member of the field"),
        pytest.param(',"closed":null', "", id="missing member of the line"),
        pytest.param('"closed":null', '"closed":"x"', id="two events"),
        pytest.param("2026-01-01T00:00:00Z", "some day", id="no time"),
        pytest.param("Scope conformance scopecheck-", "Scope conformance", id="no tag in the text"),
        pytest.param('{"target":null', '{"target":null]', id="no JSON"),
    ],
)
def test_what_version_1_did_not_write_is_set_aside(reports: Path, old: str, new: str) -> None:
    """It is named, nothing is requested for it, and the rest is undone."""
    strange = PAGE.replace(f"{TAG}-main/1", f"{TAG}-main/2").replace(old, new)
    assert old in PAGE
    with leaving(reports) as left:
        before = left.canvas.tables.digest()
        left.written_page()
        journal(left.journal.path, HEAD, strange, PAGE)
        told = left.recover()

        assert left.canvas.tables.digest() == before
        assert told.restored == ["page reading-list: body"]
        assert [failure.what for failure in told.failed] == [f"journal {left.journal.path.name}"]


@pytest.mark.parametrize(
    ("case", "old", "new"),
    [
        ("captions", "media_objects/m-1/media_tracks", "media_objects/m-2/media_tracks"),
        ("captions", '"locale":"eo"', '"locale":"en"'),
        ("uploaded file", '"delete":"/api/v1/files"', '"delete":"/api/v1/courses"'),
        ("uploaded file", '"name_key":"display_name"', '"name_key":"filename"'),
        ("uploaded file", '"query":""', '"query":"event=delete"'),
        ("uploaded file", f'"name":"{TAG}.png"', '"name":"Syllabus.pdf"'),
        ("uploaded file", '"id":null', '"id":"../courses/1003"'),
        ("uploaded file", "/files", "/media_objects"),
        ("administrator's page", '"by_admin":true', '"by_admin":false'),
        ("administrator's page", '"id_key":"url"', '"id_key":"id"'),
        ("blueprint", '"query":"event=delete"', '"query":"event=conclude"'),
        ("blueprint", "accounts/11", "accounts/self"),
        ("association", '"course_id":"1001"', '"course_id":"1003"'),
        ("association", '"blueprint_id":"1009"', '"blueprint_id":"../1"'),
    ],
)
def test_no_other_change_is_taken(tmp_path: Path, case: str, old: str, new: str) -> None:
    """Each kind of change of version 1 is taken only as that version wrote it."""
    assert old in KINDS[case][0]
    found = read(tmp_path, KINDS[case][0].replace(old, new))

    assert found.entries == ()
    assert len(found.wrong) == 1


@pytest.mark.parametrize(
    "head", ["", json.dumps(json.loads(HEAD.replace("1001", "1003"))), HEAD.replace("canvas.test", "other.test"), "{"]
)
def test_without_its_first_line_it_is_nobodys(reports: Path, head: str) -> None:
    """Only that line says of which Canvas and course it is."""
    with leaving(reports) as left:
        left.written_page()
        path = journal(left.journal.path, head.replace(": ", ":").replace(", ", ","), PAGE)
        told = left.recover()

        assert told.restored == []
        assert left.body == WRITTEN
        assert [failure.what for failure in told.failed] == [f"journal {path.name}"]
        assert not path.exists()
