"""What is done on the list: progress reported, rungs climbed, months kept, owners changed."""

from lianqiao.service.tasks.commands.keeping import keep_months, remind
from lianqiao.service.tasks.commands.reporting import EVIDENCE, hand_over_tasks, report

__all__ = ["EVIDENCE", "hand_over_tasks", "keep_months", "remind", "report"]
