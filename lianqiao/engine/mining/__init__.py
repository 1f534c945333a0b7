"""Process mining: event logs in and out, the ways cases went, where time goes, what came late.

Text and bytes in and out, nothing else; see `docs/mining.md`.
"""

from lianqiao.engine.mining.bottlenecks import Passage, passages
from lianqiao.engine.mining.csv_reading import Reading, read_csv
from lianqiao.engine.mining.event_log import EventLog, LogBuilder, joined
from lianqiao.engine.mining.history import LoggedCase, LoggedEvent, LoggedMandate, logged_case
from lianqiao.engine.mining.late import CaseClocks, LateCase, LateCases, clocks_of_cases, late_cases
from lianqiao.engine.mining.log_map import LogMap, Promised
from lianqiao.engine.mining.ocel import ocel_pieces, read_ocel
from lianqiao.engine.mining.report import late_row, late_summary, report_of
from lianqiao.engine.mining.variants import Variant, variant_count, variant_of_each, variants
from lianqiao.engine.mining.xes import read_xes, xes_pieces

__all__ = [
    "CaseClocks",
    "EventLog",
    "LateCase",
    "LateCases",
    "LogBuilder",
    "LogMap",
    "LoggedCase",
    "LoggedEvent",
    "LoggedMandate",
    "Passage",
    "Promised",
    "Reading",
    "Variant",
    "clocks_of_cases",
    "joined",
    "late_cases",
    "late_row",
    "late_summary",
    "logged_case",
    "ocel_pieces",
    "passages",
    "read_csv",
    "read_ocel",
    "read_xes",
    "report_of",
    "variant_count",
    "variant_of_each",
    "variants",
    "xes_pieces",
]
