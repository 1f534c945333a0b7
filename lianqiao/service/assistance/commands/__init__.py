"""What is done in the supermarket: chosen, taken out again, ordered."""

from lianqiao.service.assistance.commands.basket import (
    Ordered,
    order,
    put_in,
    take_out,
)
from lianqiao.service.assistance.commands.mandates import give

__all__ = ["Ordered", "give", "order", "put_in", "take_out"]
