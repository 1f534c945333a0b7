"""Addresses of the rota, the workload and the hand-over."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.duty.pages import handing_over, rota, rota_patterns, workload

urlpatterns = [
    path("rota/", rota.rota, name="rota"),
    path("rota/rota.xlsx", rota.rota_sheet, name="rota-sheet"),
    path("rota/new/", rota.plan, name="rota-new"),
    path("rota/import/", rota.read_in, name="rota-import"),
    path("rota/patterns/", rota_patterns.patterns, name="rota-patterns"),
    path("rota/patterns/patterns.xlsx", rota_patterns.patterns_sheet, name="rota-patterns-sheet"),
    path("rota/<int:pattern_id>/ending/", rota_patterns.ending, name="rota-ending"),
    path("rota/<int:pattern_id>/<str:day>/", rota.exchange, name="rota-exchange"),
    path("workload/", workload.workload, name="workload"),
    path("workload/workload.xlsx", workload.workload_sheet, name="workload-sheet"),
    path("workload/ownerless/", workload.ownerless, name="ownerless"),
    path("workload/ownerless/cases.xlsx", workload.ownerless_sheet, name="ownerless-sheet"),
    path("workload/<int:person_id>/", workload.cases, name="workload-cases"),
    path("workload/<int:person_id>/cases.xlsx", workload.cases_sheet, name="workload-cases-sheet"),
    path("people/<int:person_id>/hand-over/", handing_over.everything, name="hand-over-everything"),
]
