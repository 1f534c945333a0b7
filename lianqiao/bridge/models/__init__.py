"""Tables of the bridge: the log, and rows that are nothing but its fold, kept for lists and sweeps."""

from lianqiao.bridge.models.cases import (
    NEVER_DUE,
    Case,
    Counter,
    Load,
    OutcomeCount,
    OwedCount,
    Part,
    Promise,
)
from lianqiao.bridge.models.files import Attachment, Check, Content, Preview, Upload
from lianqiao.bridge.models.jobs import Job
from lianqiao.bridge.models.log import Entry, Seal
from lianqiao.bridge.models.notices import Delivery, Notice, NoticePreference
from lianqiao.bridge.models.publications import PackEdition, Publication
from lianqiao.bridge.models.results import Rating, Result

__all__ = [
    "NEVER_DUE",
    "Attachment",
    "Case",
    "Check",
    "Content",
    "Counter",
    "Delivery",
    "Entry",
    "Job",
    "Load",
    "Notice",
    "NoticePreference",
    "OutcomeCount",
    "OwedCount",
    "PackEdition",
    "Part",
    "Preview",
    "Promise",
    "Publication",
    "Rating",
    "Result",
    "Seal",
    "Upload",
]
