"""What is done about talents. Each command is one transaction and leaves a trace in it."""

from lianqiao.innovation.talent.commands.appraising import appraise
from lianqiao.innovation.talent.commands.dual_posts import agree_to, propose_dual_post, stop_dual_post
from lianqiao.innovation.talent.commands.forgetting import forget_talent
from lianqiao.innovation.talent.commands.meetings import record_meeting
from lianqiao.innovation.talent.commands.records import (
    add_achievement,
    decide_achievement,
    keep_record,
    permit,
    take_back_achievement,
    withdraw_permission,
)

__all__ = [
    "add_achievement",
    "agree_to",
    "appraise",
    "decide_achievement",
    "forget_talent",
    "keep_record",
    "permit",
    "propose_dual_post",
    "record_meeting",
    "stop_dual_post",
    "take_back_achievement",
    "withdraw_permission",
]
