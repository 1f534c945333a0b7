"""What the basket, the firm and the agent see."""

from lianqiao.service.assistance.queries.basket import (
    Readiness,
    basket,
    basket_counts,
    entries_named,
    readiness,
    title_of,
    unknown_entry,
)
from lianqiao.service.assistance.queries.channels import (
    CHANNELS,
    ChannelTally,
    channel_tallies,
)
from lianqiao.service.assistance.queries.mandated import (
    AgentOffered,
    agents_offered,
    kind_title,
    mandated_acts,
    mandates_found,
    matters_words,
    may_administer,
    open_matters,
)

__all__ = [
    "CHANNELS",
    "AgentOffered",
    "ChannelTally",
    "Readiness",
    "agents_offered",
    "basket",
    "basket_counts",
    "channel_tallies",
    "entries_named",
    "kind_title",
    "mandated_acts",
    "mandates_found",
    "matters_words",
    "may_administer",
    "open_matters",
    "readiness",
    "title_of",
    "unknown_entry",
]
