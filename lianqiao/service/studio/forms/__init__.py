"""What is typed in the studio."""

from lianqiao.service.studio.forms.simulating import SimulationForm
from lianqiao.service.studio.forms.writing import (
    DraftForm,
    NewPromiseForm,
    PublishForm,
    WithdrawForm,
)

__all__ = ["DraftForm", "NewPromiseForm", "PublishForm", "SimulationForm", "WithdrawForm"]
