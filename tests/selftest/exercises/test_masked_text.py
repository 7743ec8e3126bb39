"""What the suite does not show, it has not got to restore: such an object is never written to."""

from __future__ import annotations

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.model.secret import MASK
from scopecheck.model.verdict import Proof
from tests.selftest.exercises.sweep import ALLY, SCOPES, report_folder, run_sweep, settings_for

PUT_PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"


def test_a_text_with_a_known_secret_is_left_alone() -> None:
    """A page that shows the run's own token is masked where it is read, so the mask would be written back."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    for page in canvas.tables.pages.values():
        page.body = f"<p>{canvas.credentials.access_token}</p>"
    before = {page.id: page.body for page in canvas.tables.pages.values()}
    with report_folder() as reports:
        result = run_sweep(canvas, settings_for(canvas, "exercise", ALLY, reports), only=(PUT_PAGE,)).results[PUT_PAGE]

    assert {page.id: page.body for page in canvas.tables.pages.values()} == before
    assert (result.proof, MASK in result.message) == (Proof.PROBED, True)
