"""Addresses of the service room."""

from __future__ import annotations

from django.urls import include, path

from lianqiao.service.pages import (
    acts,
    alike,
    cases,
    documents,
    file_checks,
    filing,
    progress,
    raised,
    rating,
    taking_in,
    talking,
    verifying,
    visits,
)

urlpatterns = [
    # lists
    path("", include("lianqiao.service.list_urls")),
    # the catalogue of service items
    path("", include("lianqiao.service.item_urls")),
    # what takes long, what is not sent yet
    path("", include("lianqiao.service.unfinished_urls")),
    # process mining
    path("", include("lianqiao.service.mining_urls")),
    # the mechanism studio
    path("", include("lianqiao.service.studio.urls")),
    # what is promised, and asking for it
    path("services/", filing.services, name="services"),
    path("services/<str:mechanism>/", filing.service, name="service"),
    path("services/<str:mechanism>/new/", filing.file, name="file"),
    path("services/<str:mechanism>/take-in/", taking_in.take_in, name="take-in"),
    path("services/<str:mechanism>/alike/", alike.alike, name="alike"),
    path("services/<str:mechanism>/raised/", raised.raised, name="raised"),
    path("services/<str:mechanism>/raised/raised.xlsx", raised.raised_sheet, name="raised-sheet"),
    # visits to firms
    path("visits/", visits.visits, name="visits"),
    path("visits/visits.xlsx", visits.visits_sheet, name="visits-sheet"),
    path("visits/new/", visits.record, name="visit-new"),
    path("visits/<int:visit_id>/", visits.visit, name="visit"),
    # one case
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/acts/<str:step>/", acts.act, name="act"),
    path("cases/<str:number>/messages/", talking.messages, name="messages"),
    path("cases/<str:number>/numbers/", cases.numbers, name="case-numbers"),
    path("cases/<str:number>/checks/", file_checks.case_checks, name="case-checks"),
    path("cases/<str:number>/rating/", rating.rating, name="rating"),
    path("cases/<str:number>/documents/<str:sha256>/<str:name>", documents.document, name="document"),
    path("cases/<str:number>/views/<str:sha256>/<str:name>", documents.view, name="view"),
    path("cases/<str:number>/films/<str:sha256>/<str:name>", documents.film, name="film"),
    path("cases/<str:number>/pictures/<str:sha256>/<int:picture>.jpg", documents.picture, name="picture"),
    # the public's view of it
    path("progress/", progress.progress, name="progress"),
    path("progress/<str:code>/", progress.progress_of, name="progress-of"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/<str:code>/", verifying.verify_of, name="verify-of"),
]
