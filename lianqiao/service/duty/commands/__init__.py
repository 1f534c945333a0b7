"""Everything somebody holds goes to another person in one act; shifts are read in from a file."""

from lianqiao.service.duty.commands.handing_over import HandedOver, hand_over_everything
from lianqiao.service.duty.commands.shift_tables import ShiftsRead, read_shifts

__all__ = ["HandedOver", "ShiftsRead", "hand_over_everything", "read_shifts"]
