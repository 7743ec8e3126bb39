"""The results of a run for people and machines: scopes.json, scopes.md, scopes.html, the terminal, JUnit and Allure."""

from scopecheck.report.files import HTML
from scopecheck.report.subject import Subject
from scopecheck.report.write import ReportFolderError, write_reports

__all__ = ["HTML", "ReportFolderError", "Subject", "write_reports"]
