"""What the organization room does. Each command is one transaction and leaves a `Change` in it.

`actor` is who asks; None is the server itself: the command line, an import, the demo. A command that may not
or cannot be done raises Refusal with every problem found, and then nothing was written.
"""

from lianqiao.organization.commands.answers import Answer, claim_answer, drop_claim, keep_answer
from lianqiao.organization.commands.duties import end_duty, give_duty, name_deputy, title_duties
from lianqiao.organization.commands.firms import join_firm, leave_firm, register_firm, register_firms
from lianqiao.organization.commands.handing_over import hand_over
from lianqiao.organization.commands.leaves import cancel_leave, file_leave
from lianqiao.organization.commands.people import deactivate_person, register_person
from lianqiao.organization.commands.regions import RegionImport, import_regions
from lianqiao.organization.commands.tokens import make_token, note_use, revoke_token
from lianqiao.organization.commands.units import appoint_head, open_unit
from lianqiao.organization.commands.views import choose_columns, delete_view, open_with, save_view

__all__ = [
    "Answer",
    "RegionImport",
    "appoint_head",
    "cancel_leave",
    "choose_columns",
    "claim_answer",
    "deactivate_person",
    "delete_view",
    "drop_claim",
    "end_duty",
    "file_leave",
    "give_duty",
    "hand_over",
    "import_regions",
    "join_firm",
    "keep_answer",
    "leave_firm",
    "make_token",
    "name_deputy",
    "note_use",
    "open_unit",
    "open_with",
    "register_firm",
    "register_firms",
    "register_person",
    "revoke_token",
    "save_view",
    "title_duties",
]
