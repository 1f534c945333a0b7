"""What refusals about facts, benefits and their payment say, by code."""

from __future__ import annotations

from django.utils.translation import gettext_noop

FACTS = {
    "attribute-unknown": gettext_noop("No policy speaks of this; choose one from the list"),
    "fact-known": gettext_noop("The same source has said the same before; nothing was added"),
    "fact-corrected": gettext_noop("This was corrected before; correct what stands there now"),
    "facts-disagree": gettext_noop("Sources disagree; find out which is right and correct the other"),
    "fact-in-future": gettext_noop("This day has not come yet; check the date at its source"),
    "fact-expired": gettext_noop("The facts have run out; fetch them anew"),
    "fact-malformed": gettext_noop("This cannot be read as what is asked for; look at how it is written"),
    "fact-out-of-range": gettext_noop("This is beyond what is possible; check the figure"),
    "currency-missing": gettext_noop("Neither currency nor unit is given; write 100元 or 100万元"),
    "currency-foreign": gettext_noop("This is not in renminbi; state it in renminbi"),
    "unit-missing": gettext_noop("It may be a share or a percentage; write 3.5%%"),
    "absence-unforeseen": gettext_noop("This cannot be none: give a value, or leave it out"),
    "option-unknown": gettext_noop("This is not among the options"),
    "consent-missing": gettext_noop("The person has not agreed to its use"),
    "party-missing": gettext_noop("The row names no firm; fill in its credit code"),
    "person-missing": gettext_noop("The row names nobody; fill in the user name"),
    "firm-not-entered": gettext_noop("No firm has this credit code; check it, or enter the firm first"),
    "person-not-permitting": gettext_noop(
        "Nobody with this user name permits being matched with policies; they say so in their talent record"
    ),
}
GRANTS = {
    "policy-unknown": gettext_noop("No such policy is in force"),
    "not-claimable": gettext_noop("This is given by invitation; there is nothing to apply for"),
    "not-granted": gettext_noop("By what is known today the rules do not say yes; see what is lacking"),
    "granted-before": gettext_noop("This was given before in this period"),
    "grant-excluded": gettext_noop("Not both: “%(other)s” was given already"),
    "pot-empty": gettext_noop("Nothing is left: all places or all the money are taken"),
    "account-missing": gettext_noop("Say where the money should go"),
    "account-malformed": gettext_noop("An account number has 8 to 32 digits"),
    "unknown-grant": gettext_noop("There is no such grant"),
    "grant-moved": gettext_noop("Something has happened to this grant meanwhile; look at it again"),
    "invitation-over": gettext_noop("The time to confirm was over on %(day)s"),
}
PAYMENTS = {
    "nothing-to-pay": gettext_noop("No grant is past its public notice; nothing can be paid yet"),
    "batch-open": gettext_noop("Another batch is being made; wait until it is"),
    "unknown-batch": gettext_noop("There is no such batch"),
    "own-batch": gettext_noop("Who made a batch does not release it; ask a colleague"),
    "own-payment": gettext_noop("Money for you is in this batch; another head of benefits releases it"),
    "batch-moved": gettext_noop("Something has happened to this batch meanwhile; look at it again"),
    "payment-moved": gettext_noop("This payment is not in a state to do that"),
}
BENEFITS = {**FACTS, **GRANTS, **PAYMENTS}
