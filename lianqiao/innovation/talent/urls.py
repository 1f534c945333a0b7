"""Addresses of talents."""

from __future__ import annotations

from django.urls import path

from lianqiao.innovation.talent.pages import dual_posts, meetings, office, own

urlpatterns = [
    path("talent/", own.own, name="talent"),
    path("talent/record/", own.record, name="talent-record"),
    path("talent/permissions/", own.permission, name="talent-permission"),
    path(
        "talent/permissions/<slug:purpose>/withdrawal/",
        own.permission_withdrawal,
        name="talent-permission-withdrawal",
    ),
    path("talent/entries/new/<slug:indicator>/", own.new_entry, name="talent-entry-new"),
    path("talent/entries/<int:achievement_id>/withdrawal/", own.take_back, name="talent-entry-withdrawal"),
    path("talent/standard/", meetings.standard, name="talent-standard"),
    path("talent/records/", office.talents, name="talents"),
    path("talent/records/talents.xlsx", office.talents_sheet, name="talents-sheet"),
    path("talent/records/<int:talent_id>/", office.talent, name="talent-shown"),
    path("talent/records/<int:talent_id>/appraisal/", office.appraisal, name="talent-appraisal"),
    path(
        "talent/records/<int:talent_id>/entries/<int:achievement_id>/decision/",
        office.decision,
        name="talent-entry-decision",
    ),
    path("talent/people/", dual_posts.introduced, name="talents-introduced"),
    path("talent/people/people.xlsx", dual_posts.introduced_sheet, name="talents-introduced-sheet"),
    path("talent/people/<int:talent_id>/dual-posts/new/", dual_posts.new, name="dual-post-new"),
    path("talent/dual-posts/", dual_posts.dual_posts, name="dual-posts"),
    path("talent/dual-posts/dual-posts.xlsx", dual_posts.dual_posts_sheet, name="dual-posts-sheet"),
    path("talent/dual-posts/<int:post_id>/", dual_posts.dual_post, name="dual-post"),
    path("talent/dual-posts/<int:post_id>/agreement/", dual_posts.agreement, name="dual-post-agreement"),
    path("talent/dual-posts/<int:post_id>/ending/", dual_posts.stopping, name="dual-post-ending"),
    path("talent/meetings/", meetings.meetings, name="meetings"),
    path("talent/meetings/meetings.xlsx", meetings.meetings_sheet, name="meetings-sheet"),
    path("talent/meetings/new/", meetings.record, name="meeting-new"),
]
