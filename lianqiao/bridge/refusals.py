"""What a refusal says to a person, in the active language: words by code, values from the problem's facts.

Refusals of the organization room have their words there; this speaks for every room below the pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lianqiao.bridge.benefit_words import BENEFITS
from lianqiao.bridge.import_words import ITEMS, TABLES
from lianqiao.bridge.log_words import LOGS
from lianqiao.bridge.mechanism_words import MECHANISMS
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Problem
from lianqiao.organization import wording as organization

# What will not do about a value typed: the `fault` of `needs-wrong`.
FAULTS = {
    "not-text": gettext_noop("Text is needed"),
    "too-long": gettext_noop("At most %(limit)s characters; this has %(length)s"),
    "not-whole": gettext_noop("A whole number is needed"),
    "not-money": gettext_noop("An amount in yuan is needed, such as 1200000 or 1200000.50"),
    "too-small": gettext_noop("At least %(limit)s is needed"),
    "too-large": gettext_noop("At most %(limit)s is allowed"),
    "not-date": gettext_noop("A date is needed, such as 2026-02-11"),
    "not-yes-no": gettext_noop("Choose yes or no"),
    "not-choice": gettext_noop("Choose one of the options"),
    "not-matter-case": gettext_noop(
        "Give the number of a case of this firm and matter that no bundle has yet"
    ),
    "not-step-case": gettext_noop("Give the number of a case of this firm and step that no product has yet"),
    "not-case": gettext_noop("Give the number of another open case of this kind"),
    "not-file": gettext_noop("Choose the file again"),
    "not-among": gettext_noop("Tick only what is listed here"),
    "reason-missing": gettext_noop("Say what is wrong with each item you tick"),
    "reason-too-long": gettext_noop("A reason has at most %(limit)s characters"),
}

CASES = {
    "unknown-case": gettext_noop("There is no such case, or it is not yours to see"),
    "unknown-mechanism": gettext_noop("This promise is not offered here"),
    "unknown-visit": gettext_noop("There is no such visit"),
    "visit-day": gettext_noop("This day is still to come"),
    "same-person": gettext_noop("A second person does this: not whoever did the step before"),
    "unknown-bundle": gettext_noop("The district offers no such bundle"),
    "unknown-run": gettext_noop("There is no such bundle under way, or it is not yours to see"),
    "unknown-matter": gettext_noop("This bundle has no such matter"),
    "bundle-nothing": gettext_noop("By these answers nothing is to be done; look at them again"),
    "matter-moving": gettext_noop("This matter is under way or has ended"),
    "unknown-journey": gettext_noop("The district has no journey for this kind of product"),
    "unknown-product": gettext_noop("There is no such product, or it is not yours to see"),
    "unknown-product-step": gettext_noop("The journey has no such step"),
    "product-exists": gettext_noop("The firm has registered a product of this kind and name"),
    "product-day": gettext_noop("The days are out of order or still to come"),
    "step-in-case": gettext_noop("A case of this step is under way"),
    "step-no-promise": gettext_noop("This step opens no case; mark it done with its evidence"),
    "unknown-answer": gettext_noop("There is no such answer, or it is no longer in force"),
    "answer-proposed": gettext_noop("Another version already waits for a second person"),
    "answer-decided": gettext_noop("This was decided meanwhile; look at it again"),
    "answer-review-day": gettext_noop("Choose a day to come"),
    "unknown-channel": gettext_noop("Choose how the firm brought it"),
    "not-taken-in": gettext_noop("Your duties do not include filing this for firms"),
    "unknown-step": gettext_noop("This promise has no such step"),
    "unknown-role": gettext_noop("Nobody is assigned in this role; choose an officer's role"),
    "no-firm": gettext_noop("You act for no firm; ask the administrator of your firm, or the service window"),
    "wrong-role": gettext_noop("This step belongs to someone else in this case"),
    "step-not-possible": gettext_noop("This step cannot be taken now: the case has moved on"),
    "case-moved": gettext_noop("%(who)s acted on this case at %(at)s, before you did"),
    "clock-set-back": gettext_noop(
        "The server's clock is wrong, so nothing was recorded; tell the digital office"
    ),
    "needs-missing": gettext_noop("This is required"),
    "needs-unknown": gettext_noop("This step does not ask for this"),
    "needs-wrong": gettext_noop("This will not do; read the note beside the field"),
    "rows-too-many": gettext_noop("At most %(most)s are acted on together; choose fewer"),
    "nobody-on-duty": gettext_noop(
        "Nobody is on duty for this, so nothing was filed; the digital office has to give someone the duty"
    ),
    "not-on-duty": gettext_noop("This person does not hold the duty; choose someone who does"),
    "reason-missing": gettext_noop("Give a reason: it stays in the record"),
    "rebase-impossible": gettext_noop(
        "The new version lacks what this case stands on; finish it under its own"
    ),
}

BESIDE = {
    "note-empty": gettext_noop("Write a message, or attach a file"),
    "note-too-long": gettext_noop("A message has at most %(limit)s characters; this has %(length)s"),
    "rating-not-asked": gettext_noop("This promise is not rated"),
    "rating-not-yet": gettext_noop("A case can be rated when it has ended"),
    "rating-grade": gettext_noop("Choose one of the five grades"),
    "rating-too-long": gettext_noop("The words have at most %(limit)s characters; these have %(length)s"),
    "rated-already": gettext_noop("This case was rated already; a rating is given once and stays"),
    "pdf-font-missing": gettext_noop(
        "The server has no Chinese font for documents, so they wait; the digital office has to install one"
    ),
}

FILES = {
    "file-empty": gettext_noop("“%(name)s” is empty; choose another file"),
    "file-too-large": gettext_noop("“%(name)s” is larger than %(limit)s MB"),
    "file-type": gettext_noop("“%(name)s” is of another type by its content; allowed: %(formats)s"),
    "files-too-many": gettext_noop("At most %(limit)s files; put more into one document"),
    "file-not-yours": gettext_noop("This file was not received from you; choose it again"),
    "disk-full": gettext_noop(
        "The server has no space left, so “%(name)s” was not saved; tell the digital office, then choose "
        "it again"
    ),
}

DRAFTS = {
    "unknown-draft": gettext_noop("There is no such draft of yours; drafts are removed after a month"),
    "draft-moved": gettext_noop("This draft was saved in another window at %(at)s; nothing was overwritten"),
    "draft-too-large": gettext_noop("This is too much for a draft; put long texts into a file"),
    "drafts-too-many": gettext_noop("You have %(most)s drafts; delete one you no longer need"),
}

ASSISTANCE = {
    "unknown-basket-entry": gettext_noop("There is no such matter in your basket"),
    "basket-full": gettext_noop("The basket holds %(most)s matters; order some first"),
    "item-not-assisted": gettext_noop("Nobody assists with this item here; look at it for the way to file"),
    "mandate-not-agent": gettext_noop("Choose a party member, an agent or a window clerk from the list"),
}

TASKS = {
    "unknown-task": gettext_noop("There is no such task on the list"),
    "unknown-snapshot": gettext_noop("This month was not kept"),
    "task-note": gettext_noop("Say what was done, in at most %(limit)s characters"),
    "task-value": gettext_noop("Give what is reached so far as a whole number, zero or more"),
    "task-counted": gettext_noop("This target is counted from the cases themselves; it cannot be reported"),
    "task-milestone": gettext_noop("The task has no such milestone"),
}

JOBS = {
    "unknown-job": gettext_noop("There is no such job of yours; jobs that ended are removed after a month"),
    "job-ended": gettext_noop("This has ended already; there is nothing left to stop"),
    "job-lost": gettext_noop("It was begun three times and never finished"),
    "job-failed": gettext_noop("It went wrong; the digital office finds the reason in the log"),
    "job-too-long": gettext_noop("It took longer than it may and was stopped"),
}

ARCHIVES = {
    "unreadable": gettext_noop("it cannot be read"),
    "entries": gettext_noop("it holds too many files"),
    "size": gettext_noop("it grows too large when it is opened"),
    "ratio": gettext_noop("it grows far beyond its size when it is opened"),
    "path": gettext_noop("a file in it has a name that leads elsewhere"),
    "link": gettext_noop("a file in it leads elsewhere"),
    "encrypted": gettext_noop("it is locked with a password"),
    "twice": gettext_noop("two files in it have the same name"),
    "overlap": gettext_noop("files in it share their bytes"),
    "nested": gettext_noop("archives lie within archives in it"),
}

UPLOADS = {
    "archive-unsafe": gettext_noop("“%(name)s” is not safe to open: %(why)s"),
    "file-infected": gettext_noop(
        "A virus was found in “%(name)s”, so it was not taken; clean your computer, then send it anew"
    ),
    "file-closed": gettext_noop("This file is not opened: it is being scanned, or no longer kept"),
    "file-gone": gettext_noop("“%(name)s” is no longer kept here; choose it again"),
    "quota-full": gettext_noop(
        "“%(name)s” does not fit: what you send and have not filed yet may be %(limit)s MB together"
    ),
    "uploads-too-many": gettext_noop("You have %(most)s uploads under way; end or give up one of them"),
    "unknown-upload": gettext_noop("There is no such upload of yours; choose the file again"),
    "upload-offset": gettext_noop("%(offset)s bytes are here already; go on from there"),
    "upload-busy": gettext_noop("Another request is writing to this upload; wait a moment"),
}

PREFERENCES = {
    "quiet-malformed": gettext_noop(
        "Give both times of the quiet hours, such as 22:00 and 07:30, or neither"
    ),
    "digest-malformed": gettext_noop("Choose daily or weekly, an hour and a weekday"),
    "digest-in-quiet": gettext_noop("This hour lies in your quiet hours; choose another"),
    "kind-not-offered": gettext_noop("This kind of notice does not go by this channel"),
    "messenger-unknown": gettext_noop("Choose one of the messengers listed"),
    "robot-missing": gettext_noop("Give the address of the group robot"),
    "secret-too-long": gettext_noop("A secret has at most %(limit)s characters"),
    "phone-malformed": gettext_noop("A mobile number has 11 digits, such as 13812345678"),
    "phone-code-wrong": gettext_noop("This is not the code; %(left)s more tries"),
    "phone-code-over": gettext_noop("No code holds any more; have another sent"),
    "phone-codes-used": gettext_noop("Enough codes were sent today; try again tomorrow"),
    "channel-not-set": gettext_noop("There is nowhere to send it yet; save where first"),
    "try-too-soon": gettext_noop("One try a minute; wait a little"),
    "try-failed": gettext_noop("It was not taken: %(said)s"),
    "not-a-dead-letter": gettext_noop("It was sent meanwhile, or is to be tried again anyway"),
    "person-left": gettext_noop("The person has left"),
    "no-address": gettext_noop("The person has no e-mail address"),
    "too-many-at-once": gettext_noop("At most %(most)s at once"),
}

RULES = {
    "policy-undecided": gettext_noop("Needed to decide which rule applies"),
    "policy-not-yet": gettext_noop("No rule was in force on that day"),
    "policy-no-outcome": gettext_noop("The rules in force do not cover this; check what you entered"),
    "expression-syntax": gettext_noop("A condition in the district's files cannot be read"),
}

API = {
    "firm-needed": gettext_noop("You act for several firms; say for which"),
    "promise-needed": gettext_noop("Say which promise or which case it is for"),
    "confirm-needed": gettext_noop("This is a grave act; confirm it"),
    "unknown-document": gettext_noop("This case has no such file for you"),
    "unknown-field": gettext_noop("There is no field of this name that takes a file"),
    "unknown-item": gettext_noop("There is no such service item"),
    "unknown-code": gettext_noop("No case has this progress code"),
    "unknown-result": gettext_noop("No document has this verification code"),
    "unknown-hook": gettext_noop("There is no such webhook of yours"),
    "unknown-delivery": gettext_noop("This webhook has no such message"),
    "hook-url": gettext_noop(
        "Messages cannot be sent there: an http or https address is needed, without name and password, "
        "on the usual port or one above 1023"
    ),
    "hook-event": gettext_noop("“%(given)s” is no event; write it as step, step:pass_review or rung:leader"),
    "hooks-too-many": gettext_noop("You have %(most)s webhooks; close one you no longer need"),
    "try-again": gettext_noop("The log is being written too busily; send it again"),
}

CLOCKS = {
    "budget-unit-unknown": gettext_noop("“%(given)s” names no unit of time; use wd, wh, h, nd or nm"),
    "pause-malformed": gettext_noop(
        "“%(given)s” is not a pause; write its beginning, a slash, and its end if it has one"
    ),
    "extension-malformed": gettext_noop(
        "“%(given)s” is not an extension; write the time added, @, and when it was approved"
    ),
    "budget-malformed": gettext_noop(
        "“%(given)s” is not an amount of time; write it as 3wd, 21wh, 24h, 30nd or 1nm"
    ),
    "budget-not-positive": gettext_noop("“%(given)s” promises no time at all"),
    "time-malformed": gettext_noop("“%(given)s” is not a date and time; write it as 2026-02-11T10:00"),
    "receipt-unknown": gettext_noop("“%(given)s” is not a way to count receipt"),
    "hours-malformed": gettext_noop("These are no office hours; write them as 09:00-12:00 13:30-17:30"),
    "calendar-unknown": gettext_noop("The calendar this was reckoned on cannot be built again"),
    "day-outside-calendar": gettext_noop("This day lies outside the calendar"),
    "clock-already-paused": gettext_noop("The clock is paused already"),
    "clock-not-paused": gettext_noop("The clock is not paused"),
    "clock-stopped": gettext_noop("The clock has been stopped"),
    "clock-expired": gettext_noop("The time had run out at %(due)s; what comes later changes nothing"),
    "clock-out-of-order": gettext_noop("This lies before what already happened on this clock"),
    "extension-twice": gettext_noop("The time was extended once already; it cannot be extended again"),
    "extension-unit": gettext_noop("An extension is given in the unit of the promise"),
    "extension-before-start": gettext_noop("The extension was approved before the clock started"),
    "pause-ends-before-it-begins": gettext_noop("The pause ends before it begins"),
    "no-due-while-paused": gettext_noop("There is no due time while the clock is paused"),
}

LOG = {
    "chain-broken": gettext_noop("An entry does not follow from the one before it"),
    "entry-altered": gettext_noop("An entry is not what was written"),
    "entry-removed": gettext_noop("An entry is missing"),
    "head-differs": gettext_noop("The newest entries of a case are missing"),
    "row-differs": gettext_noop("A case is not what its log adds up to"),
    "seal-altered": gettext_noop("A seal of the log was changed or removed"),
    "sealed-entry-gone": gettext_noop("An entry that was sealed is gone"),
}

LICENCES = {
    "unknown-licence": gettext_noop("There is no such licence, or it is not yours to see"),
    "unknown-licence-kind": gettext_noop("This zone knows no such kind of licence"),
    "unknown-e-licence": gettext_noop("No e-licence was ever issued with this code"),
    "licences-only": gettext_noop("Only licence officers may do this"),
    "licence-revoked": gettext_noop("This licence was revoked already"),
    "licence-not-valid": gettext_noop("This licence is not in force, so nothing can be issued for it"),
    "licence-key-missing": gettext_noop("There is no key to sign e-licences with; tell the digital office"),
    "licence-key-sealed": gettext_noop("The signing key cannot be opened; tell the digital office"),
    "unknown-attribute": gettext_noop("No condition of this licence speaks of this"),
    "unknown-key": gettext_noop("There is no such signing key"),
    "licence-last-day": gettext_noop("The last day lies before the day it was issued"),
    "licence-number-long": gettext_noop("A licence's number has at most 80 characters"),
}

WORDS: dict[str, str] = {
    **MECHANISMS,
    **LICENCES,
    **CASES,
    **BESIDE,
    **FILES,
    **DRAFTS,
    **ASSISTANCE,
    **TASKS,
    **JOBS,
    **UPLOADS,
    **PREFERENCES,
    **RULES,
    **API,
    **CLOCKS,
    **LOG,
    **TABLES,
    **ITEMS,
    **LOGS,
    **BENEFITS,
}
OTHERWISE = gettext_noop("This cannot be done now (%(code)s)")
_MOMENTS = ("at", "due", "begin", "end")


_SAID: Counter[str] = Counter()
_COUNTING = Lock()


def also_say(words: Mapping[str, str]) -> None:
    """Take in what a room above refuses and how it says so; called once, when its app is ready."""
    WORDS.update(words)


def said() -> dict[str, int]:
    """Return how often each code was put into words in this process."""
    with _COUNTING:
        return dict(_SAID)


def refusal_text(problem: Problem) -> str:
    """Return what the problem says in the active language.

    A code without words of its own, such as one that speaks to authors of pack files, is named.
    """
    with _COUNTING:
        _SAID[problem.code] += 1
    if problem.code not in WORDS and problem.code in organization.SENTENCES:
        return organization.sentence(problem)
    facts = {name: _moment(value) if name in _MOMENTS else value for name, value in problem.facts.items()}
    if problem.code == "case-moved":
        facts["who"] = facts.get("who") or _("The system")
    if problem.code == "needs-wrong" and (fault := FAULTS.get(problem.facts.get("fault", ""))):
        return _(fault) % facts
    if problem.code == "archive-unsafe":
        facts["why"] = _(ARCHIVES.get(problem.facts.get("fault", ""), ARCHIVES["unreadable"]))
    words = WORDS.get(problem.code)
    if words is None:
        return _(OTHERWISE) % {"code": problem.code}
    try:
        return _(words) % facts
    except KeyError:
        # a caller that left a fact out must not turn a refusal into a failure
        return _(OTHERWISE) % {"code": problem.code}


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if moment.tzinfo else text
