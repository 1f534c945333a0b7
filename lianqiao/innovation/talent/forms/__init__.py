"""What is typed about talents."""

from lianqiao.innovation.talent.forms.typed import (
    DecisionForm,
    DualPostForm,
    EntryForm,
    MeetingForm,
    ReasonForm,
    RecordForm,
)

__all__ = ["DecisionForm", "DualPostForm", "EntryForm", "MeetingForm", "ReasonForm", "RecordForm"]
