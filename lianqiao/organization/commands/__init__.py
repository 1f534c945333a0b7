"""What the organization room does. Each command is one transaction and leaves a `Change` in it.

`actor` is who asks; None is the server itself: the command line, an import, the demo. A command that may not
or cannot be done raises Refusal with every problem found, and then nothing was written.
"""

from lianqiao.organization.commands.accounts import (
    ask_account,
    ask_reset,
    change_password,
    open_account,
    reset_password,
)
from lianqiao.organization.commands.answers import Answer, claim_answer, drop_claim, keep_answer
from lianqiao.organization.commands.bindings import ask_binding, decide_binding, withdraw_binding
from lianqiao.organization.commands.duties import end_duty, give_duty, name_deputy, title_duties
from lianqiao.organization.commands.firms import join_firm, leave_firm, register_firm, register_firms
from lianqiao.organization.commands.handing_over import hand_over
from lianqiao.organization.commands.leaves import cancel_leave, file_leave
from lianqiao.organization.commands.letters import opened_letter, send_letters
from lianqiao.organization.commands.mandates import give_mandate, revoke_mandate
from lianqiao.organization.commands.members import accept_invitation, hand_over_firm, invite_member
from lianqiao.organization.commands.outside import admit_outside
from lianqiao.organization.commands.people import deactivate_person, register_person
from lianqiao.organization.commands.privacy import (
    agree,
    ask_deletion,
    decide_deletion,
    export_own_data,
    show_person,
    take_back_consent,
    withdraw_deletion,
)
from lianqiao.organization.commands.regions import RegionImport, import_regions
from lianqiao.organization.commands.rota import (
    ShiftWanted,
    end_shifts,
    exchange_shift,
    hand_over_shifts,
    import_shifts,
    plan_shifts,
)
from lianqiao.organization.commands.second_factors import (
    begin_second_factor,
    check_code,
    confirm_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    secret_text,
)
from lianqiao.organization.commands.signing_in import (
    check_password,
    end_session,
    end_sessions,
    note_sign_in,
    unlock,
)
from lianqiao.organization.commands.tokens import make_token, note_use, revoke_token
from lianqiao.organization.commands.units import appoint_head, open_unit
from lianqiao.organization.commands.views import choose_columns, delete_view, open_with, save_view

__all__ = [
    "Answer",
    "RegionImport",
    "ShiftWanted",
    "accept_invitation",
    "admit_outside",
    "agree",
    "appoint_head",
    "ask_account",
    "ask_binding",
    "ask_deletion",
    "ask_reset",
    "begin_second_factor",
    "cancel_leave",
    "change_password",
    "check_code",
    "check_password",
    "choose_columns",
    "claim_answer",
    "confirm_second_factor",
    "deactivate_person",
    "decide_binding",
    "decide_deletion",
    "delete_view",
    "drop_claim",
    "end_duty",
    "end_session",
    "end_sessions",
    "end_shifts",
    "exchange_shift",
    "export_own_data",
    "file_leave",
    "give_duty",
    "give_mandate",
    "hand_over",
    "hand_over_firm",
    "hand_over_shifts",
    "import_regions",
    "import_shifts",
    "invite_member",
    "join_firm",
    "keep_answer",
    "leave_firm",
    "make_token",
    "name_deputy",
    "note_sign_in",
    "note_use",
    "open_account",
    "open_unit",
    "open_with",
    "opened_letter",
    "plan_shifts",
    "register_firm",
    "register_firms",
    "register_person",
    "remove_second_factor",
    "renew_recovery_codes",
    "reset_password",
    "revoke_mandate",
    "revoke_token",
    "save_view",
    "secret_text",
    "send_letters",
    "show_person",
    "take_back_consent",
    "title_duties",
    "unlock",
    "withdraw_binding",
    "withdraw_deletion",
]
