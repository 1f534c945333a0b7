"""What a refusal of this room says to a reader, in the language active when it is shown.

A problem carries a code and facts; the words are put together here, so that a form, a list of import errors
and a message speak alike. A code that is not listed says what the program said, in English.
"""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from lianqiao.engine.errors import Problem

_ = gettext_noop

_AUTHORITY = {
    "office-only": (_("Only the office may do this."), _("Ask a colleague in the office.")),
    "leader-only": (
        _("Only a leader or the office may do this for someone else."),
        _("Ask your leader."),
    ),
    "officers-only": (_("Only people who hold a duty may look here."), _("Ask at the service window.")),
    "window-only": (_("Only a window clerk or the office may do this."), _("Ask at the service window.")),
    "last-office": (
        _("This is the last person in the office; nobody could give duties any more."),
        _("Hand the duty over to someone else first."),
    ),
}

_PEOPLE = {
    "person-unknown": (_("There is no such person."), _("Choose someone from the list.")),
    "person-inactive": (
        _("%(name)s has left; the account is closed."),
        _("Choose someone who works here now."),
    ),
    "person-field": ("%(what)s", _("Correct this field.")),
    "password-weak": ("%(what)s", _("Choose a longer one.")),
    "username-taken": (_("The user name %(username)s is taken."), _("Choose another one.")),
    "unit-name-missing": (_("The unit has no name."), _("Give the name on its door.")),
    "unit-unknown": (_("There is no such unit."), _("Choose a unit from the list.")),
    "unit-ring": (_("%(unit)s would lie below itself."), _("Choose a unit outside it.")),
}

_DUTIES = {
    "duty-code": (
        _("“%(code)s” is not the code of a duty."),
        _("Small letters, digits and hyphens, such as drama-steward."),
    ),
    "duty-span": (_("The duty would end before it begins."), _("Put the end later.")),
    "duty-scope": (
        _("A scope names a field and the list of its values."),
        _("Look at a duty that has one."),
    ),
    "duty-held": (
        _("%(name)s holds this duty already."),
        _("End the one there is, or give it another scope."),
    ),
    "duty-unknown": (_("There is no such duty."), _("Choose one from the list.")),
    "deputy-self": (_("Nobody is their own deputy."), _("Choose a colleague.")),
    "reason-missing": (_("No reason was given."), _("Say why: it stays in the record.")),
    "hand-over-self": (_("A duty is handed over to someone else."), _("Choose a colleague.")),
    "duty-not-held": (_("%(name)s does not hold this duty."), _("Look at the list of duties.")),
    "duty-handed-over": (
        _("%(name)s handed this duty over to %(to)s on %(at)s."),
        _("Look at the list of duties."),
    ),
}

_ROTA = {
    "rota-unknown": (_("There are no such shifts."), _("Look at the rota.")),
    "rota-not-held": (_("This person does not hold the duty."), _("Choose someone who does.")),
    "rota-span": (_("The last day lies before the first."), _("Put it later, or leave it empty.")),
    "rota-weekdays": (_("No weekday is chosen."), _("Tick the days on which the person stands.")),
    "rota-weeks": (_("Shifts come back every one to eight weeks."), _("Choose another number.")),
    "rota-past": (_("This day is over."), _("Choose a day to come.")),
    "rota-too-many": (_("At most %(most)s rows are read at once."), _("Split the file.")),
    "nothing-held": (_("There is nothing to hand over."), _("Nothing is left to do.")),
    "span-too-long": (_("At most 93 days are listed at once."), _("Ask for fewer.")),
    "rota-row": (
        _("Line %(line)s is not understood: %(what)s."),
        _("Put it right in the file and read it again."),
    ),
}

