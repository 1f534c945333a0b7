"""Addresses of the lists: matters, worklist, overview, notices."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.pages import (
    kept,
    matters,
    notices,
    overview,
    overview_cases,
    preferences,
    report,
    together,
    undelivered,
    worklist,
)

urlpatterns = [
    path("matters/", matters.matters, name="matters"),
    path("matters/matters.xlsx", matters.matters_sheet, name="matters-sheet"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/worklist.xlsx", worklist.worklist_sheet, name="worklist-sheet"),
    path("together/", together.cases_together, name="cases-together"),
    path("overview/", overview.overview, name="overview"),
    path("overview/cases/", overview_cases.overview_cases, name="overview-cases"),
    path("overview/cases/cases.xlsx", overview_cases.overview_sheet, name="overview-sheet"),
    path("overview/report/", report.report, name="report"),
    path("overview/report/report.pdf", report.report_pdf, name="report-pdf"),
    path("overview/report/report.xlsx", report.report_sheet, name="report-sheet"),
    path("kept/", kept.kept, name="kept"),
    path("notices/", notices.notices, name="notices"),
    path("notices/notices.xlsx", notices.notices_sheet, name="notices-sheet"),
    path("notices/read/", notices.read_notices, name="notices-read"),
    path("notices/preferences/", preferences.preferences, name="notice-preferences"),
    path("notices/preferences/trial/", preferences.trial, name="notice-trial"),
    path("notices/preferences/phone/code/", preferences.phone_code, name="phone-code"),
    path("notices/preferences/phone/", preferences.phone_confirmation, name="phone-confirmation"),
    path("notices/undelivered/", undelivered.undelivered, name="undelivered"),
    path("notices/undelivered/undelivered.xlsx", undelivered.undelivered_sheet, name="undelivered-sheet"),
]
