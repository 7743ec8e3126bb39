"""What Canvas says in its users' languages (config/locales). Refusals of tokens and scopes stay English.

The Spanish is that of a Canvas of 2022, except for the disabled tab and the file, whose texts are made up. `xx` is an
invented language, in which no text can be recognized: English with every word spelled backward.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

UNAUTHORIZED: Final = "unauthorized"
NOT_PERMITTED: Final = "user not authorized to perform that action"
TAB_DISABLED: Final = "That page has been disabled for this course"
QUIZ_LOCKED: Final = "This quiz is currently locked."
COURSE_COPY: Final = "Course Copy"
FILE_NOT_DELETABLE: Final = "Unauthorized to delete this file"

_SPANISH: Final[Mapping[str, str]] = {
    UNAUTHORIZED: "no autorizado",
    NOT_PERMITTED: "usuario no autorizado para realizar esta acción",
    TAB_DISABLED: "Esta página se ha desactivado para este curso",
    QUIZ_LOCKED: "Actualmente, este examen está bloqueado.",
    COURSE_COPY: "Copia del curso",
    FILE_NOT_DELETABLE: "No autorizado para eliminar este archivo",
}


def translated(text: str, language: str) -> str:
    """One of the texts above in `en`, `es` or `xx`."""
    if language == "es":
        return _SPANISH[text]
    return " ".join(word[::-1] for word in text.split()) if language == "xx" else text
