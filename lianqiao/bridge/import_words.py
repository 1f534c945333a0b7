"""What the problems of an imported table say, each with its remedy, in one sentence."""

from __future__ import annotations

from django.utils.translation import gettext_noop

TABLES = {
    "table-unreadable": gettext_noop("“%(file)s” cannot be read; check its name and the right to read it"),
    "table-empty": gettext_noop("“%(file)s” is empty; export it again"),
    "table-html": gettext_noop(
        "“%(file)s” is a web page, whatever its name says; "
        "open it in a spreadsheet program and save it as .xlsx"
    ),
    "table-locked": gettext_noop(
        "“%(file)s” asks for a password; open it, remove the password, save it again"
    ),
    "table-damaged": gettext_noop(
        "“%(file)s” is damaged; open it in a spreadsheet program and save it again"
    ),
    "table-too-large": gettext_noop("“%(file)s” unpacks to %(size)s MB; save it as CSV"),
    "table-type": gettext_noop("“%(file)s” is no table; save the table as .xlsx or as CSV"),
    "sheet-unknown": gettext_noop("There is no sheet “%(sheet)s”; the workbook has: %(known)s"),
    "header-missing": gettext_noop(
        "The headings were not found; wanted: %(wanted)s; line %(line)s has: %(found)s. Rename the columns"
    ),
    "column-missing": gettext_noop(
        "There is no column “%(column)s”; the file has: %(known)s. Rename the column"
    ),
    "column-twice": gettext_noop("Two columns are called “%(column)s”; rename or remove one of them"),
    "row-html": gettext_noop("A web page stands here instead of a row; export these rows again"),
    "row-too-long": gettext_noop(
        "The row has %(cells)s cells, the headings are %(columns)s; "
        "put cells that hold commas in quotation marks"
    ),
    "row-header": gettext_noop("The headings stand here again; nothing to do"),
    "row-encoding": gettext_noop("A character cannot be read; save the file as UTF-8"),
    "row-quote": gettext_noop("A quotation mark is opened and never closed; close it"),
    "row-unreadable": gettext_noop("The row cannot be read; correct this line"),
    "cell-formula": gettext_noop("The text begins like a formula; remove the sign in front"),
    "cell-error": gettext_noop("A formula failed here; mend it in the spreadsheet, or empty the cell"),
    "cell-too-long": gettext_noop("The text is too long; shorten it"),
    "import-too-long": gettext_noop(
        "The file has more than %(limit)s rows; split it into several files, or give it to the administrator "
        "of this system, who imports it on the server"
    ),
    "complete-unread": gettext_noop(
        "%(count)s rows could not be read, so it cannot be told which items the catalogue no longer has; "
        "mend these rows, or import without withdrawing"
    ),
    "map-unknown": gettext_noop("There is no map “%(map)s”; choose one of: %(known)s"),
}

ITEMS = {
    "item-key-missing": gettext_noop("There is no code; add it, or name another key column in the map"),
    "item-key-malformed": gettext_noop(
        "This is no code: letters, digits, - _ and . without spaces or slashes"
    ),
    "item-key-repeated": gettext_noop("Line %(first)s has this code already and counts; remove one of them"),
    "item-digits-lost": gettext_noop(
        "The spreadsheet took the code for a number and dropped digits; "
        "format the column as text and fill it in again from the source"
    ),
    "item-name-missing": gettext_noop("There is no name; give the item's name"),
    "item-department-missing": gettext_noop("There is no department; name it, or give a default in the map"),
    "kind-unknown": gettext_noop("This type is not known: 01 to 10 or 20; give its meaning in the map"),
    "limit-unclear": gettext_noop("This is no single span of time, such as 20个工作日"),
    "limit-too-long": gettext_noop("This is longer than ten years; check the number"),
    "audience-unknown": gettext_noop("It is not clear for whom the item is; write 自然人 or 法人"),
    "promise-longer": gettext_noop("The promised time is longer than the statutory one; check both"),
    "mechanism-unknown": gettext_noop("The zone makes no promise of this name; the item was not linked"),
}
