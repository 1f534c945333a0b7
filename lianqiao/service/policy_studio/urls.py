"""Addresses of the policy studio."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.policy_studio.pages import comparing, listing, writing

urlpatterns = [
    path("policies/", listing.policies, name="policy-studio"),
    path("policies/policies.xlsx", listing.policies_sheet, name="policy-studio-sheet"),
    path("policies/new/", writing.new_policy, name="policy-new"),
    path("policies/sheet/", listing.from_sheet, name="policy-from-sheet"),
    path("policies/drafts/<int:draft_id>/", writing.draft, name="policy-draft"),
    path("policies/drafts/<int:draft_id>/cost/", writing.draft_cost, name="policy-draft-cost"),
    path("policies/drafts/<int:draft_id>/dropped/", writing.draft_dropped, name="policy-draft-dropped"),
    path("policies/drafts/<int:draft_id>/publication/", writing.draft_publication, name="policy-publication"),
    path(
        "policies/drafts/<int:draft_id>/against/<int:other_id>/",
        comparing.comparison,
        name="policy-comparison",
    ),
    path("policies/<str:policy>/", listing.policy, name="policy-studio-policy"),
    path("policies/<str:policy>/drafts/", writing.draft_new, name="policy-draft-new"),
    path(
        "policies/<str:policy>/versions/<int:version>/withdrawal/",
        writing.withdrawal,
        name="policy-withdrawal",
    ),
]
