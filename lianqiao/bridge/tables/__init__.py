"""Read a CSV file or a spreadsheet as offices send it: named columns, dirty rows told by line and column.

    layout = Layout(columns={"code": ("事项编码",), "name": ("事项名称", "名称")}, required=("code", "name"))
    table = open_table(path, layout)
    for row in table.rows:
        row.line, row.cells["name"], row.problem

What is found out by itself: the kind of file by its bytes, the encoding, the delimiter, the sheet, the row of
headings below any title. A file that cannot be read is refused as a whole; a row that cannot is a `Row` with
a `problem`, and reading goes on. CSV is streamed in level memory. No Django here.
"""

from lianqiao.bridge.tables.layout import Layout, Row
from lianqiao.bridge.tables.reading import Table, open_table

__all__ = ["Layout", "Row", "Table", "open_table"]
