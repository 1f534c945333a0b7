"""Who may what: every operation of the document, asked by everyone, about what belongs to firm A.

The world: a case of firm A in the hands of one steward, a leave of that steward, a webhook of firm A's agent.
Firm B, and a steward's colleague, must find of it only what the promise lets them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lianqiao.bridge import commands as bridge_commands
from lianqiao.bridge import packs
from lianqiao.bridge.commands import ask_job
from lianqiao.bridge.models import Case
from lianqiao.engine.simulation.question import Question
from lianqiao.organization import commands
from lianqiao.portal.api import document
from lianqiao.portal.api.root import api
from lianqiao.service.assistance.commands import put_in
from lianqiao.service.bundles.commands.runs import start_run
from lianqiao.service.commands import drafts, webhooks
from lianqiao.service.commands.visits import record_visit
from lianqiao.service.demo.old_log import enter_old_log
from lianqiao.service.drug.commands.products import register_product
from lianqiao.service.drug.models import Answer
from lianqiao.service.models import HistoricLog
from lianqiao.service.policy_studio.commands.drafts import make_draft as make_policy_draft
from lianqiao.service.studio.commands.drafts import make_draft
from lianqiao.service.studio.commands.simulations import ask_simulation
from tests.innovation.talents import example_host, talent_of
from tests.portal.api_world import FILING, token_of
from tests.portal.matrix_world import ROLES, Matrix, matrix_world
from tests.service.licences.register import enter
from tests.world import NOW, PDF, at, person

pytestmark = pytest.mark.once
OPEN = (200,) * 7
KNOWN = (401,) + (200,) * 6
OFFICERS = (401, 403, 403, 200, 200, 200, 200)
OFFICE_ONLY = (401, 403, 403, 403, 403, 403)
LEADERS = (401, 403, 403, 403, 403, 200, 200)
CASE = (401, 200, 404, 200, 200, 200, 404)
BENEFIT = (401, 200, 404, 404, 404, 404, 200)
MINE = (401, 200, 404, 404, 404, 404, 404)

EXPECTED: dict[str, tuple[int, ...]] = {
    # open to everyone
    "listPromises": OPEN,
    "showPromise": OPEN,
    "showNeeds": OPEN,
    "showResolution": OPEN,
    "searchItems": OPEN,
    "showItem": (404,) * 7,  # the catalogue is empty here
    "listDepartments": OPEN,
    "showProgress": OPEN,
    "verifyResult": (404,) * 7,  # no document was made out here
    "showLicenceKinds": OPEN,
    "verifyELicence": (404,) * 7,  # no e-licence was made out here
    # of whoever asks
    "showMe": KNOWN,
    "reckonClock": KNOWN,
    "listNotices": KNOWN,
    "readNotices": KNOWN,
    "listChanges": KNOWN,
    "showNoticePreferences": KNOWN,
    "chooseNotices": KNOWN,
    "tryNoticeChannel": (401,) + (409,) * 6,  # nobody here has a robot or a number
    "sendPhoneCode": (401,) + (409,) * 6,  # no number waits for a code
    "confirmPhone": (401,) + (409,) * 6,
    "listUploads": KNOWN,
    "listCases": KNOWN,
    "showAlike": KNOWN,
    "listLicences": KNOWN,
    # the licence of firm A
    "showLicence": (401, 200, 404, 404, 404, 404, 200),
    "showELicence": (401, 200, 404, 404, 404, 404, 200),
    "chooseRenewal": (401, 200, 404, 404, 404, 404, 404),
    "recordLicenceFact": (*OFFICE_ONLY, 200),
    "revokeLicence": (*OFFICE_ONLY, 200),
    "listLicenceNights": (*OFFICE_ONLY, 200),
    # of firms
    "listMatters": (401, 200, 200, 403, 403, 403, 403),
    "openCase": (401, 201, 201, 403, 403, 403, 403),
    "uploadFile": (401,) + (201,) * 6,
    "beginUpload": (401,) + (201,) * 6,
    # the upload of firm A's agent
    "showUpload": MINE,
    "appendToUpload": (401, 204, 404, 404, 404, 404, 404),
    "abandonUpload": (401, 204, 404, 404, 404, 404, 404),
    # the supermarket and mandates of firm A
    "listBasket": KNOWN,
    "chooseMatter": (401, 201, 403, 403, 403, 403, 403),
    "dropMatter": (401, 204, 404, 404, 404, 404, 404),
    "orderBasket": MINE,
    "listMandates": (401, 200, 403, 403, 403, 403, 403),
    "giveMandate": (401, 201, 403, 403, 403, 403, 403),
    "revokeMandate": (401, 200, 403, 403, 403, 403, 200),
    "showChannels": (401, 403, 403, 200, 200, 200, 403),
    # of officers: the rota, the workload, the task list
    "showRota": OFFICERS,
    "planShifts": (401, 403, 403, 403, 403, 201, 201),
    "exchangeShift": (401, 403, 403, 201, 403, 201, 201),
    "showWorkload": (401, 403, 403, 200, 200, 200, 403),
    "showHoldings": (401, 403, 403, 403, 403, 200, 200),
    "handOverEverything": (401, 403, 403, 403, 403, 409, 409),  # a newcomer holds nothing
    "showTasks": OFFICERS,
    "showTask": OFFICERS,
    "reportTask": (401, 403, 403, 403, 403, 403, 403),  # of its owner: tests/service/test_tasks.py
    "showTaskMonths": OFFICERS,
    # the case of firm A
    "showCase": CASE,
    "listLog": CASE,
    "verifyCase": CASE,
    "listDocuments": CASE,
    "listActs": CASE,
    "readDocument": (401, 200, 404, 200, 404, 200, 404),  # a leader has a role in every case
    "act": (401, 403, 404, 200, 403, 403, 404),
    "readPicture": (
        401,
        404,
        404,
        404,
        404,
        404,
        404,
    ),  # none was made here: tests/service/test_files_shown.py
    "listResults": CASE,
    "listChecks": CASE,
    "lookIntoFiles": (401, 200, 404, 200, 404, 200, 404),
    "listFileChecks": KNOWN,
    "addNote": (401, 201, 404, 201, 403, 201, 404),
    "showNumbers": (401, 200, 404, 200, 403, 200, 404),  # who has no part in the case is not told
    "rateCase": (401, 409, 404, 403, 403, 403, 404),  # it has not ended
    "reassignCase": (401, 403, 404, 403, 403, 200, 404),
    "rebaseCase": (401, 403, 404, 403, 403, 200, 404),
    # a long job of firm A's agent, about that case
    "listJobs": KNOWN,
    "showJob": (401, 200, 404, 200, 404, 200, 404),
    "cancelJob": (401, 200, 404, 200, 404, 200, 404),
    # a draft of firm A's agent
    "listDrafts": KNOWN,
    "makeDraft": (401, 201, 404, 201, 201, 201, 404),
    "showDraft": MINE,
    "saveDraft": MINE,
    "deleteDraft": (401, 204, 404, 404, 404, 404, 404),
    # of officers
    "listWorklist": OFFICERS,
    "showOverview": (401, 403, 403, 200, 200, 200, 403),
    "showReport": (401, 403, 403, 200, 200, 200, 403),
    "listOverviewPromises": (401, 403, 403, 200, 200, 200, 403),
    # bundles: one of firm A, none of whose promises anybody here serves
    "showBundles": OPEN,
    "askBundle": OPEN,
    "startBundle": (401, 201, 403, 403, 403, 403, 403),
    "listBundleRuns": KNOWN,
    "showBundleRun": MINE,
    "settleBundleMatter": MINE,
    # of the drug steward: nobody guides products here
    "showJourneys": OPEN,
    "listProducts": KNOWN,
    "registerProduct": (401, 201, 403, 403, 403, 403, 403),
    "showProduct": MINE,
    "markProductStep": (401, 201, 404, 404, 404, 404, 404),
    "openProductStepCase": (401, 422, 404, 404, 404, 404, 404),  # the body fills in nothing
    "showTimeSaved": (401,) + (403,) * 6,
    "searchAnswers": KNOWN,
    "showAnswer": (401,) + (200,) * 6,
    "proposeAnswer": (401,) + (403,) * 6,
    "decideAnswer": (401,) + (403,) * 6,
    "listVisits": OFFICERS,
    "recordVisit": (401, 403, 403, 201, 201, 201, 201),
    "showVisit": OFFICERS,
    "listDuties": OFFICERS,
    "listPeople": OFFICERS,
    "listUnits": OFFICERS,
    "searchFirms": OFFICERS,
    "listLeaves": (401, 403, 403, 200, 403, 200, 200),
    "fileLeave": (401, 403, 403, 201, 403, 201, 201),
    "cancelLeave": (401, 403, 403, 200, 403, 200, 200),
    "nameDeputy": (401, 403, 403, 403, 403, 200, 200),
    "handOver": (401, 403, 403, 201, 403, 201, 201),
    # of the office
    "listUndelivered": (401, 403, 403, 403, 403, 403, 200),
    "resendNotices": (401, 403, 403, 403, 403, 403, 200),
    "giveDuty": (*OFFICE_ONLY, 201),
    "endDuty": (*OFFICE_ONLY, 200),
    "registerPerson": (*OFFICE_ONLY, 201),
    "deactivatePerson": (*OFFICE_ONLY, 200),
    "openUnit": (*OFFICE_ONLY, 201),
    "appointHead": (*OFFICE_ONLY, 200),
    "registerFirm": (*OFFICE_ONLY, 201),
    "joinFirm": (401, 201, 403, 403, 403, 403, 201),  # firm A's agent administers it
    "leaveFirm": (401, 409, 403, 403, 403, 403, 200),  # it is the firm's last administrator
    # who somebody is, and for whom they act
    "showSessions": KNOWN,
    "endSession": (401,) + (404,) * 6,  # a token is no session
    "showMemberships": KNOWN,
    "listBindingRequests": KNOWN,
    "askBinding": (401,) + (201,) * 6,
    "decideBinding": (*OFFICE_ONLY, 200),
    "withdrawBinding": (401, 404, 200, 404, 404, 404, 404),  # firm B's agent asked
    "listMembers": (401, 200, 403, 403, 403, 403, 200),
    "inviteMember": (401, 201, 403, 403, 403, 403, 201),
    "handOverFirm": (401,) + (403,) * 6,  # to oneself it is not handed
    "listLocks": (*OFFICE_ONLY, 200),
    "unlock": (*OFFICE_ONLY, 404),
    # a talent record of firm A's agent; nobody here holds the duty of the talent office
    "showOwnTalent": MINE,
    "keepTalent": (401, 200, 200, 200, 200, 200, 200),
    "permitTalentUses": MINE,
    "addTalentEntry": (401, 201, 404, 404, 404, 404, 404),
    "takeBackTalentEntry": MINE,
    "listTalents": (401,) + (403,) * 6,
    "showTalent": (401,) + (403,) * 6,
    "decideTalentEntry": (401,) + (403,) * 6,
    "appraiseTalent": (401,) + (403,) * 6,
    "listDualPosts": KNOWN,
    "proposeDualPost": (401, 201, 404, 404, 404, 404, 404),
    "showDualPost": MINE,
    "agreeToDualPost": MINE,
    "stopDualPost": MINE,
    "listTalentMeetings": OFFICERS,
    "recordTalentMeeting": (401,) + (403,) * 6,
    # benefits: of the firm itself and of officers of benefits, here the office
    "showFirmFacts": BENEFIT,
    "recordFact": (401, 201, 404, 404, 404, 404, 201),
    "listFactProblems": (*OFFICE_ONLY, 200),
    # the studio, and how cases went as a whole: of leaders and the office; written on by the office only
    **dict.fromkeys(
        (
            "showMechanisms",
            "showMechanism",
            "exportBpmn",
            "showMechanismDrafts",
            "showMechanismDraft",
            "listSimulations",
            "showSimulation",
            "showMinedPromise",
            "listMiningLogs",
            "showMiningLog",
            "listMiningCases",
            "exportMiningLog",
        ),
        LEADERS,
    ),
    "makeMechanismDraft": (*OFFICE_ONLY, 201),
    "saveMechanismDraft": (*OFFICE_ONLY, 200),
    "dropMechanismDraft": (*OFFICE_ONLY, 204),
    "simulateMechanism": (401, 403, 403, 403, 403, 202, 202),
    "forgetSimulation": (401, 403, 403, 403, 403, 204, 204),
    "publishMechanism": (401, 403, 403, 403, 403, 409, 403),  # not simulated; written by the office's own
    "withdrawMechanism": (401, 403, 403, 403, 403, 404, 404),  # nothing was published here
    "importMiningLog": (*OFFICE_ONLY, 202),
    "forgetMiningLog": (*OFFICE_ONLY, 204),
    "showFirmBenefits": BENEFIT,
    **dict.fromkeys(("showOwnBenefits", "showOwnFacts"), KNOWN),
    "takeOwnBenefit": (401,) + (404,) * 6,  # there is no such policy for people
    "recordOwnFact": (401,) + (201,) * 6,
    "showTalentSecretary": MINE,
    "takeBenefit": (401, 409, 404, 404, 404, 404, 403),  # nothing is known of firm A
    "listBenefitDecisions": (*OFFICE_ONLY, 200),
    "showBenefitCost": (*OFFICE_ONLY, 200),
    "makeBatch": (*OFFICE_ONLY, 409),  # nothing was granted
    "showBatch": (*OFFICE_ONLY, 404),
    "releaseBatch": (401,) + (403,) * 6,  # the office does not release
    # the policy studio: of officers of benefits, here the office
    "showPolicies": (*OFFICE_ONLY, 200),
    "showPolicy": (*OFFICE_ONLY, 200),
    "makePolicyDraft": (*OFFICE_ONLY, 201),
    "showPolicyDraft": (*OFFICE_ONLY, 200),
    "savePolicyDraft": (*OFFICE_ONLY, 200),
    "dropPolicyDraft": (*OFFICE_ONLY, 200),
    "reckonPolicyDraft": (*OFFICE_ONLY, 202),
    "publishPolicyDraft": (*OFFICE_ONLY, 403),  # it was written by the office's own
    "withdrawPolicy": (*OFFICE_ONLY, 404),  # nothing was published here
    # the webhook of firm A's agent
    "listWebhooks": KNOWN,
    "openWebhook": (401,) + (201,) * 6,
    "showWebhook": MINE,
    "changeWebhook": MINE,
    "closeWebhook": (401, 204, 404, 404, 404, 404, 404),
    "renewWebhookSecret": MINE,
    "pingWebhook": (401, 202, 404, 404, 404, 404, 404),
    "listDeliveries": MINE,
    "replayDelivery": (401, 202, 404, 404, 404, 404, 404),
    "replaySpan": (401, 202, 404, 404, 404, 404, 404),
}
OPERATIONS = {
    one["operationId"]: (address, method, one)
    for address, method, one in document.operations(document.of(api))
}


@dataclass
class Scene:
    """Everyone's token, and what the addresses and bodies speak of."""

    tokens: dict[str, str]
    parts: dict[str, Any]
    bodies: dict[str, Any]
    queries: dict[str, str]
    number: str

    @property
    def studio_parts(self) -> dict[str, Any]:
        """The same, where a draft is one of a promise."""
        return {**self.parts, "draft": self.parts["mechanism_draft"]}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Build the world once; every request is undone after it."""
    with matrix_world(django_db_blocker) as matrix:
        yield _scene(matrix)


def _scene(matrix: Matrix) -> Scene:
    world, case, steward, people = matrix.world, matrix.case, matrix.steward, matrix.people
    newcomer = person("newcomer-01", "示例新人01", NOW)
    unit = commands.open_unit("示例科室", kind="office", actor=None, now=NOW)
    hook = webhooks.open_hook(world.agent, url="https://firm.example/hook", name="示例", now=NOW)
    visit = record_visit(world.firm, by=steward, day=NOW.date(), subject="示例走访", summary="示例", now=NOW)
    product = register_product(world.firm, kind="drug", name="示例产品", by=world.agent, now=NOW)
    answer = kept_answer(steward)
    bundle = {"firm": world.firm.credit_code, "answers": {"tested": True, "own_line": False}, "data": BUNDLED}
    run = start_run(
        "launch-drug", firm=world.firm, by=world.agent, answers=bundle["answers"], data=BUNDLED, now=NOW
    )
    ping = webhooks.ping_hook(hook, now=NOW)
    job = ask_job("count", by=world.agent, given={}, case=case, now=NOW)
    promise = packs.current().newest(FILING)
    opening = drafts.Form(promise, promise.opening_step, world.firm)
    draft = drafts.save_draft(opening, typed={"drama_title": "示例"}, files={}, by=world.agent, now=NOW)
    field = packs.current().newest(FILING).fields["application_form"]
    upload = bridge_commands.begin(name="a.pdf", size=100, field=field, purpose="x", by=world.agent, now=NOW)
    to = {"person": newcomer.pk}
    talent, achievement, post = talent_of(world.agent, world.firm, host=example_host())
    entry = put_in(world.firm, mechanism_id=FILING, by=world.agent, now=NOW)
    helper = person("agent-01", "示例代办员01", NOW)
    commands.give_duty(helper.pk, code="agent", actor=None, now=NOW)
    mandate = commands.give_mandate(
        world.firm.pk, person_id=helper.pk, kind="agent", matters=[FILING], since=NOW,
        until=NOW + timedelta(days=9), actor=None, now=NOW,
    )  # fmt: skip
    written = make_draft(FILING, by=people["office"], now=NOW)
    question = {"staff": {"drama-steward": 2}, "arrivals": "1/wd"}
    simulated = ask_simulation(
        packs.current().texts[f"mechanisms/{FILING}.toml"], Question(**question), name="示例",
        by=people["leader"], now=NOW,
    )  # fmt: skip
    enter_old_log(now=NOW)
    policy_draft = make_policy_draft("example-rent-relief", by=people["office"], now=NOW)
    parts = matrix.parts | {
        "visit": visit.pk, "key": "示例-1", "duty": steward.duties.get().pk, "person": newcomer.pk,
        "unit": unit.pk, "member": world.agent.memberships.get().pk, "hook": hook.pk, "delivery": ping.pk,
        "job": job.pk, "draft": draft.pk, "lock": 1, "upload": upload.token, "picture": 1,
        "bundle": "launch-drug", "run": run.pk, "matter": "testing",
        "product": product.pk, "step_id": "guide_study", "answer": answer.pk,
        "talent": talent.pk, "achievement": achievement.pk, "post": post.pk,
        "entry": entry.pk, "mandate": mandate.pk, "licence": enter("示例证1", world.firm).pk,
        "task": "assisted",
        "mechanism_draft": written.pk, "simulation": simulated.pk, "version": 1,
        "batch": 1,
        "log": HistoricLog.objects.get().pk,
        "policy": "example-rent-relief", "policy_draft": policy_draft.pk,
    }  # fmt: skip
    bodies = {
        "makeBatch": None,
        "releaseBatch": None,
        "reckonClock": {"start": "2026-02-11T10:00", "budget": "3wd"},
        "readNotices": {},
        "recordOwnFact": {"attribute": "insured_months", "text": "9"},
        "recordFact": {"attribute": "employees", "text": "9", "source": "示例"},
        "askBundle": {"answers": bundle["answers"]},
        "startBundle": bundle,
        "registerProduct": {"firm": world.firm.credit_code, "kind": "device", "name": "示例产品"},
        "markProductStep": {"mark": "not-needed", "evidence": "示例"},
        "openProductStepCase": {"data": {}},
        "proposeAnswer": {"question": "问", "text": "答", "citations": "据", "review_on": "2026-12-01"},
        "decideAnswer": {"decision": "withdraw", "reason": "示例"},
        "recordVisit": {
            "firm": world.firm.credit_code,
            "day": "2026-02-10",
            "subject": "示例",
            "summary": "示例",
        },
        "chooseRenewal": {"out": True},
        "recordLicenceFact": {"attribute": "fatal_accident", "value": "否", "source": "示例"},
        "revokeLicence": {"reason": "示例"},
        "openCase": {"promise": FILING, "data": {}},
        "planShifts": {
            "person": steward.pk,
            "duty": "drama-steward",
            "first": "2026-03-02",
            "weekdays": [1],
            "begins": "09:00",
            "ends": "12:00",
        },
        "exchangeShift": {"day": "2026-03-02", "to": None},
        "handOverEverything": {"to": people["other_steward"].pk, "reason": "示例"},
        "reportTask": {"note": "示例"},
        "chooseMatter": {"firm": world.firm.credit_code, "promise": FILING},
        "orderBasket": {"entries": [entry.pk]},
        "giveMandate": {
            "firm": world.firm.credit_code,
            "person": helper.pk,
            "kind": "agent",
            "since": "2026-02-12",
            "until": "2026-03-12",
        },
        "makePolicyDraft": {"policy": "example-rent-relief"},
        "savePolicyDraft": {"text": "id = 1", "edition": 1},
        "dropPolicyDraft": None,
        "reckonPolicyDraft": None,
        "publishPolicyDraft": {"note": "示例", "edition": 1},
        "withdrawPolicy": {"reason": "示例"},
        "makeMechanismDraft": {"promise": FILING},
        "saveMechanismDraft": {"text": "id = 1", "edition": 1},
        "dropMechanismDraft": None,
        "simulateMechanism": {"promise": FILING, "name": "示例", **question},
        "forgetSimulation": None,
        "publishMechanism": {"note": "示例", "edition": 1},
        "withdrawMechanism": {"reason": "示例"},
        "forgetMiningLog": None,
        "addNote": {"text": "示例留言"},
        "rateCase": {"grade": 5},
        "act": {"data": {"review_opinion": "同意"}},
        "reassignCase": {"role": "steward", "to": people["other_steward"].pk},
        "rebaseCase": {"version": 1, "reason": "示例"},
        "handOver": {"duty": "drama-steward", "to": newcomer.pk, "reason": "示例", "by": steward.pk},
        "fileLeave": {"begin": "2026-03-02", "end": "2026-03-03", "person": steward.pk},
        "cancelLeave": None,
        "cancelJob": None,
        "showNumbers": None,
        "lookIntoFiles": None,
        "makeDraft": {"case": case.number, "step": "withdraw", "data": {}},
        "saveDraft": {"data": {}, "edition": draft.edition},
        "deleteDraft": None,
        "nameDeputy": to,
        "giveDuty": {**to, "code": "window-clerk"},
        "endDuty": {"reason": "示例"},
        "registerPerson": {"username": "someone-new", "name": "示例某人"},
        "deactivatePerson": {"reason": "示例"},
        "openUnit": {"name": "示例新科室", "kind": "office"},
        "appointHead": to,
        "registerFirm": {"credit_code": "91360112MA0000003E", "name": "示例企业丙有限公司"},
        "joinFirm": to,
        "askBinding": {"credit_code": "91360112MA0000005L", "firm_name": "示例企业戊有限公司"},
        "decideBinding": {"accept": True, "role": "administrator"},
        "withdrawBinding": None,
        "inviteMember": {"email": "someone@example.cn"},
        "handOverFirm": None,
        "leaveFirm": None,
        "openWebhook": {"name": "示例", "url": "https://firm.example/other"},
        "chooseNotices": {"kinds": {"mail": ["rung"]}},
        "tryNoticeChannel": {"channel": "sms"},
        "sendPhoneCode": None,
        "confirmPhone": {"code": "123456"},
        "resendNotices": {"letters": [1]},
        "changeWebhook": {"name": "示例二"},
        "keepTalent": {"post": "示例工程师", "field": "示例领域"},
        "permitTalentUses": {"purposes": ["benefits"]},
        "addTalentEntry": {"indicator": "years", "amount": 3, "day": "2026-01-05", "proof": "示例社保记录"},
        "decideTalentEntry": {"confirm": True},
        "proposeDualPost": {
            "talent": talent.pk,
            "host": post.host.credit_code,
            "post": "示例兼职研究员",
            "share": 10,
            "begins": "2026-03-01",
            "ends": "2026-08-31",
            "results_home": 40,
            "results_host": 40,
            "results_person": 20,
        },
        "stopDualPost": {"reason": "示例"},
        "recordTalentMeeting": {
            "day": "2026-02-01",
            "title": "示例对接会",
            "school": "示例学校",
            "posts": 1,
            "people": 1,
            "intents": 0,
            "firms": [world.firm.credit_code],
        },
        "replaySpan": {"since": "2026-01-01", "until": "2027-01-01"},
    }
    queries = {
        "listSimulations": f"promise={FILING}",
        "importMiningLog": "file=a.csv&name=new&case=a&activity=b&time=c",
        "exportMiningLog": f"form=xes&promise={FILING}",
        "searchFirms": "q=示例",
        "showRota": "first=2026-02-09&last=2026-02-15",
        "listMandates": f"firm={world.firm.credit_code}",
        "showAlike": "q=示例",
        "listLeaves": f"person={steward.pk}",
        "listFileChecks": f"promise={FILING}&field=script&name=a.pdf",
        "uploadFile": f"promise={FILING}&field=application_form&name=a.pdf",
        "beginUpload": f"promise={FILING}&field=application_form&name=a.pdf",
    }
    return Scene({name: token_of(who) for name, who in people.items()}, parts, bodies, queries, case.number)


BUNDLED = {
    "product": "示例产品", "kind": "drug", "wish": "示例", "scope": "sample", "batches": 3
}  # fmt: skip


def kept_answer(by: Any) -> Answer:
    """Return an answer in force, as an inquiry of some time ago left it."""
    return Answer.objects.create(
        mechanism="drug-inquiry", question="问", text="答", citations="据", state="in-force", terms=" 问 ",
        question_terms=" 问 ", review_on=NOW.date(), drafted_by=by, drafted_at=NOW, approved_by=by,
        approved_at=NOW,
    )  # fmt: skip


def test_the_matrix_is_whole() -> None:
    assert set(EXPECTED) == set(OPERATIONS)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_who_may(scene: Scene, name: str, role: str) -> None:
    answer = ask(scene, name, role)
    assert answer.status_code == EXPECTED[name][ROLES.index(role)], answer.content.decode()[:300]
    if role == "firm_b" and name not in ("showProgress",):
        # of firm A's case B learns nothing, not even that there is one
        assert scene.number not in answer.content.decode()


def ask(scene: Scene, name: str, role: str) -> Any:
    address, method, _operation = OPERATIONS[name]
    if name == "showResolution":
        address = address.replace("{promise}", "enterprise-demand")
    of_studio = address.startswith("/api/v1/studio/")
    for part, value in (scene.studio_parts if of_studio else scene.parts).items():
        address = address.replace(f"{{{part}}}", str(value))
    assert "{" not in address, f"{address}: nothing to put there"
    body, kind = json.dumps(scene.bodies.get(name, {})).encode(), "application/json"
    if name == "openCase" and role in ("firm_a", "firm_b"):
        body = json.dumps(_filing(scene, role)).encode()
    if name == "importMiningLog":
        body, kind = b"a,b,c\n1,x,2025-01-02\n", "application/octet-stream"
    if name == "uploadFile":
        body, kind = PDF, "application/octet-stream"
    sent = {"beginUpload": {"Upload-Length": "10"}, "appendToUpload": {"Upload-Offset": "0"}}
    if name == "appendToUpload":
        body, kind = b"%PDF-", "application/offset+octet-stream"
    headers = {"Authorization": f"Bearer {scene.tokens[role]}"} if role in scene.tokens else {}
    headers |= sent.get(name, {})
    with at(NOW), transaction.atomic():
        answer = Client().generic(
            method.upper(), f"{address}?{scene.queries.get(name, '')}", body, kind, headers=headers
        )
        if answer.streaming:
            b"".join(answer.streaming_content)
            answer = type("Streamed", (), {"status_code": answer.status_code, "content": b""})
        transaction.set_rollback(True)
    return answer


def _filing(scene: Scene, role: str) -> dict[str, Any]:
    from tests.portal.api_world import Api

    return Api(scene.tokens[role]).filing()


def test_every_guarded_operation_names_a_scope() -> None:
    unscoped = {name for name, (_, _, one) in OPERATIONS.items() if not one["x-scope"]}
    assert {name for name, row in EXPECTED.items() if row[0] != 401} == unscoped


def test_the_case_is_the_one_spoken_of(scene: Scene) -> None:
    assert Case.objects.get(mechanism=FILING).number == scene.number
