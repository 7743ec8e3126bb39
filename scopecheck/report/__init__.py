"""The results of a run for people and machines: scopes.json, scopes.md, scopes.html, ctrf.json, the terminal, JUnit and
Allure."""

from scopecheck.report.files import HTML
from scopecheck.report.nothing import Nothing
from scopecheck.report.subject import Subject
from scopecheck.report.write import ReportFolderError, write_nothing, write_reports

__all__ = ["HTML", "Nothing", "ReportFolderError", "Subject", "write_nothing", "write_reports"]
