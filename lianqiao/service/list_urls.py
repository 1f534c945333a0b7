"""Addresses of the lists: matters, worklist, overview, notices."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.pages import matters, notices, overview, preferences, undelivered, worklist

urlpatterns = [
    path("matters/", matters.matters, name="matters"),
    path("matters/matters.xlsx", matters.matters_sheet, name="matters-sheet"),
    path("worklist/", worklist.worklist, name="worklist"),
    path("worklist/worklist.xlsx", worklist.worklist_sheet, name="worklist-sheet"),
    path("overview/", overview.overview, name="overview"),
    path("overview/cases/", overview.overview_cases, name="overview-cases"),
    path("overview/cases/cases.xlsx", overview.overview_sheet, name="overview-sheet"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_notices, name="notices-read"),
    path("notices/preferences/", preferences.preferences, name="notice-preferences"),
    path("notices/preferences/trial/", preferences.trial, name="notice-trial"),
    path("notices/undelivered/", undelivered.undelivered, name="undelivered"),
    path("notices/undelivered/undelivered.xlsx", undelivered.undelivered_sheet, name="undelivered-sheet"),
]
