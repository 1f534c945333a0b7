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
}
BENEFITS = {**FACTS}
