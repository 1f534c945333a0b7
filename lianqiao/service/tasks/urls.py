"""Addresses of the task list."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.tasks.pages import board, months, one

urlpatterns = [
    path("tasks/", board.chart, name="tasks"),
    path("tasks/list/", board.tasks, name="task-list"),
    path("tasks/list/tasks.xlsx", board.tasks_sheet, name="tasks-sheet"),
    path("tasks/months/", months.months, name="task-months"),
    path("tasks/months/<str:list_id>/<str:month>/", months.month, name="task-month"),
    path("tasks/months/<str:list_id>/<str:month>/month.xlsx", months.month_sheet, name="task-month-sheet"),
    path("tasks/<str:list_id>/<str:name>/", one.task, name="task"),
    path("tasks/<str:list_id>/<str:name>/evidence/<str:sha256>/", one.evidence, name="task-evidence"),
]
