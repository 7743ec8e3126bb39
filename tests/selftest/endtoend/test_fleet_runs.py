"""A fleet as a user starts it: whole runs against Canvases of their own, and what is told of all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.running import serve
from tests.selftest.endtoend.runs import ROOT, environment, leading_to

PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"


def described(name: str, canvas: EmbeddedCanvas, **more: str) -> str:
    """A target of that Canvas, with the token in the variable TOKEN_NAME."""
    settings = {**leading_to(canvas), **more}
    settings.pop("CANVAS_ACCESS_TOKEN")
    lines = [f'{variable} = "{value}"' for variable, value in settings.items()]
    return "\n".join(
        ["[[target]]", f'name = "{name}"', *lines, f'secrets = {{ CANVAS_ACCESS_TOKEN = "TOKEN_{name}" }}\n']
    )


def test_one_that_is_right_one_that_lacks_a_scope_and_one_with_a_wrong_setting(tmp_path: Path) -> None:
    """Each has its own verdicts, reports and log; the overview leads to them, and the worst decides the exit code."""
    with serve() as right, serve(missing_on_key=frozenset({PAGE}), missing_on_token=frozenset({PAGE})) as lacking:
        targets = [described("right", right), described("lacking", lacking), described("wrong", right, CANVAS_MODE="x")]
        (tmp_path / "targets.toml").write_text("\n".join(targets))
        tokens = {
            "TOKEN_right": right.credentials.access_token,
            "TOKEN_lacking": lacking.credentials.access_token,
            "TOKEN_wrong": right.credentials.access_token,
        }
        command = [
            sys.executable,
            "-m",
            "scopecheck",
            "fleet",
            str(tmp_path / "targets.toml"),
            "--reports",
            str(tmp_path / "all"),
        ]
        given = environment(tmp_path, {**tokens, "COLUMNS": "80"})
        del given["CANVAS_REPORTS"]
        done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (4, "")
    document = json.loads((tmp_path / "all" / "fleet.json").read_text())
    found = {each["name"]: each for each in document["targets"]}
    assert {name: each["exit_code"] for name, each in found.items()} == {"right": 0, "lacking": 1, "wrong": 4}
    assert found["right"]["counts"]["granted"] == 31
    assert found["lacking"]["counts"]["missing"] == 1
    assert PAGE in found["lacking"]["remedy"]
    assert found["wrong"]["headline"] == "CANVAS_MODE is 'x'; set it to exercise or probe."
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if not line.startswith("Overview: ")) <= 80
    assert [line for line in lines if line.startswith("! 3 targets")] == [
        "! 3 targets: 1 conformant, 1 not conformant, 1 wrong settings."
    ]
    page = (tmp_path / "all" / "index.html").read_text()
    for name in found:
        assert f'href="{name}/scopes.html"' in page
        assert (tmp_path / "all" / name / "run.log").is_file()
    everything = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert not [name for name, token in tokens.items() if token in everything + done.stdout]
