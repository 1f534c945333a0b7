"""What can be done on the bridge; every act on a case goes through `act` or `open_case`."""

from lianqiao.bridge.commands.acting import act, open_case
from lianqiao.bridge.commands.attaching import receive
from lianqiao.bridge.commands.checking import look_into
from lianqiao.bridge.commands.holding import hand_over, reassign, rebase
from lianqiao.bridge.commands.past import PastAct, PastCase, enter_past
from lianqiao.bridge.commands.rating import rate
from lianqiao.bridge.commands.reading import read_notices
from lianqiao.bridge.commands.talking import add_note
from lianqiao.bridge.commands.working import ask_job, cancel_job

__all__ = [
    "PastAct",
    "PastCase",
    "act",
    "add_note",
    "ask_job",
    "cancel_job",
    "enter_past",
    "hand_over",
    "look_into",
    "open_case",
    "rate",
    "read_notices",
    "reassign",
    "rebase",
    "receive",
]
