"""Addresses of long jobs."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.pages import long_jobs

urlpatterns = [
    path("jobs/", long_jobs.jobs, name="jobs"),
    path("jobs/jobs.xlsx", long_jobs.jobs_sheet, name="jobs-sheet"),
    path("jobs/<int:job_id>/", long_jobs.job, name="job"),
    path("jobs/<int:job_id>/cancellation/", long_jobs.cancel, name="job-cancellation"),
]
