"""Talents: a record is its bearer's, entries are confirmed by others, dual posts need all three."""

from __future__ import annotations

import re
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from lianqiao.engine.errors import Refusal
from lianqiao.innovation.talent import commands, queries
from lianqiao.innovation.talent.models import Achievement, DualPost, Talent
from lianqiao.organization import commands as organization
from lianqiao.organization.models import Change, Person
from tests.innovation.talents import SPAN, entry_of, example_host, proposed, record_of
from tests.world import NOW, World, at, person, read, signed_in, stream

LATER = NOW + timedelta(days=1)


@pytest.fixture
def officer(world: World) -> Person:
    made = person("talent-01", "示例人才专员01", NOW)
    organization.give_duty(made.pk, code="talent-office", actor=None, now=NOW)
    return made


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def test_nobody_reads_a_record_that_is_not_permitted(world: World, officer: Person) -> None:
    talent = record_of(world.agent, world.firm)
    assert list(queries.talents()) == [talent]
    commands.withdraw_permission(talent, "evaluation", actor=world.agent, now=NOW)
    assert list(queries.talents()) == []
    desk = signed_in(officer)
    assert desk.get(f"/talent/records/{talent.pk}/").status_code == 404
    entry = entry_of(talent)
    with pytest.raises(Refusal) as refused:
        commands.decide_achievement(entry.pk, confirm=True, actor=officer, now=NOW)
    assert code_of(refused) == "unknown-entry"
    with pytest.raises(Refusal) as refused:
        commands.appraise(talent, actor=officer, now=NOW)
    assert code_of(refused) == "unknown-talent"
    # permitting twice is one permission
    for _ in range(2):
        commands.permit(talent, "evaluation", actor=world.agent, now=NOW)
    assert talent.permissions.filter(withdrawn_at=None).count() == 1


def test_an_entry_counts_once_another_person_confirmed_it(world: World, officer: Person) -> None:
    talent = record_of(world.agent, world.firm)
    entry = entry_of(talent, amount=3)
    evaluation = queries.evaluation_of(talent)
    assert evaluation
    assert (evaluation.total, evaluation.total_if_confirmed) == (0, 1600)
    with pytest.raises(Refusal) as refused:
        entry_of(talent, amount=3)
    assert code_of(refused) == "entry-twice"
    with pytest.raises(Refusal) as refused:
        commands.decide_achievement(entry.pk, confirm=False, actor=officer, now=NOW)
    assert code_of(refused) == "needs-missing"
    commands.decide_achievement(entry.pk, confirm=True, actor=officer, now=NOW)
    with pytest.raises(Refusal) as refused:
        commands.decide_achievement(entry.pk, confirm=True, actor=officer, now=NOW)
    assert code_of(refused) == "entry-decided"
    made = commands.appraise(talent, actor=officer, now=LATER)
    assert (made.hundredths, made.seen["entries"], made.seen["total"]) == (1600, [entry.pk], 1600)
    # what is kept stays as it was when the record goes on
    commands.take_back_achievement(entry.pk, actor=world.agent, now=LATER)
    made.refresh_from_db()
    assert made.hundredths == 1600
    after = queries.evaluation_of(talent)
    assert after
    assert after.total == 0


