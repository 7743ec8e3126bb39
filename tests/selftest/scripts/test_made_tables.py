"""The tables in documents that are generated from code, and the files that name every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scopecheck.config.definitions import SETTINGS
from scopecheck.config.profile_file import load_profile
from scopecheck.model.causes import CAUSES
from scopecheck.report.cause_order import IN_ORDER
from scripts.made_tables import TABLES, scopes, with_table

ROOT = Path(__file__).parents[3]
BEGIN, END = "<!-- x:begin -->", "<!-- x:end -->"


@pytest.mark.parametrize("name", TABLES)
def test_documents_are_up_to_date(name: str) -> None:
    """Each generated table matches the code."""
    document, make = TABLES[name]
    text = (ROOT / document).read_text("utf-8")

    assert with_table(text, name, make()) == text


def test_each_scope_has_a_row_in_order() -> None:
    """The table has the profile's rows, with the bar in each scope escaped."""
    head, rule, *rows = scopes().splitlines()

    assert head == "| section | scope | what Anthology Ally uses it for |"
    assert rule == "| --- | --- | --- |"
    assert rows == [
        f"| {row.section} | `url:{row.scope.verb}\\|{row.scope.path}` | {row.why} |"
        for row in load_profile("ally").requirements
    ]


def test_every_cause_has_a_place() -> None:
    """The order of remedies names every cause once."""
    assert sorted(cause.slug for cause in IN_ORDER) == sorted(CAUSES)


def test_only_text_between_the_markers_is_replaced() -> None:
    """The text around a table stays, and writing a table twice changes nothing more."""
    once = with_table(f"before\n{BEGIN}\nold\n{END}\nafter\n", "x", "| new |")

    assert f"before\n{BEGIN}\n| new |\n{END}\nafter\n" == once == with_table(once, "x", "| new |")


@pytest.mark.parametrize("document", ["", BEGIN, END, f"{END}{BEGIN}"])
def test_a_document_without_markers_is_refused(document: str) -> None:
    """Without a pair of markers a table has no place."""
    with pytest.raises(ValueError, match="has no place for the table of x; add the lines"):
        with_table(document, "x", "| new |")


def test_the_example_names_every_setting_once() -> None:
    """`.env.example` has a line for each setting, empty, and for nothing else."""
    text = (ROOT / ".env.example").read_text("utf-8")

    assert re.findall(r"^(\w+)=$", text, re.MULTILINE) == [setting.variable for setting in SETTINGS]
