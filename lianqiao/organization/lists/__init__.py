"""What every list of every room is made of: columns a person chooses, views they save, pages, workbooks."""

from lianqiao.organization.lists.columns import Column, SheetColumn, buttons, column, workbook
from lianqiao.organization.lists.listed import Listed
from lianqiao.organization.lists.look import Look, look_of
from lianqiao.organization.lists.paging import (
    MOST_COUNTED,
    ROWS_ON_A_PAGE,
    ROWS_READ_AT_ONCE,
    Pages,
    PreparedList,
    page_of,
)

__all__ = [
    "MOST_COUNTED",
    "ROWS_ON_A_PAGE",
    "ROWS_READ_AT_ONCE",
    "Column",
    "Listed",
    "Look",
    "Pages",
    "PreparedList",
    "SheetColumn",
    "buttons",
    "column",
    "look_of",
    "page_of",
    "workbook",
]