_LEAVES = {
    "leave-order": (_("The leave ends before it begins."), _("The last day is the first day or later.")),
    "leave-over": (_("The leave was over on %(at)s."), _("It changes nothing now.")),
    "leave-too-long": (
        _("The leave lasts %(days)s days; more than %(most)s are not filed at once."),
        _("Check the year; for an absence this long hand the duty over."),
    ),
    "leave-kind": (_("“%(kind)s” is not a kind of leave."), _("Choose one from the list.")),
    "leave-overlaps": (
        _("There is already a leave from %(begin)s to %(end)s."),
        _("Cancel that one first, or choose other days."),
    ),
    "leave-unknown": (_("There is no such leave."), _("Choose one from the list.")),
    "leave-cancelled": (_("This leave was cancelled on %(at)s."), _("Nothing is left to do.")),
    "not-officer": (_("%(name)s holds no duty, so nobody need stand in."), _("Give the duty first.")),
    "stand-in-self": (_("Nobody stands in for themselves."), _("Choose a colleague, or nobody.")),
    "stand-in-inactive": (
        _("%(name)s has left; the account is closed."),
        _("Choose someone who works here now."),
    ),
    "stand-in-not-officer": (_("%(name)s holds no duty in the zone."), _("Choose an officer.")),
    "stand-in-away": (
        _("%(name)s is away too, from %(begin)s to %(end)s."),
        _("Choose someone else, or nobody: then the deputy has the work."),
    ),
}

_FIRMS = {
    "firm-exists": (
        _("The code %(credit_code)s belongs to %(name)s, which is entered already."),
        _("Ask its administrator, or the service window, to let you act for it."),
    ),
    "firm-name-missing": (_("The firm has no name."), _("As on the business licence.")),
    "firm-name-long": (_("The name is longer than 200 characters."), _("Shorten it.")),
    "firm-email": (_("“%(email)s” is no e-mail address."), _("Such as name@firm.cn.")),
    "firm-capital": (_("Capital is zero or more."), _("In whole fen.")),
    "firm-unknown": (_("There is no such firm."), _("Choose one from the list.")),
    "region-unknown": (
        _("No division has the code %(code)s today."),
        _("Codes change: look for the place by its name."),
    ),
    "membership-role": (_("“%(role)s” is not a role at a firm."), _("Choose one from the list.")),
    "membership-span": (_("The authority would end before it begins."), _("Put the end later.")),
    "membership-held": (
        _("%(name)s acts for %(firm)s already."),
        _("End that first, to change the role."),
    ),
    "membership-unknown": (_("There is no such authority."), _("Choose one from the list.")),
    "mandate-firm-only": (
        _("Only the firm's administrator gives its mandate or takes it back."),
        _("Ask the administrator."),
    ),
    "mandate-unknown": (_("There is no such mandate."), _("Look at the list.")),
    "mandate-kind": (
        _("A mandate is for a party member, an agent or a window clerk."),
        _("Choose one from the list."),
    ),
    "mandate-span": (_("It would be over before it begins."), _("Put the last day later.")),
    "mandate-long": (_("A mandate holds for a year at most."), _("Give it anew when it ends.")),
    "mandate-held": (_("%(name)s has this authority already."), _("Take that back first, to change it.")),
}

_IDENTITY = {
    "sign-in-wrong": (
        _("The user name and the password do not match."),
        _("Both know capitals from small letters."),
    ),
    "sign-in-locked": (
        _("After too many failures nothing more is tried until %(until)s."),
        _("Wait until then, or ask the digital office to unlock it."),
    ),
    "session-unknown": (_("You have no such session."), _("Look at the list.")),
    "lock-unknown": (_("There is no such lock."), _("Look at the list.")),
    "code-wrong": (
        _("This code does not fit, or was used before."),
        _("Wait for the next one; the telephone's clock must be right."),
    ),
    "factor-there": (_("An authenticator is set up already."), _("Remove that one first.")),
    "factor-missing": (_("No second factor is set up."), _("Set one up first.")),
    "password-old": (_("This is not the password you have had so far."), _("Type it again.")),
    "letter-over": (_("This link was used already or is too old."), _("Ask for a new one.")),
    "registration-closed": (
        _("People cannot register themselves here."),
        _("Ask at the service window for an account."),
    ),
    "name-missing": (_("A name of 1 to 60 characters is needed."), _("Yours, as others know you.")),
    "invitation-not-yours": (
        _("This invitation went to another address."),
        _("Sign in with the account of that address."),
    ),
    "outside-unknown": (
        _("Nobody here has this name."),
        _("Ask the digital office for an account."),
    ),
    "binding-pending": (
        _("You have asked to act for this firm already."),
        _("Wait for the answer."),
    ),
    "bindings-too-many": (_("%(most)s of your requests wait already."), _("Wait for the answers first.")),
    "request-unknown": (_("There is no such request."), _("Look at the list.")),
    "request-decided": (_("This request was decided already."), _("Look at the list.")),
    "deletion-pending": (_("You have asked already."), _("The digital office will answer.")),
    "deletion-officer": (
        _("Whoever holds a duty cannot be forgotten."),
        _("The digital office ends the duties first."),
    ),
    "last-administrator": (
        _("This is the firm's last administrator; nobody could let others act for it any more."),
        _("Hand the administration over first, or ask at the service window."),
    ),
}

