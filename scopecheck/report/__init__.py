"""What one run found, for people and machines: scopes.json, scopes.md, scopes.html, the terminal, JUnit and Allure."""

from scopecheck.report.subject import Subject
from scopecheck.report.write import ReportFolderError, write_reports

__all__ = ["ReportFolderError", "Subject", "write_reports"]
