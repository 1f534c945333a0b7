"""Addresses of process mining: our own promises, and the logs other systems left behind."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.pages import historic_cases as cases
from lianqiao.service.pages import historic_logs as logs
from lianqiao.service.pages import historic_uploads as uploads
from lianqiao.service.pages import mining

urlpatterns = [
    path("mining/", logs.mining, name="mining"),
    path("mining/logs.xlsx", logs.mining_logs_sheet, name="mining-logs-sheet"),
    path("mining/promises/<str:mechanism>/", mining.promise_findings, {"what": "ways"}, name="mining-ways"),
    path(
        "mining/promises/<str:mechanism>/ways.xlsx",
        mining.promise_findings_sheet,
        {"what": "ways"},
        name="mining-ways-sheet",
    ),
    path(
        "mining/promises/<str:mechanism>/waits/",
        mining.promise_findings,
        {"what": "waits"},
        name="mining-waits",
    ),
    path(
        "mining/promises/<str:mechanism>/waits.xlsx",
        mining.promise_findings_sheet,
        {"what": "waits"},
        name="mining-waits-sheet",
    ),
    path("mining/import/", uploads.historic_import, name="historic-import"),
    path("mining/import/<str:sha256>/", uploads.historic_import_columns, name="historic-import-columns"),
    path("mining/logs/<int:log_id>/", logs.historic_log, name="historic-log"),
    path("mining/logs/<int:log_id>/ways.xlsx", logs.historic_ways_sheet, name="historic-ways-sheet"),
    path("mining/logs/<int:log_id>/waits/", logs.historic_waits, name="historic-waits"),
    path("mining/logs/<int:log_id>/waits.xlsx", logs.historic_waits_sheet, name="historic-waits-sheet"),
    path("mining/logs/<int:log_id>/promise/", logs.historic_promise, name="historic-promise"),
    path("mining/logs/<int:log_id>/forget/", logs.historic_forget, name="historic-forget"),
    path("mining/logs/<int:log_id>/cases/", cases.historic_cases, name="historic-cases"),
    path(
        "mining/logs/<int:log_id>/cases/cases.xlsx", cases.historic_cases_sheet, name="historic-cases-sheet"
    ),
    path("mining/logs/<int:log_id>/cases/<int:case_id>/", cases.historic_case, name="historic-case"),
]