def test_nobody_confirms_or_evaluates_themself(world: World, officer: Person) -> None:
    own = record_of(officer, None)
    entry = entry_of(own)
    for act in (
        lambda: commands.decide_achievement(entry.pk, confirm=True, actor=officer, now=NOW),
        lambda: commands.appraise(own, actor=officer, now=NOW),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert code_of(refused) == "own-record"


@pytest.mark.parametrize(
    ("indicator", "given", "code"),
    [
        ("nonsense", {}, "unknown-indicator"),
        ("invention-patent", {"amount": 0}, "needs-wrong"),
        ("invention-patent", {"amount": 201}, "needs-wrong"),
        ("title", {"choice": ""}, "needs-missing"),
        ("title", {"choice": "emperor"}, "needs-wrong"),
        ("years", {"proof": " \x07\x1f "}, "needs-missing"),
        ("years", {"proof": "长" * 201}, "needs-wrong"),
        ("years", {"day": NOW.date() + timedelta(days=2)}, "day-to-come"),
    ],
)
def test_what_is_typed_wrongly_is_refused(
    world: World, indicator: str, given: dict[str, object], code: str
) -> None:
    talent = record_of(world.agent, world.firm)
    with pytest.raises(Refusal) as refused:
        entry_of(talent, indicator, **given)  # type: ignore[arg-type]
    assert code_of(refused) == code
    assert not Achievement.objects.exists()


def test_the_list_leads_nobody_to_a_dual_post_that_is_closed_to_them(world: World) -> None:
    post = proposed(record_of(world.agent, world.firm), world.firm, world.other_firm, by=world.agent)
    clerk = person("firm-b-clerk", "示例企业乙 办事员", NOW)
    organization.join_firm(clerk.pk, firm_id=world.other_firm.pk, role="agent", actor=None, now=NOW)
    for reader, leads in ((world.stranger, True), (clerk, False)):
        page = signed_in(reader)
        assert (f"/talent/dual-posts/{post.pk}/" in read(page.get("/talent/dual-posts/"))) is leads
        assert (page.get(f"/talent/dual-posts/{post.pk}/").status_code == 200) is leads


def test_a_dual_post_is_in_force_when_all_three_agreed(world: World) -> None:
    talent = record_of(world.agent, world.firm)
    post = proposed(talent, world.firm, world.other_firm, by=world.agent)
    # the agent administers the home employer too
    assert post.person_agreed_at
    assert post.home_agreed_at
    assert not post.agreed
    assert queries.stage_of(post, at=NOW) == "proposed"
    post = commands.agree_to(post.pk, by=world.stranger, now=LATER)
    assert (post.agreed, queries.stage_of(post, at=LATER)) == (True, "to-come")
    in_summer = NOW + timedelta(days=150)
    assert queries.stage_of(post, at=in_summer) == "in-force"
    assert queries.stage_of(post, at=NOW + timedelta(days=400)) == "over"
    ended = commands.stop_dual_post(post.pk, reason="示例：项目结束", by=world.stranger, now=in_summer)
    assert queries.stage_of(ended, at=in_summer) == "ended"
    with pytest.raises(Refusal) as refused:
        commands.agree_to(post.pk, by=world.agent, now=in_summer)
    assert code_of(refused) == "dual-post-stopped"


def test_a_host_asks_only_who_let_firms_see_the_record(world: World) -> None:
    talent = record_of(world.agent, world.firm)
    with pytest.raises(Refusal) as refused:
        proposed(talent, world.firm, world.other_firm, by=world.stranger)
    assert code_of(refused) == "not-introduced"
    commands.permit(talent, "introduction", actor=world.agent, now=NOW)
    assert proposed(talent, world.firm, world.other_firm, by=world.stranger).host_agreed_at
    # nobody else speaks for any side, and a firm the record does not name is not home
    with pytest.raises(Refusal) as refused:
        proposed(talent, world.firm, example_host(), by=world.steward_a)
    assert code_of(refused) == "no-side"
    with pytest.raises(Refusal) as refused:
        proposed(talent, world.other_firm, world.firm, by=world.stranger)
    assert code_of(refused) == "home-differs"


def test_hosts_together_never_have_more_than_the_whole(world: World) -> None:
    talent = record_of(world.agent, world.firm)
    proposed(talent, world.firm, world.other_firm, by=world.agent, share=60)
    with pytest.raises(Refusal) as refused:
        proposed(talent, world.firm, example_host(), by=world.agent, share=41)
    assert code_of(refused) == "share-over"
    assert refused.value.problems[0].facts["free"] == "40"
    assert proposed(talent, world.firm, example_host(902), by=world.agent, share=40).pk
    # beside each other two halves fit, one after the other two wholes would
    spans = [(date(2026, 1, 1), date(2026, 2, 1)), (date(2027, 1, 1), date(2027, 2, 1))]
    assert [queries.share_taken(talent, begins=begin, ends=end) for begin, end in spans] == [0, 0]
    assert queries.share_taken(talent, begins=SPAN[0], ends=SPAN[1]) == 100


@pytest.mark.django_db(transaction=True)
def test_two_agreements_at_once_see_each_other() -> None:
    from tests.world import build_world

    with at(NOW):
        world = build_world()
        talent = record_of(world.agent, world.firm)
        hosts = [example_host(903), example_host(904)]
        together, refused = Barrier(2), []

        def propose(number: int) -> None:
            try:
                together.wait(10)
                proposed(talent, world.firm, hosts[number], by=world.agent, share=60)
            except Refusal as one:
                refused.append(one.code)
            finally:
                connection.close()

        threads = [Thread(target=propose, args=[number]) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert (DualPost.objects.count(), refused) == (1, ["share-over"])


def test_the_secretary_says_what_is_due(world: World) -> None:
    talent = commands.keep_record(world.agent, post="示例", field="示例", firm=world.firm, now=NOW)
    assert [one.kind for one in queries.reminders(talent, at=NOW)] == ["permit-evaluation", "permit-benefits"]
    commands.permit(talent, "introduction", actor=world.agent, now=NOW)
    proposed(talent, world.firm, world.other_firm, by=world.stranger)
    entry_of(talent)
    kinds = [one.kind for one in queries.reminders(talent, at=NOW)]
    # what has a day comes first
    assert kinds == ["answer-dual-post", "permit-evaluation", "permit-benefits", "entries-wait"]


def test_a_person_is_forgotten_here_too(world: World) -> None:
    talent = record_of(world.agent, world.firm)
    entry_of(talent, proof="示例专利号")
    proposed(talent, world.firm, world.other_firm, by=world.agent)
    commands.forget_talent(world.agent, actor=None, now=LATER)
    assert not Achievement.objects.exists()
    assert Talent.objects.get().post == "-"
    assert DualPost.objects.get().stopped_at == LATER
    assert not list(queries.introduced())
    assert not list(queries.talents())
    other = record_of(world.stranger, None)
    commands.forget_talent(world.stranger, actor=None, now=LATER)
    assert not Talent.objects.filter(pk=other.pk).exists()


def test_the_pages_from_record_to_evaluation(world: World, officer: Person) -> None:
    bearer, desk, host = signed_in(world.agent), signed_in(officer), signed_in(world.stranger)
    assert "您还没有建立档案" in read(bearer.get("/talent/"))
    kept = bearer.post("/talent/record/", {"post": "", "field": "示例领域", "firm": str(world.firm.pk)})
    assert kept.status_code == 422
    assert "示例领域" in read(kept)
    bearer.post("/talent/record/", {"post": "示例工程师", "field": "示例领域", "firm": str(world.firm.pk)})
    talent = Talent.objects.get()
    bearer.post("/talent/permissions/", {"purpose": "evaluation", "permit": "yes"})
    refused = bearer.post(
        "/talent/entries/new/invention-patent/", {"amount": "500", "day": "2026-01-05", "proof": "甲"}
    )
    assert refused.status_code == 422
    assert 'value="500"' in read(refused)
    bearer.post(
        "/talent/entries/new/invention-patent/", {"amount": "5", "day": "2026-01-05", "proof": "<b>甲</b>"}
    )
    bearer.post("/talent/entries/new/title/", {"choice": "full", "day": "2026-01-05", "proof": "乙"})
    shown = read(bearer.get("/talent/"))
    assert "&lt;b&gt;甲&lt;/b&gt;" in shown
    assert "正高级" in shown
    assert "等待确认" in shown
    # the office sees it masked in the list, confirms one and refuses the other with a reason
    listed = read(desk.get("/talent/records/?state=waiting"))
    assert "示例工程师" in listed
    assert world.agent.name not in listed
    assert stream(desk.get("/talent/records/talents.xlsx")).startswith(b"PK")
    first, second = Achievement.objects.order_by("pk")
    desk.post(f"/talent/records/{talent.pk}/entries/{first.pk}/decision/", {"confirm": "yes"})
    said = desk.post(
        f"/talent/records/{talent.pk}/entries/{second.pk}/decision/", {"reason": ""}, follow=True
    )
    assert "必填" in read(said)
    desk.post(f"/talent/records/{talent.pk}/entries/{second.pk}/decision/", {"reason": "示例：证书已过期"})
    done = desk.post(f"/talent/records/{talent.pk}/appraisal/", follow=True)
    assert "26.66" in read(done)
    shown = read(bearer.get("/talent/"))
    assert "示例：证书已过期" in shown
    assert "26.66" in shown
    assert Change.objects.filter(what="appraise").count() == 1
    # a host finds the person without the name, proposes, and all agree
    bearer.post("/talent/permissions/", {"purpose": "introduction", "permit": "yes"})
    found = read(host.get("/talent/people/?q=示例"))
    assert "示例领域" in found
    assert world.agent.name not in found
    typed = {"host": world.other_firm.name, "post": "示例研究员", "share": "40", "begins": "2026-03-01",
             "ends": "2026-12-31", "results_home": "40", "results_host": "40",
             "results_person": "30"}  # fmt: skip
    wrong = host.post(f"/talent/people/{talent.pk}/dual-posts/new/", typed)
    assert wrong.status_code == 422
    assert "110" in read(wrong)
    host.post(f"/talent/people/{talent.pk}/dual-posts/new/", {**typed, "results_person": "20"})
    post = DualPost.objects.get()
    assert "等待同意" in read(bearer.get(f"/talent/dual-posts/{post.pk}/"))
    agreed = bearer.post(f"/talent/dual-posts/{post.pk}/agreement/", follow=True)
    assert "已生效" in read(agreed)
    for browser in (bearer, host, desk):
        assert "示例研究员" in read(browser.get("/talent/dual-posts/"))
    assert signed_in(world.steward_a).get(f"/talent/dual-posts/{post.pk}/").status_code == 404
    # English is complete
    english = read(bearer.get("/talent/", headers={"accept-language": "en"}))
    assert not re.search("[\u4e00-\u9fff]{2,}", re.sub("示例[^<]*|中文|赣江新区|链桥|[甲乙]", "", english))


def test_what_takes_something_away_is_looked_at_twice(world: World) -> None:
    talent = record_of(world.agent, world.firm)
    bearer = signed_in(world.agent)
    withdrawal = "/talent/permissions/evaluation/withdrawal/"
    assert f'href="{withdrawal}"' in read(bearer.get("/talent/"))
    # the page says what follows; looking at it, or a form sent without a word, takes nothing away
    assert "不再查阅" in read(bearer.get(withdrawal))
    bearer.post("/talent/permissions/", {"purpose": "evaluation"})
    assert queries.permits(talent, "evaluation")
    assert bearer.get("/talent/permissions/everything/withdrawal/").status_code == 404
    assert signed_in(world.stranger).post(withdrawal).status_code == 404
    bearer.post(withdrawal)
    assert not queries.permits(talent, "evaluation")
    # a dual post, first proposed, then agreed
    post = proposed(talent, world.firm, world.other_firm, by=world.agent)
    ending, shown = f"/talent/dual-posts/{post.pk}/ending/", f"/talent/dual-posts/{post.pk}/"
    host = signed_in(world.stranger)
    assert f'href="{ending}"' in read(host.get(shown))
    assert "提议对三方都作废" in read(host.get(ending))
    host.post(f"{shown}agreement/")
    assert "40%" in read(host.get(ending))
    assert host.post(ending, {"reason": ""}).status_code == 422
    assert DualPost.objects.get().stopped_at is None
    assert signed_in(world.steward_a).get(ending).status_code == 404
    host.post(ending, {"reason": "示例原因"})
    assert DualPost.objects.get().reason == "示例原因"
    assert host.get(ending).headers["Location"] == shown


def test_one_is_told_from_many(world: World, officer: Person) -> None:
    talent = record_of(world.agent, world.firm)
    for indicator, amount in (("invention-patent", 1), ("months-here", 2), ("people-trained", 3)):
        entry = entry_of(talent, indicator, amount=amount, proof=indicator)
        commands.decide_achievement(entry.pk, confirm=True, actor=officer, now=NOW)
    english = {"headers": {"accept-language": "en"}}
    shown = read(signed_in(world.agent).get("/talent/", **english))
    for words in ("1 patent → 8 points", "2 months → 1 point<", "3 people → 6 points"):
        assert words in shown
    counted = read(Client().get("/talent/standard/", **english))
    assert "2 points for 1 year, at most 20" in counted
    assert "1 point for 2 months, at most 30" in counted
    assert "每 1 件计 8 分" in read(Client().get("/talent/standard/"))


def test_meetings_are_counted(world: World, officer: Person) -> None:
    desk = signed_in(officer)
    typed = {"day": "2026-02-01", "title": "示例供需对接会", "school": "示例大学", "posts": "30",
             "people": "80", "intents": "12", "firms": f"{world.firm.credit_code}\n无此企业"}  # fmt: skip
    wrong = desk.post("/talent/meetings/new/", typed)
    assert wrong.status_code == 422
    assert "无此企业" in read(wrong)
    desk.post(
        "/talent/meetings/new/", {**typed, "firms": f"{world.firm.credit_code}\n{world.other_firm.name}"}
    )
    shown = read(desk.get("/talent/meetings/?q=示例企业甲"))
    assert "示例供需对接会" in shown
    assert queries.totals_of_meetings(since=date(2026, 1, 1), until=date(2026, 12, 31)) == {
        "meetings": 1, "posts": 30, "people": 80, "intents": 12,
    }  # fmt: skip
    assert signed_in(world.agent).get("/talent/meetings/").status_code == 403
    assert signed_in(world.leader).get("/talent/meetings/new/").status_code == 403
