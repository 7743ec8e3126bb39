"""The file of a bundle: what is written is read again, and what is no whole bundle of a known version is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scopecheck.bundle.bundle import Bundle, BundleError, load_bundle, write_bundle
from tests.selftest.bundle.recording import a_canvas, record_run


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """A small one."""
    return record_run(a_canvas(token_state="revoked"), "probe").bundle


def test_what_is_written_is_read_again(bundle: Bundle, tmp_path: Path) -> None:
    """Every member comes back, and each exchange has a line of its own."""
    path = tmp_path / "bundle.json"
    write_bundle(path, bundle)
    lines = path.read_text("utf-8").splitlines()

    assert load_bundle(path) == bundle
    assert len([line for line in lines if line.startswith('{"who":')]) == len(bundle.exchanges)


def test_cut_off_anywhere(bundle: Bundle, tmp_path: Path) -> None:
    """However much is missing at its end, it is refused."""
    path = tmp_path / "bundle.json"
    write_bundle(path, bundle)
    whole = path.read_bytes().rstrip()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(BundleError):
            load_bundle(path)


def changed(member: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Sets a member, which may be one of the circumstances."""

    def change(found: dict[str, Any]) -> None:
        (found if member in found else found["given"])[member] = value

    return change


WRONG: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    ("a later version", changed("scope_conformance_bundle", 2), "of version 2, but this suite reads version 1 only"),
    ("foreign", lambda found: found.pop("scope_conformance_bundle"), "is not a bundle"),
    ("without exchanges", lambda found: found.pop("exchanges"), "is damaged or was edited"),
    ("a tag that is a path", changed("tag", "../../etc/x"), "its tag is not one that a run makes"),
    ("a time that is none", changed("tag", "scopecheck-20269999T000000-abcd"), "its tag is not one that a run makes"),
    ("a real target", changed("home", "https://school.instructure.com"), "not a stand-in for a Canvas"),
    ("no scopes", lambda found: found["given"].update(scopes=[]), "it lists no scopes"),
    ("verdicts of other scopes", lambda found: found["given"].update(scopes=["url:GET|/api/v1/x"]), "has verdicts"),
    ("a scope that is none", lambda found: found["given"].update(scopes=["x"]), "is not a scope"),
    ("a fault of another kind", lambda found: found["exchanges"][0].update(fault="fire"), "is damaged or was edited"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_no_whole_bundle(bundle: Bundle, change: Callable[[dict[str, Any]], None], said: str, tmp_path: Path) -> None:
    """The message says what is wrong and what to do; a bundle comes from strangers."""
    path = tmp_path / "bundle.json"
    write_bundle(path, bundle)
    found = json.loads(path.read_bytes())
    change(found)
    path.write_text(json.dumps(found), "utf-8")

    with pytest.raises(BundleError, match=r"bundle\.json") as refused:
        load_bundle(path)
    assert said in str(refused.value)
    assert str(refused.value).endswith((".", "wrote it."))


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "<html>", '{"scope_conformance_bundle": "1"}', "[" * 5000])
def test_something_else(content: str, tmp_path: Path) -> None:
    """Any other file is refused as well, whatever is in it."""
    path = tmp_path / "scopes.json"
    path.write_text(content, "utf-8")

    with pytest.raises(BundleError):
        load_bundle(path)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(BundleError, match=r"none\.json cannot be read"):
        load_bundle(tmp_path / "none.json")
