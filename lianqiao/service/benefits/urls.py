"""Addresses of benefits."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.benefits.pages import (
    batches,
    fact_problems,
    facts,
    found,
    granted,
    mine,
    own_facts,
    recoveries,
    secretary,
)

urlpatterns = [
    # what is mine
    path("benefits/mine/", mine.my_benefits, name="my-benefits"),
    path("benefits/firms/<str:credit_code>/", mine.firm_benefits, name="firm-benefits"),
    path(
        "benefits/firms/<str:credit_code>/declined/<int:grant_id>/",
        mine.benefit_decline,
        name="benefit-decline",
    ),
    path("benefits/firms/<str:credit_code>/policies/<str:policy>/", mine.benefit_mine, name="benefit-mine"),
    path(
        "benefits/firms/<str:credit_code>/policies/<str:policy>/appeal/",
        mine.benefit_appeal,
        name="benefit-appeal",
    ),
    # what is mine as a person
    path("benefits/own/", mine.own_benefits, name="own-benefits"),
    path("benefits/own/declined/<int:grant_id>/", mine.benefit_decline, name="own-benefit-decline"),
    path("benefits/own/policies/<str:policy>/", mine.benefit_mine, name="own-benefit"),
    path("benefits/own/policies/<str:policy>/appeal/", mine.benefit_appeal, name="own-benefit-appeal"),
    path("benefits/own/facts/", own_facts.own_facts, name="own-facts"),
    path("benefits/own/facts/new/", own_facts.own_fact_new, name="own-fact-new"),
    path("talent/secretary/", secretary.secretary, name="talent-secretary"),
    # what was found
    path("benefits/", found.benefit_policies, name="benefit-policies"),
    path("benefits/match/", found.benefit_match, name="benefit-match"),
    path("benefits/policies/<str:policy>/", found.benefit_policy, name="benefit-policy"),
    path("benefits/decisions/<int:decision_id>/", found.decision, name="benefit-decision"),
    path("benefits/lists/<str:show>/", found.found, name="benefits"),
    path("benefits/lists/<str:show>/benefits.xlsx", found.found_sheet, name="benefits-sheet"),
    # what was granted
    path("benefits/grants/", granted.grants, name="grants"),
    path("benefits/grants/grants.xlsx", granted.grants_sheet, name="grants-sheet"),
    path("benefits/grants/<int:grant_id>/revocation/", granted.grant_revocation, name="grant-revocation"),
    path("benefits/notice/", granted.public_notice, name="public-notice"),
    # payments
    path("benefits/payments/", batches.batches, name="batches"),
    path("benefits/payments/batches.xlsx", batches.batches_sheet, name="batches-sheet"),
    path("benefits/payments/<int:batch_id>/", batches.batch, name="batch"),
    path("benefits/payments/<int:batch_id>/release/", batches.batch_release, name="batch-release"),
    path("benefits/payments/<int:batch_id>/drop/", batches.batch_drop, name="batch-drop"),
    path("benefits/payments/<int:batch_id>/receipt/", batches.batch_receipt, name="batch-receipt"),
    path("benefits/payments/<int:batch_id>/bank.<str:kind>", batches.batch_file, name="batch-file"),
    path("benefits/payments/<int:batch_id>/payments.xlsx", batches.batch_sheet, name="batch-sheet"),
    path("benefits/payments/back/", recoveries.recoveries, name="recoveries"),
    path("benefits/payments/back/back.xlsx", recoveries.recoveries_sheet, name="recoveries-sheet"),
    path("benefits/payments/single/<int:payment_id>/", recoveries.payment_recovery, name="payment-recovery"),
    path("benefits/payments/back/<int:recovery_id>/", recoveries.recovery_return, name="recovery-return"),
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
