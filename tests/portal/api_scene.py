"""The world of the API's matrix: everyone's token, and what every address and body speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from lianqiao.bridge import commands as bridge_commands
from lianqiao.bridge import packs
from lianqiao.bridge.commands import ask_job
from lianqiao.engine.simulation.question import Question
from lianqiao.innovation.talent.commands import permit
from lianqiao.organization import commands
from lianqiao.service.assistance.commands import put_in
from lianqiao.service.bundles.commands.runs import start_run
from lianqiao.service.commands import drafts, webhooks
from lianqiao.service.commands.visits import record_visit
from lianqiao.service.demo.old_log import enter_old_log
from lianqiao.service.drug.commands.products import register_product
from lianqiao.service.drug.models import Answer
from lianqiao.service.models import HistoricLog
from lianqiao.service.policy_studio.commands.drafts import DRAFTS as POLICY_DRAFTS
from lianqiao.service.studio.commands.drafts import DRAFTS
from lianqiao.service.studio.commands.simulations import ask_simulation
from tests.innovation.talents import example_host, talent_of
from tests.portal.api_world import FILING, token_of
from tests.portal.matrix_world import Matrix, matrix_world
from tests.service.licences.register import enter
from tests.world import NOW, person


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
    permit(talent, "benefits", actor=world.agent, now=NOW)
    entry = put_in(world.firm, mechanism_id=FILING, by=world.agent, now=NOW)
    helper = person("agent-01", "示例代办员01", NOW)
    commands.give_duty(helper.pk, code="agent", actor=None, now=NOW)
    mandate = commands.give_mandate(
        world.firm.pk, person_id=helper.pk, kind="agent", matters=[FILING], since=NOW,
        until=NOW + timedelta(days=9), actor=None, now=NOW,
    )  # fmt: skip
    written = DRAFTS.make(FILING, by=people["office"], now=NOW)
    question = {"staff": {"drama-steward": 2}, "arrivals": "1/wd"}
    simulated = ask_simulation(
        packs.current().texts[f"mechanisms/{FILING}.toml"], Question(**question), name="示例",
        by=people["leader"], now=NOW,
    )  # fmt: skip
    enter_old_log(now=NOW)
    policy_draft, other_policy_draft = (
        POLICY_DRAFTS.make("example-rent-relief", by=people["office"], now=NOW) for _ in range(2)
    )
    parts = matrix.parts | {
        "visit": visit.pk, "key": "示例-1", "duty": steward.duties.get().pk, "person": newcomer.pk,
        "unit": unit.pk, "member": world.agent.memberships.get().pk, "hook": hook.pk, "delivery": ping.pk,
        "job": job.pk, "draft": draft.pk, "lock": 1, "upload": upload.token, "picture": 1,
        "bundle": "launch-drug", "run": run.pk, "matter": "testing",
        "product": product.pk, "step_id": "guide_study", "answer": answer.pk,
        "talent": talent.pk, "username": world.agent.username, "achievement": achievement.pk, "post": post.pk,
        "entry": entry.pk, "mandate": mandate.pk, "licence": enter("示例证1", world.firm).pk,
        "task": "assisted",
        "mechanism_draft": written.pk, "simulation": simulated.pk, "version": 1,
        "batch": 1,
        "log": HistoricLog.objects.get().pk,
        "policy": "example-rent-relief", "policy_draft": policy_draft.pk,
        "other_policy_draft": other_policy_draft.pk,
    }  # fmt: skip
    bodies = {
        "makeBatch": None,
        "releaseBatch": None,
        "reckonClock": {"start": "2026-02-11T10:00", "budget": "3wd"},
        "readNotices": {},
        "recordOwnFact": {"attribute": "insured_months", "text": "9"},
        "recordFact": {"attribute": "employees", "text": "9", "source": "示例"},
        "recordPersonFact": {"attribute": "insured_months", "text": "9", "source": "示例"},
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
        "reckonPolicyComparison": None,
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
