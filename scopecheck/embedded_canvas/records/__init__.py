"""The records of the embedded Canvas: plain dataclasses. The controllers turn them into JSON."""

from scopecheck.embedded_canvas.records.access import (
    AccessToken,
    AuthorizationCode,
    AuthorizationRequest,
    DeveloperKey,
    Session,
    User,
)
from scopecheck.embedded_canvas.records.content import Assignment, Page, Quiz, Topic
from scopecheck.embedded_canvas.records.files import File, Folder, MediaObject, MediaTrack, UploadTicket
from scopecheck.embedded_canvas.records.institution import Account, Course, Term
from scopecheck.embedded_canvas.records.roles import Administration, Authority, Role, RoleOverride
from scopecheck.embedded_canvas.records.transfers import (
    BlueprintImport,
    BlueprintMigration,
    BlueprintSubscription,
    BlueprintTemplate,
    ContentMigration,
)

__all__ = [
    "AccessToken",
    "Account",
    "Administration",
    "Assignment",
    "Authority",
    "AuthorizationCode",
    "AuthorizationRequest",
    "BlueprintImport",
    "BlueprintMigration",
    "BlueprintSubscription",
    "BlueprintTemplate",
    "ContentMigration",
    "Course",
    "DeveloperKey",
    "File",
    "Folder",
    "MediaObject",
    "MediaTrack",
    "Page",
    "Quiz",
    "Role",
    "RoleOverride",
    "Session",
    "Term",
    "Topic",
    "UploadTicket",
    "User",
]
