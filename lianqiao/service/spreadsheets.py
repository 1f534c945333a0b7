"""Workbooks, where this room's pages look for them; every room's lists share them."""

from lianqiao.organization.lists.spreadsheets import (
    MEDIA_TYPE,
    MOST_CHARACTERS,
    MOST_ROWS,
    SheetWanted,
    Value,
    sheets,
    spreadsheet,
    write_workbook,
)

__all__ = [
    "MEDIA_TYPE",
    "MOST_CHARACTERS",
    "MOST_ROWS",
    "SheetWanted",
    "Value",
    "sheets",
    "spreadsheet",
    "write_workbook",
]
