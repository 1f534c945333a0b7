"""What can be done on the bridge; every act on a case goes through `act` or `open_case`."""

from lianqiao.bridge.commands.acting import OpeningAsked, OpeningUnasked, StepAsked, act, open_case
from lianqiao.bridge.commands.checking import look_into
from lianqiao.bridge.commands.confirming import confirm_phone, send_phone_code
from lianqiao.bridge.commands.following import open_following
from lianqiao.bridge.commands.forgetting import decide_deletion
from lianqiao.bridge.commands.holding import hand_over, reassign, reassign_together, rebase
from lianqiao.bridge.commands.past import PastAct, PastCase, enter_past
from lianqiao.bridge.commands.preferring import Preference, forget_places, prefer, try_out
from lianqiao.bridge.commands.publishing import publish, withdraw
from lianqiao.bridge.commands.rating import rate
from lianqiao.bridge.commands.reading import read_notices
from lianqiao.bridge.commands.receiving import receive
from lianqiao.bridge.commands.resending import MOST_AT_ONCE as MOST_RESENT
from lianqiao.bridge.commands.resending import Resent, resend
from lianqiao.bridge.commands.revealing import show_numbers
from lianqiao.bridge.commands.talking import add_note
from lianqiao.bridge.commands.together import Answer, act_together, open_together, open_unasked_together
from lianqiao.bridge.commands.uploading import abandon, append, begin
from lianqiao.bridge.commands.working import ask_job, cancel_job

__all__ = [
    "MOST_RESENT",
    "Answer",
    "OpeningAsked",
    "OpeningUnasked",
    "PastAct",
    "PastCase",
    "Preference",
    "Resent",
    "StepAsked",
    "abandon",
    "act",
    "act_together",
    "add_note",
    "append",
    "ask_job",
    "begin",
    "cancel_job",
    "confirm_phone",
    "decide_deletion",
    "enter_past",
    "forget_places",
    "hand_over",
    "look_into",
    "open_case",
    "open_following",
    "open_together",
    "open_unasked_together",
    "prefer",
    "publish",
    "rate",
    "read_notices",
    "reassign",
    "reassign_together",
    "rebase",
    "receive",
    "resend",
    "send_phone_code",
    "show_numbers",
    "try_out",
    "withdraw",
]
