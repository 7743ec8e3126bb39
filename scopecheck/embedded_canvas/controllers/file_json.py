"""A file as JSON (lib/api/v1/attachment.rb)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.user_display import user_json
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import File

_STATUS: Final = {"processed": "success", "deleted": "success", "pending": "pending"}
_CLASSES: Final = {
    "text/html": "html",
    "text/plain": "text",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
}
_KINDS: Final = frozenset({"image", "audio", "video"})


def short_json(file: File) -> dict[str, Any]:
    """A file with `only[]=names`."""
    return {
        "id": file.id,
        "uuid": file.uuid,
        "folder_id": file.folder_id,
        "display_name": file.display_name,
        "filename": file.filename,
        "upload_status": _STATUS[file.workflow_state],
    }


def file_json(
    context: Context, file: File, includes: frozenset[str] = frozenset(), *, listed: bool = False, origin: str = ""
) -> dict[str, Any]:
    """One file. `origin` is Canvas's scheme and host if the request went to another host, such as inst-fs.

    In lists, oddly, `hidden_for_user` is true for exactly those who can see hidden files.
    """
    base = origin or context.request.origin
    barred = locked_for_caller(context, file)
    sees_hidden = sees_hidden_files(context, file)
    body = short_json(file) | {
        "content-type": file.content_type,
        "url": "" if barred else f"{base}/files/{file.id}/download?download_frd=1&verifier={file.uuid}",
        "size": len(file.content),
        "created_at": iso(file.created_at),
        "updated_at": iso(file.updated_at),
        "modified_at": iso(file.updated_at),
        "unlock_at": iso(file.unlock_at),
        "locked": file.locked,
        "hidden": file.hidden,
        "lock_at": iso(file.lock_at),
        "hidden_for_user": file.hidden and sees_hidden is listed,
        "thumbnail_url": _thumbnail_url(base, file, barred=barred),
        "mime_class": _mime_class(file.content_type),
        "media_entry_id": file.media_entry_id,
        "locked_for_user": barred,
    }
    body |= {} if context.config.is_old else {"category": "uncategorized"}
    return body | _included(context, file, includes, base)


def preview_include(asked: Collection[str]) -> str:
    """The preview shown with a new file: Canvas's own page, unless the document viewers' is asked for."""
    return "preview_url" if "preview_url" in asked else "enhanced_preview_url"


def previews() -> dict[str, None]:
    """The document viewers' addresses, which single files and confirmed uploads have; no viewer is installed here."""
    return {"canvadoc_session_url": None, "crocodoc_session_url": None}


def locked_for_caller(context: Context, file: File) -> bool:
    """Whether the file is locked for the caller. A request without a user has the file's secret."""
    return file.locked and context.user is not None and not sees_hidden_files(context, file)


def sees_hidden_files(context: Context, file: File) -> bool:
    """Whether the caller sees the hidden and locked files of the file's course."""
    return context.user is not None and context.may("read_as_admin", context.tables.courses[file.course_id])


def _included(context: Context, file: File, includes: frozenset[str], base: str) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if "user" in includes:
        course = context.tables.courses[file.course_id]
        more["user"] = {} if file.user_id is None else user_json(context, file.user_id, course)
    if "usage_rights" in includes:
        more["usage_rights"] = None
    if "enhanced_preview_url" in includes:
        more["preview_url"] = (
            f"{base}/courses/{file.course_id}/files/{file.id}/file_preview?annotate=0&verifier={file.uuid}"
        )
    elif "preview_url" in includes:
        more["preview_url"] = None
    return more


def _thumbnail_url(base: str, file: File, *, barred: bool) -> str | None:
    if barred:
        return ""
    return f"{base}/images/thumbnails/{file.id}/{file.uuid}" if file.content_type.startswith("image/") else None


def _mime_class(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    return kind if kind in _KINDS else _CLASSES.get(content_type, "file")
