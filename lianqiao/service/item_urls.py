"""Addresses of the catalogue of service items."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.pages import item_imports, items

urlpatterns = [
    path("items/", items.items, name="items"),
    path("items/items.xlsx", items.items_sheet, name="items-sheet"),
    path("items/suggestions/", items.suggestions, name="item-suggestions"),
    path("items/import/", item_imports.items_import, name="items-import"),
    path("items/import/<str:sha256>/", item_imports.items_import_check, name="items-import-check"),
    path(
        "items/import/<str:sha256>/problems.xlsx",
        item_imports.items_import_problems,
        name="items-import-problems",
    ),
    path("items/<str:key>/", items.item, name="item"),
]
