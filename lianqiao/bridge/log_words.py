"""What the problems of an imported event log say, each with its remedy, in one sentence."""

from __future__ import annotations

from django.utils.translation import gettext_noop

LOGS = {
    "log-unreadable": gettext_noop("“%(file)s” cannot be read; check its name and the right to read it"),
    "log-damaged": gettext_noop("“%(file)s” breaks off in the middle; copy it again"),
    "log-encoding": gettext_noop("“%(file)s” is in another encoding; choose UTF-8 or GB 18030"),
    "log-empty": gettext_noop("No event could be read; check which column means what"),
    "log-too-long": gettext_noop(
        "The file has more than %(limit)s rows; give it to the administrator of this system, who imports "
        "it on the server"
    ),
    "log-name": gettext_noop("A log needs a name of at most %(limit)s characters"),
    "map-needed": gettext_noop("Say which column of “%(file)s” means what"),
    "map-not-utf8": gettext_noop("The map is not UTF-8; save it as UTF-8"),
    "map-unreadable": gettext_noop("The map cannot be read; name a file, or a map of the district"),
    "case-name-too-long": gettext_noop("“%(name)s…” is no number of a case; choose another column for cases"),
    "historic-log-unknown": gettext_noop("No log “%(name)s” was imported"),
    "file-not-csv": gettext_noop("The file is not CSV; check its quotation marks and the delimiter"),
    "file-not-xes": gettext_noop("The file is not XES; export it again"),
    "row-length": gettext_noop(
        "The row has %(cells)s cells, the headings are %(columns)s; "
        "put cells that hold the delimiter in quotation marks"
    ),
    "cell-empty": gettext_noop("The cell is empty; every event needs a case, an activity and a time"),
}
