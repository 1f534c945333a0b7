"""Addresses of bundles."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.bundles.pages import bundles, runs

urlpatterns = [
    path("bundles/", bundles.bundles, name="bundles"),
    path("bundles/under-way/", runs.runs, name="bundle-runs"),
    path("bundles/under-way/bundles.xlsx", runs.runs_sheet, name="bundle-runs-sheet"),
    path("bundles/under-way/<int:run_id>/", runs.run, name="bundle-run"),
    path("bundles/under-way/<int:run_id>/<str:name>/case/", runs.linking, name="bundle-case"),
    path(
        "bundles/under-way/<int:run_id>/<str:name>/calling-off/", runs.calling_off, name="bundle-calling-off"
    ),
    path("bundles/<str:bundle_id>/", bundles.questions, name="bundle-questions"),
    path("bundles/<str:bundle_id>/apply/", bundles.apply, name="bundle-apply"),
]
