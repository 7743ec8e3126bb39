"""Of production content nothing is kept: no file and no stream of a run in probe mode has what people wrote."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from tests.selftest.bundle.seeding import Seeds, encodings
from tests.selftest.endtoend.runs import run
from tests.selftest.sandbox.killing import to
from tests.selftest.sandbox.watching import Watched, watching

TEXT, WORD = "Zörbig-Qux", "quuxmark"


@contextmanager
def production(seeds: Seeds, cut: str, state: dict[str, object]) -> Iterator[Watched]:
    """An institution in which everything that people wrote is marked, with SIS IDs, maps and bookmarks too.

    `cut` is a pattern of paths whose answers lose their end on the way, so that they are no JSON.
    """
    with watching(course_state="available", **state) as watched:
        seeds.fill(watched.canvas.canvas)
        answer = watched.handle

        def talkative(request: Request) -> Response | Broken:
            answered = answer(request)
            if isinstance(answered, Broken) or not request.path.startswith("/api/"):
                return answered
            said = more(answered, seeds)
            return replace(said, body=said.body[:-2]) if cut and re.search(cut, request.path) else said

        with patch.object(watched.canvas.canvas, "handle", talkative):
            yield watched


def more(answered: Response, seeds: Seeds) -> Response:
    """The answer with what the embedded Canvas has not: each record's SIS IDs and data, and a bookmark of its name."""
    bookmark = base64.b64encode(json.dumps([seeds.plant(plain=True), 7]).encode()).decode().rstrip("=")
    link = ("Link", f'<http://x/api/v1/y?page=bookmark:{bookmark}&name={seeds.plant(plain=True)}>; rel="current"')
    try:
        body = json.loads(answered.body)
    except ValueError:
        return answered.with_headers(link)
    rows = [_with_ids(row, seeds) for row in body] if isinstance(body, list) else _with_ids(body, seeds)
    others = tuple(each for each in answered.headers if each[0] not in {"Content-Length", "Link"})
    links = ", ".join(value for name, value in [*answered.headers, link] if name == "Link")
    return Response(answered.status, json.dumps(rows).encode(), (*others, ("Link", links)))


def _with_ids(row: Any, seeds: Seeds) -> Any:
    if not isinstance(row, dict) or "errors" in row:
        return row
    mark = seeds.plant(plain=True)
    return {**row, "sis_course_id": mark, "integration_data": {mark: seeds.plant()}, mark: True, "login_id": mark}


RUNS: list[tuple[str, str, dict[str, object], dict[str, str]]] = [
    # name, which answers are cut, state, settings
    ("found courses", "", {}, {}),
    ("named courses", "", {}, {"CANVAS_READ_COURSE_IDS": "1001,1003"}),
    ("dropped includes", "", {"allow_includes": False}, {}),
    ("refusals", "", {"denied": frozenset({"read_course_content", "read_contents"})}, {}),
    ("answers without their end", "/(quizzes|topics|files|terms)", {}, {}),
    ("no answer with its end", "/courses", {}, {"CANVAS_READ_COURSE_IDS": "1001"}),
    (
        "other software",
        "",
        {"faults": (Fault("html-200", "GET /api/v1/courses/"),)},
        {"CANVAS_READ_COURSE_IDS": "1001"},
    ),
]


@pytest.mark.parametrize(("cut", "state", "settings"), [row[1:] for row in RUNS], ids=[row[0] for row in RUNS])
def test_nothing_that_people_wrote_is_kept(
    reports: Path, cut: str, state: dict[str, object], settings: dict[str, str]
) -> None:
    """Names, titles, bodies, slugs, codes, SIS IDs, file names and media IDs are nowhere, in no encoding."""
    seeds = Seeds(TEXT, WORD)
    with production(seeds, cut, state) as canvas:
        leading = {name: value for name, value in to(canvas).items() if "SANDBOX" not in name}
        arguments = ("-n", "2", "--canvas-mode=probe", f"--canvas-record={reports / 'bundle.json'}")
        reports.mkdir(exist_ok=True)
        found = run(reports, *arguments, settings=leading | settings)

    assert found.code in {0, 1}, found.output
    assert len(found.verdicts) == 31
    assert len(seeds.planted) > 100
    files = {path: path.read_text("utf-8", "replace") for path in reports.rglob("*") if path.is_file()}
    assert len(files) > 30
    kept = "\n".join([found.output, *files.values()]).lower()
    forms = [form.lower() for name in (TEXT, WORD) for form in encodings(name) if len(form) > 4]
    assert [form for form in forms if form in kept] == []
    assert [word for word in seeds.planted if base64.b64encode(word.encode()).decode()[:12].lower() in kept] == []
