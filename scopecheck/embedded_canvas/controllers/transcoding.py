"""The background job that turns an uploaded video into a media object (app/models/media_object.rb).

Canvas takes minutes for it; here it is done by the next request. Without media services it never happens.
"""

from __future__ import annotations

import secrets

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import MediaObject


def catch_up(context: Context) -> None:
    """Transcode all waiting audio and video files, on behalf of their uploaders."""
    if not context.config.kaltura:
        return
    tables = context.tables
    for file in tables.files.values():
        if file.media_entry_id == "maybe" and file.workflow_state == "processed" and file.user_id is not None:
            file.media_entry_id = f"m-{secrets.token_hex(8)}"
            kind = f"{file.content_type.partition('/')[0]}/*"
            media = MediaObject(tables.next_id(), file.media_entry_id, file.course_id, file.id, file.user_id, kind,
                                file.display_name, None, now())  # fmt: skip
            tables.media_objects[media.id] = media
