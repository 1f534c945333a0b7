"""What is sent of a notice, or of several together, in the language active."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianqiao.bridge.channels import Letter
from lianqiao.bridge.models import Delivery
from lianqiao.bridge.wording import notice_headline, notice_text

Link = Callable[[str], str]


def letter_of(delivery: Delivery, link: Link) -> Letter:
    """Return the letter of one notice. Raises Refusal where its promise's file is gone."""
    notice = delivery.notice
    title, text = notice_text(notice)
    subject = notice.case.number if notice.case else _("Task")
    return Letter(
        title=title,
        text=text,
        brief=_("%(number)s: %(headline)s") % {"number": subject, "headline": notice_headline(notice)},
        link=link(notice.case.number if notice.case else notice.facts["path"]),
        reference=f"notice-{notice.pk}-{delivery.channel}",
    )


def digest_of(deliveries: Sequence[Delivery], link: Link) -> Letter:
    """Return one letter for several notices to one person, oldest first."""
    letters = [letter_of(one, link) for one in deliveries]
    count = len(letters)
    title = ngettext("%(count)s notice on your cases", "%(count)s notices on your cases", count) % {
        "count": count
    }
    return Letter(
        title=title,
        text="\n\n".join(f"{one.title}\n{one.text}\n{one.link}" for one in letters),
        brief="\n".join((title, *(one.brief for one in letters))),
        link="",
        reference=f"digest-{deliveries[0].pk}-{deliveries[-1].pk}",
    )
