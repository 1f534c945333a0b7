"""Addresses of benefits."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.benefits.pages import fact_problems, facts

urlpatterns = [
    # what is known
    path("benefits/facts/", facts.facts, name="facts"),
    path("benefits/facts/facts.xlsx", facts.facts_sheet, name="facts-sheet"),
    path("benefits/facts/import/", fact_problems.facts_import, name="facts-import"),
    path(
        "benefits/facts/import/<str:sha256>/", fact_problems.facts_import_columns, name="facts-import-columns"
    ),
    path(
        "benefits/facts/imports/<int:import_id>/",
        fact_problems.facts_import_report,
        name="facts-import-report",
    ),
    path("benefits/facts/<int:fact_id>/correction/", facts.fact_correct, name="fact-correct"),
    path("benefits/facts/<int:fact_id>/paper/", facts.fact_paper, name="fact-paper"),
    path("benefits/problems/", fact_problems.fact_problems, name="fact-problems"),
    path("benefits/problems/problems.xlsx", fact_problems.fact_problems_sheet, name="fact-problems-sheet"),
    path("benefits/firms/<str:credit_code>/facts/", facts.party_facts, name="party-facts"),
    path("benefits/firms/<str:credit_code>/facts/new/", facts.fact_new, name="fact-new"),
]
