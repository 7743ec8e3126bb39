"""Which Canvas a run tested and how, as name and value: the head of every report. Never a secret."""

from __future__ import annotations

from scopecheck.canvas.ids import same_id
from scopecheck.report.subject import Subject
from scopecheck.report.words import shown_time


def facts(subject: Subject) -> list[tuple[str, str]]:
    """The pairs whose value is known."""
    run, target = subject.run, subject.run.target
    pairs = [
        ("Canvas", f"embedded, for demonstration ({target.base_url})" if target.embedded else target.base_url),
        ("Canvas version", target.canvas_version),
        ("Developer key ID", target.client_id or target.key_id),
        ("Token issued by key", target.key_id if _is_another(target.key_id, target.client_id) else None),
        ("Token's user", f"{target.user_name} ({target.user_id})" if target.user_name else target.user_id),
        ("Account", target.account_id),
        ("Sandbox course", target.course_id),
        ("Mode", run.mode),
        ("Profile", f"{subject.profile.title} ({run.profile})"),
        ("Started", shown_time(run.started_at)),
        ("Took", f"{run.duration_s:.1f} s"),
    ]
    return [(name, value) for name, value in pairs if value]


def _is_another(issued_by: str | None, client_id: str | None) -> bool:
    return bool(issued_by and client_id) and not same_id(issued_by, client_id)
