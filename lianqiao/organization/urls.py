"""Addresses of the organization room."""

from __future__ import annotations

from django.urls import path

from lianqiao.organization import pages

urlpatterns = [
    path("duty/", pages.duty, name="duty"),
    path("duty/duty.xlsx", pages.duty_sheet, name="duty-sheet"),
    path("leave/", pages.leave, name="leave"),
    path("leave/<int:leave_id>/cancellation/", pages.cancellation, name="leave-cancellation"),
    path("people/<int:person_id>/leave/", pages.leave_of, name="leave-of"),
]
