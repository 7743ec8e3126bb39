"""Section Files: the integration finds, reads, renames, replaces and deletes them."""

from scopecheck.canvas.ids import IdForm
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case, first
from scopecheck.exercises.file_lifecycle import FILE_QUERY, Stage, choosable, stage
from scopecheck.exercises.lists import read_list
from scopecheck.exercises.registry import EACH_WITH_FILES, ONE_WITH_FILES, exercises
from scopecheck.model.verdict import ScopeResult

_FILE = ("id", "display_name", "content-type", "url")


@exercises("url:GET|/api/v1/courses/:course_id/files", EACH_WITH_FILES)
def list_files(case: Case) -> ScopeResult:
    """The course's files are listed with their download URLs."""
    _, result = read_list(case, get(f"/courses/{case.course}/files", FILE_QUERY), _FILE, "files")
    return result


@exercises("url:GET|/api/v1/courses/:course_id/files/:id", ONE_WITH_FILES)
def read_file(case: Case) -> ScopeResult:
    """One file of the course is read."""
    rows = case.prerequisite_rows(get(f"/courses/{case.course}/files", FILE_QUERY))
    row = first(choosable(rows), lambda row: IdForm.NUMBER.fits(row.get("id")), "the course has no file")
    answer = case.fetch_once(get(f"/courses/{case.course}/files/{row['id']}"))
    body = case.require_object(answer, case.require_success(answer), _FILE)
    if body["id"] != row["id"]:
        case.misdirected(answer, "a different file from the one requested")
    return case.granted(f"Read file {body['id']}.")


@exercises("url:PUT|/api/v1/files/:id")
def rename_file(case: Case) -> ScopeResult:
    """A file is renamed and its name restored."""
    return stage(case, Stage.RENAME)


@exercises("url:DELETE|/api/v1/files/:id")
def delete_file(case: Case) -> ScopeResult:
    """A file that this run uploaded is deleted; no other file ever is."""
    return stage(case, Stage.DELETE)
