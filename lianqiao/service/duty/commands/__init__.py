"""Everything somebody holds goes to another person in one act; shifts are read in from a file."""

from lianqiao.service.duty.commands.handing_over import HandedOver, hand_over_everything
from lianqiao.service.duty.commands.shift_tables import read_shifts

__all__ = ["HandedOver", "hand_over_everything", "read_shifts"]
