"""Text from outside: harmless in a terminal, a CI system's log and every report, and no longer than anybody reads."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scopecheck.canvas.classify import Reading, messages, read
from scopecheck.model.answer import NOT_JSON, Answer
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import LONGEST, clean, harmless, shortened
from scopecheck.model.secret import KnownSecrets
from scopecheck.model.verdict import RunResult
from scopecheck.report import html, markdown, terminal
from scopecheck.report.columns import wrapped
from scopecheck.report.subject import Subject
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.evidence import exchange
from tests.selftest.report.examples import ALLY
from tests.selftest.strategies import runs

COMMANDS: Final = ("::error::x", "::set-output name=a::b", "  ::add-mask::x", "##[error]x", "a ##vso[task.complete]",
                   "\n::stop-commands::x", "\r::error::x", "##teamcity[buildStop]", f"{'a' * 80}::error::x",
                   "\x1b[31mred\x1b[0m", "\x9b31m")  # fmt: skip

pieces = st.sampled_from([*COMMANDS, " ", "word", "A::B", "x" * 70, "\n", "\ud800", "\x00", "\ufffe"])


def is_harmless(text: str) -> bool:
    """Whether no line is a command to a CI system, and no character one to a terminal or forbidden in a file."""
    commands = any(line.lstrip().startswith("::") and line.lstrip()[2:3].isalpha() for line in text.splitlines())
    return not commands and not re.search(r"##\w*\[|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", text)


@settings(max_examples=200)
@given(st.lists(pieces, max_size=12).map("".join))
def test_no_text_gives_a_command(text: str) -> None:
    """Neither as it is nor wrapped to a terminal's width; and cleaning twice changes nothing more."""
    cleaned = clean(text)

    assert is_harmless(cleaned)
    assert all(map(is_harmless, wrapped(cleaned, " " * 12)))
    assert clean(cleaned) == cleaned


def test_no_break_within_a_long_word_gives_one() -> None:
    """Wherever the first line of a word that is too long ends: every place before the command in it is tried."""
    for start in range(70):
        text = clean(f"{'a ' * (start // 2)}{'a' * (start % 2)} b::error::x{'c' * 90}::error::x")
        assert all(map(is_harmless, wrapped(text, " " * 12)))


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY))
def test_nor_does_a_report(run: RunResult) -> None:
    """Whatever the texts of a run are, in all that is printed and written."""
    subject = Subject(ALLY, run)

    assert is_harmless(terminal.summary(subject))
    assert is_harmless(markdown.render(subject))
    assert is_harmless(html.render(subject))


@pytest.mark.parametrize(
    "text", ["ActiveRecord::RecordNotFound", "http://[::1]:3000/x", "url:GET|/api/v1/x", "#1 ## a", "::"]
)
def test_what_is_no_command_stays(text: str) -> None:
    """Names of Ruby's classes, addresses and headings are shown as they are."""
    assert clean(text) == text


def test_a_cut_text_says_its_length() -> None:
    """And is itself no longer than allowed, so that it is cut only once."""
    text = shortened("x" * 5_000_000, 100)

    assert len(text) == 100
    assert text.endswith("x… (5,000,000 characters in all)")
    assert len(clean("x" * 5_000_000)) == LONGEST


@pytest.mark.parametrize("status", [None, 200, 302, 422])
def test_an_answer_says_little_and_harmless(status: int | None) -> None:
    """A hostile server's words, in whatever part of the answer, are short and no commands."""
    words = "::error::x ##[error] \x1b[31m" * 1000
    headers = {"server": words, "location": words, "link": words}
    error = {"errors": [{"message": words}] * 100}
    answer = Answer(
        "GET", "https://canvas.test/x", status, headers, json.dumps(error).encode(), None if status else words
    )
    said = [answer.says(), *messages(answer)]

    assert all(map(is_harmless, said))
    assert len(answer.says()) < 300
    assert sum(map(len, said)) < 12_000


@pytest.mark.parametrize("body", [b'{"a": "\\ud800"}', b'["\\udc00\\ud800"]', b'{"\\uDBFF": 1}', b'["\xed\xa0\x80"]'])
def test_half_a_surrogate_pair_is_no_json(body: bytes) -> None:
    """It could be neither written to a journal nor passed between processes, and Canvas's database holds none."""
    answer = Answer("GET", "https://canvas.test/x", 200, {}, body)

    assert answer.json is NOT_JSON
    assert read(answer) is Reading.NOT_CANVAS


def test_a_whole_pair_is() -> None:
    """So are escapes that only look like one."""
    body = b'["\\ud83d\\ude00", "\\\\ud800", "\xf0\x9f\x98\x80"]'

    assert Answer("GET", "https://canvas.test/x", 200, {}, body).json == ["\U0001f600", "\\ud800", "\U0001f600"]


def test_a_long_link_is_read_at_once() -> None:
    """The time to look for a next page grows no faster than the header."""
    started = time.monotonic()

    assert Answer("GET", "https://canvas.test/x", 200, {"link": "<" * 100_000}).next_page is None
    assert time.monotonic() - started < 1


def test_an_address_that_is_none_gives_evidence_too() -> None:
    """What Canvas gave for an address is not taken apart again."""
    answer = CanvasClient("https://canvas.test").send(Call("GET", "https://[broken"))

    for shown in (None, ()):
        assert "the address is malformed" in exchange(answer, KnownSecrets(), shown=shown).body


def test_junit_can_hold_it(tmp_path: Path) -> None:
    """XML forbids most control characters, halves of pairs and two more."""
    file = tmp_path / "text.xml"
    file.write_text(f"<a>{harmless(''.join(map(chr, (*range(0x20), 0xD800, 0xFFFE, 0xFFFF))))}</a>", "utf-8")

    assert ElementTree.parse(file).getroot().text  # noqa: S314  # our own, written a moment ago