_TOKENS = {
    "token-not-yours": (_("A token is made by its own person."), _("Sign in as that person.")),
    "token-name": (
        _("A token needs a name of 1 to 60 characters."),
        _("Say what it is for, such as “filing program”."),
    ),
    "token-scopes": (
        _("Choose what the token may be used for."),
        _("One or more of: %(known)s."),
    ),
    "token-days": (_("A token lasts 1 to %(most)s days."), _("Make a new one then.")),
    "tokens-too-many": (
        _("You have %(most)s tokens in use; more are not made."),
        _("Revoke one you no longer need."),
    ),
    "token-unknown": (_("You have no such token."), _("Look at your list of tokens.")),
    "idempotency-reused": (
        _("This idempotency key came with another request before."),
        _("Use a new key for each request."),
    ),
    "idempotency-in-progress": (
        _("The same request is being done at this moment."),
        _("Send it again in a second."),
    ),
    "cursor-malformed": (
        _("This cursor is not one that was given out for this list."),
        _("Begin again without a cursor."),
    ),
}

_VIEWS = {
    "view-name": (
        _("A view needs a name of 1 to 60 characters."),
        _("Say what it shows, such as “overdue, mine”."),
    ),
    "view-query": (_("The view asks for too much to be kept."), _("Take a filter or a word out.")),
    "views-too-many": (
        _("You have %(most)s saved views; more are not kept."),
        _("Delete one you no longer use."),
    ),
    "list-unknown": (_("There is no such list."), _("Go back to the list and try again.")),
}

_CODES = {
    "credit-code-empty": (
        _("No unified social credit code was given."),
        _("Copy the 18 characters from the business licence."),
    ),
    "credit-code-length": (
        _("A unified social credit code has 18 characters, this one has %(length)s."),
        _("Compare it with the business licence: a character is missing or doubled."),
    ),
    "credit-code-character": (
        _("Character %(position)s, “%(found)s”, cannot stand there."),
        _("The letters I, O, S, V and Z do not occur; characters 3 to 8 are digits."),
    ),
    "credit-code-check-digit": (
        _("The last character does not fit the others: it would have to be %(expected)s, not %(found)s."),
        _("A character was mistyped or two were swapped: compare all 18 with the business licence."),
    ),
    "division-code": (
        _("“%(given)s” is not the code of a division."),
        _("A county or district has six digits, such as 360112."),
    ),
}

SENTENCES: dict[str, tuple[str, str]] = {
    **_AUTHORITY,
    **_PEOPLE,
    **_DUTIES,
    **_ROTA,
    **_LEAVES,
    **_FIRMS,
    **_IDENTITY,
    **_TOKENS,
    **_VIEWS,
    **_CODES,
}


def said(problem: Problem) -> tuple[str, str]:
    """Return (reason, hint) of a problem in the active language, each a whole sentence."""
    if problem.code not in SENTENCES:
        return problem.reason, problem.hint
    reason, hint = SENTENCES[problem.code]
    return gettext(reason) % problem.facts, gettext(hint) % problem.facts


def sentence(problem: Problem) -> str:
    """Return a problem and its remedy as one text in the active language."""
    reason, hint = said(problem)
    return gettext("%(reason)s %(hint)s") % {"reason": reason, "hint": hint} if hint else reason
