"""Text in columns: broken where it fits, and never within a path."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scopecheck.model.foreign_text import clean
from scopecheck.report.columns import columns, fitting, wrapped
from tests.selftest.pytest_plugin.emulated import on_terminal

WIDE = "\N{CJK UNIFIED IDEOGRAPH-6F22}"
ACCENT = "e\N{COMBINING ACUTE ACCENT}"
PATH = "/home/somebody/a/folder/far/down/reports/scopes.html"

WORDS = st.text(st.sampled_from(f"a/{WIDE}{ACCENT}"), min_size=1, max_size=90)


@pytest.mark.parametrize(
    ("text", "taken"),
    [("abc", 3), (WIDE, 2), (ACCENT, 1), ("✓ –…", 4), ("zero\N{ZERO WIDTH SPACE}width", 9), ("\N{PARTY POPPER}", 2)],
)
def test_columns_are_those_of_terminals(text: str, taken: int) -> None:
    """East Asian characters take two, and what combines none."""
    assert columns(text) == taken


@given(words=st.lists(WORDS, max_size=12), width=st.integers(20, 90), indent=st.integers(0, 12))
@example(words=["see", PATH, "now"], width=40, indent=4)
def test_lines_fit_and_lose_nothing(words: list[str], width: int, indent: int) -> None:
    """Every line fits, but one that has nothing but a path; and put together again, they are the text."""
    lines = wrapped(" ".join(words), " " * indent, width=width)

    for line in lines:
        assert columns(line) <= width or (line.split() == [line.strip()] and "/" in line)
        assert line.startswith(" " * indent)
    assert "".join("".join(lines).split()) == "".join(words)
    assert [word for word in words if "/" in word] == [word for line in lines for word in line.split() if "/" in word]


def test_a_path_stands_alone() -> None:
    """Where it does not fit, on its own line, to be copied as it is."""
    assert wrapped(f"Saved in {PATH} as it was.", "  ", "- ", 40) == ["- Saved in", f"  {PATH}", "  as it was."]
    assert wrapped("", "  ") == []


@pytest.mark.parametrize("text", [WIDE * 300, ACCENT * 300, clean("\x1b[31mred\x9b2J\r" * 30)])
def test_what_canvas_says_cannot_break_the_table(text: str) -> None:
    """A terminal of 60 columns shows every line in one of its own."""
    lines = wrapped(text, " " * 17, width=60)

    assert len(on_terminal("\n".join(lines), 60)) == len(lines)
    assert len(lines) > 1


def test_what_is_cut_says_so() -> None:
    """By as few characters as it takes."""
    assert fitting(WIDE * 4, 8) == WIDE * 4
    assert fitting(WIDE * 4, 7) == f"{WIDE * 3}…"
    assert fitting("abc", 2) == "a…"
