"""Addresses of what is not finished: long jobs, drafts."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.pages import drafts, long_jobs

urlpatterns = [
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/drafts.xlsx", drafts.drafts_sheet, name="drafts-sheet"),
    path("drafts/<int:draft_id>/deletion/", drafts.delete, name="draft-deletion"),
    path("jobs/", long_jobs.jobs, name="jobs"),
    path("jobs/jobs.xlsx", long_jobs.jobs_sheet, name="jobs-sheet"),
    path("jobs/<int:job_id>/", long_jobs.job, name="job"),
    path("jobs/<int:job_id>/cancellation/", long_jobs.cancel, name="job-cancellation"),
]
