"""What the policy studio refuses, in words, and with which status; read at every start, so it asks little."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

REFUSALS: Mapping[str, str] = {
    "benefits-only": gettext_noop("Only officers of benefits may do this"),
    "sheet-empty": gettext_noop("No row of the sheet fitted; see what is said of each"),
    "not-reckoned": gettext_noop("The cost of this very text was not reckoned yet"),
    "same-draft": gettext_noop("A draft is not compared with itself"),
    "draft-fails": gettext_noop("Draft {draft} does not pass its check yet; put it right first"),
    "other-parties": gettext_noop("One is for firms, the other for people; they cannot be compared"),
    # what does not fit in a sheet of conditions
    "condition-untitled": gettext_noop("A condition has a title and an article"),
    "attribute-unknown": gettext_noop("No attribute is called so"),
    "test-unknown": gettext_noop("This is no way to ask"),
    "test-unfit": gettext_noop("This cannot be asked of this attribute"),
    "value-unfit": gettext_noop("This is no value of this attribute"),
    "absence-open": gettext_noop("Say whether whoever has none passes: 符合 or 不符合"),
}
STATUS: Mapping[str, int] = {
    "benefits-only": 403,
    "not-reckoned": 409,
    "draft-fails": 409,
}
