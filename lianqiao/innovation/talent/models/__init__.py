"""The tables of talent: records with consent, dual posts, and meetings of schools and firms."""

from lianqiao.innovation.talent.models.dual_posts import DualPost
from lianqiao.innovation.talent.models.meetings import Meeting, MeetingFirm
from lianqiao.innovation.talent.models.records import Achievement, Appraisal, Permission, Talent

__all__ = ["Achievement", "Appraisal", "DualPost", "Meeting", "MeetingFirm", "Permission", "Talent"]
