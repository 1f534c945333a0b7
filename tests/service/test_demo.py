"""The demonstration: made by commands only, marked as an example throughout, quick, and made once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from lianqiao.bridge import file_types, packs, queries
from lianqiao.bridge.models import Attachment, Case, Delivery, Entry, Notice, Promise, Rating
from lianqiao.bridge.queries import state_of, verify_log
from lianqiao.command_line import main
from lianqiao.engine.beijing import BEIJING
from lianqiao.engine.errors import Refusal
from lianqiao.engine.identifiers import checked_credit_code
from lianqiao.organization import queries as organization
from lianqiao.organization.models import Duty, Firm, Leave, Person, Region, Unit
from lianqiao.service import demo
from lianqiao.service.demo import papers
from lianqiao.service.demo.cast_files import read_cast
from lianqiao.service.models import Visit, VisitCase
from lianqiao.service.queries import case_lists
from lianqiao.service.queries.resolution import share_of
from lianqiao.site.request_record import DatabaseTime

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=BEIJING)  # a Sunday
MOST_STATEMENTS = 40_000


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: object) -> Iterator[demo.Loaded]:
    """The demonstration at NOW, once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        asked = DatabaseTime()
        with connection.execute_wrapper(asked):
            made = demo.load(now=NOW)
        # who sees it for the first time waits for it: statements are counted, for seconds are the machine's
        assert asked.statements < MOST_STATEMENTS
        yield made
        transaction.set_rollback(True)


def test_there_is_an_organization(loaded: demo.Loaded) -> None:
    stewards = organization.people_with("drama-steward", at=NOW)
    assert len(stewards) == 16
    for duty in Duty.objects.filter(code="drama-steward"):
        assert duty.deputy_id in stewards
    assert organization.people_with("drama-leader", at=NOW)
    assert organization.people_with("office", at=NOW)
    assert set(Region.objects.values_list("code", flat=True)) >= {"360112", "360425", "360482"}
    assert set(organization.duty_titles()) >= {"drama-steward", "drama-leader", "office"}
    assert Unit.objects.filter(parent__isnull=False).count() == 2


def test_firms_have_valid_codes_and_several_people(loaded: demo.Loaded) -> None:
    firms = list(Firm.objects.all())
    assert len(firms) == loaded.firms == 772
    for firm in firms:
        assert checked_credit_code(firm.credit_code) == firm.credit_code
    for firm in Firm.objects.filter(region__isnull=False):
        assert firm.memberships.count() >= 2


def test_everything_is_marked_as_an_example(loaded: demo.Loaded) -> None:
    assert not Person.objects.filter(example=False).exists()
    assert not Person.objects.exclude(name__startswith="示例").exists()
    names = list(Person.objects.values_list("name", flat=True))
    assert sorted({name for name in names if names.count(name) > 1}) == [], "one is told from another"
    assert not Firm.objects.exclude(name__startswith="示例", example=True).exists()
    assert not Unit.objects.exclude(name__startswith="示例").exists()
    assert not Case.objects.exclude(title__contains="示例", example=True).exists()


def test_nobody_signs_in_with_a_password_and_nobody_gets_mail(loaded: demo.Loaded) -> None:
    assert not any(person.has_usable_password() for person in Person.objects.all())
    assert not Delivery.objects.exists()


def test_filings_stand_in_every_state_today(loaded: demo.Loaded) -> None:
    mechanism = packs.current().newest("microdrama-filing")
    filings = Case.objects.filter(mechanism=mechanism.id)
    assert set(filings.values_list("marking", flat=True)) == set(mechanism.states)
    standings = Counter(
        case_lists.with_standing(Case.objects.filter(closed_at=None), now=NOW).values_list(
            "standing", flat=True
        )
    )
    assert set(standings) == {"broken", "at-risk", "running", "paused", "waiting"}
    assert 60 <= filings.count() <= 100
    assert loaded.cases == Case.objects.count()


def test_every_step_and_every_rung_occurs(loaded: demo.Loaded) -> None:
    mechanism = packs.current().newest("microdrama-filing")
    taken: set[str] = set()
    for case in Case.objects.filter(mechanism=mechanism.id):
        taken |= set(state_of(case).counts)
    assert taken == set(mechanism.steps)
    levels = set(Promise.objects.exclude(level="").values_list("level", flat=True))
    assert levels >= {"remind", "leader", "public"}
    assert set(Notice.objects.values_list("kind", flat=True)) >= {"step", "rung", "hold"}
    assert Leave.objects.filter(begin__lte=NOW, end__gt=NOW).count() == 1


def test_the_filing_of_2026_02_11_is_due_on_saturday(loaded: demo.Loaded) -> None:
    opened = datetime(2026, 2, 11, 10, tzinfo=BEIJING)
    case = Case.objects.get(opened_at=opened)
    promise = case.promises.get(clock="first_review")
    assert promise.due_at == datetime(2026, 2, 14, 17, 30, tzinfo=BEIJING)
    assert promise.result == "kept"


def test_most_promises_are_kept_and_not_all(loaded: demo.Loaded) -> None:
    tally = queries.tally(queries.promises(), now=NOW)
    assert tally.rate is not None
    assert 850 < tally.rate < 1000


def test_the_log_is_whole_and_nothing_lies_in_the_future(loaded: demo.Loaded) -> None:
    assert verify_log().problems == ()
    assert not Case.objects.filter(last_at__gt=NOW).exists()
    assert Case.objects.order_by("opened_at")[0].opened_at.astimezone(BEIJING).month == 1


def test_files_are_what_they_say(loaded: demo.Loaded) -> None:
    assert set(Attachment.objects.values_list("type", flat=True)) == {
        "application/pdf",
        "image/png",
        "video/mp4",
    }
    assert not Attachment.objects.filter(case=None).exists()
    for held in Attachment.objects.all()[:5]:
        path = Path(settings.MEDIA_ROOT) / held.sha256[:2] / held.sha256[2:4] / held.sha256
        assert path.stat().st_size == held.size


def test_the_numbers_of_the_articles_are_counted_from_the_records(loaded: demo.Loaded) -> None:
    demands, matters = (
        share_of(packs.current().newest(one)) for one in ("enterprise-demand", "assisted-matter")
    )
    assert demands.solved == 137
    assert demands.rate is not None
    assert demands.rate > 900
    assert (matters.raised, matters.firms) == (1873, 772)
    assert len(organization.people_with("firm-officer", at=NOW)) == 62
    assert len(organization.people_with("drama-steward", at=NOW)) == 16
    linked = Duty.objects.filter(code="linked-leader").values_list("scope", flat=True)
    assert len({code for scope in linked for code in scope["firm"]}) == 14
    for firm in Firm.objects.all()[:40]:
        held = organization.candidates("firm-officer", facts={"firm": firm.credit_code}, at=NOW)
        assert [one.fallback for one in held] == [False], "each firm has an officer, and a deputy"
        assert held[0].deputy_id is not None


def test_demands_stand_at_every_place_today(loaded: demo.Loaded) -> None:
    open_now = Case.objects.filter(mechanism="enterprise-demand", closed_at=None)
    assert {"triaging", "answered"} < set(open_now.values_list("marking", flat=True))
    assert open_now.filter(promises__level="public").exists()
    assert set(Case.objects.values_list("channel", flat=True)) == {"", "window", "agent", "hotline", "visit"}
    assert Visit.objects.count() == VisitCase.objects.count() > 20
    assert not Visit.objects.filter(example=False).exists()


def test_firms_rate_and_ask(loaded: demo.Loaded) -> None:
    assert {4, 5} <= set(Rating.objects.values_list("grade", flat=True))
    bad = Rating.objects.filter(grade__lt=3).count()
    assert bad == Case.objects.filter(mechanism="rating-follow-up").count() == 1
    assert Entry.objects.filter(name="note").count() == 2


def test_the_studios_wait_for_a_worker_and_then_have_something_to_compare(loaded: demo.Loaded) -> None:
    from lianqiao.bridge.long_jobs import do_all
    from lianqiao.service.policy_studio.models import PolicyDraft, Preview
    from lianqiao.service.policy_studio.queries.drafts import checked_text as policy_checked
    from lianqiao.service.studio.models import MechanismDraft, Simulation
    from lianqiao.service.studio.queries.drafts import checked_text
    from lianqiao.service.studio.queries.simulations import worst
    from lianqiao.site.job_kinds import KINDS

    draft, policy = MechanismDraft.objects.get(), PolicyDraft.objects.get()
    assert (draft.open, draft.mechanism, checked_text(draft.text).passes) == (True, "microdrama-filing", True)
    assert 'budget = "2wd"' in draft.text
    assert (policy.open, policy_checked(policy.text).passes) == (True, True)
    assert 'share = "60%"' in policy.text
    # a first start waits for none of it
    assert not Simulation.objects.filter(found__isnull=False).exists()
    assert not Preview.objects.filter(found__isnull=False).exists()
    with transaction.atomic():
        do_all(KINDS, clock=lambda: NOW)
        more, fewer = Simulation.objects.order_by("pk")
        assert [one.asked["staff"]["drama-steward"] for one in (more, fewer)] == [16, 12]
        assert more.sha256 == fewer.sha256, "the same text, so that only the people differ"
        low, high = worst(fewer.found)["mean"], worst(more.found)["mean"]
        assert low is not None
        assert high is not None
        assert low < 0.9
        assert high > 0.99
        cost = Preview.objects.get()
        assert cost.draft_id == policy.pk
        assert cost.found["after"]["fen"] > cost.found["before"]["fen"] > 0
        assert cost.found["gain"] > 0
        transaction.set_rollback(True)


def test_loading_again_changes_nothing(loaded: demo.Loaded) -> None:
    again = demo.load(now=NOW)
    assert (again.firms, again.cases, again.new) == (loaded.firms, loaded.cases, False)


@pytest.mark.parametrize(
    ("kind", "content"),
    [("pdf", papers.pdf("示例", "第二行")), ("png", papers.png(3)), ("mp4", papers.mp4("示例"))],
)
def test_papers_pass_the_check_of_their_type(tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert file_types.kind_of(path) == kind


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["2026-02-11T09:00", "2027-03-01T18:00"])
def test_it_can_be_shown_on_any_day(moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=BEIJING)
    assert demo.load(now=now).cases > 20
    assert not Case.objects.filter(last_at__gt=now).exists()


def test_a_pack_without_an_organization_makes_an_empty_cast() -> None:
    cast = read_cast({})
    assert (cast.units, cast.people, cast.firms) == ((), (), ())


def test_a_fault_in_a_file_is_named_with_its_place() -> None:
    with pytest.raises(Refusal) as refused:
        read_cast({"organization/firms.toml": 'format = 1\n[[firms]]\nname = "x"\n'})
    assert "organization/firms.toml" in str(refused.value)
    assert "credit_code" in str(refused.value)


def test_the_verb_refuses_a_live_zone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LIANQIAO_DEMO", raising=False)
    assert main.main(["demo"]) == 2
    assert "LIANQIAO_DEMO=1" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_verb_loads_once_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    for new in (True, False):
        assert main.main(["demo", "--yes", "--json", "--as-of", "2026-01-06T11:00"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["new"] is new
    # in the first days of a year nothing of the year before may be missed, nor lie ahead
    assert said["cases"] > 20
    assert not Case.objects.filter(last_at__gt=datetime(2026, 1, 6, 11, tzinfo=BEIJING)).exists()


def test_over_25_million_yuan_are_given_by_rule(loaded: demo.Loaded) -> None:
    from lianqiao.service.benefits.models import Decision, Fact, FactProblem, Grant
    from lianqiao.service.benefits.queries.decisions import replayed
    from lianqiao.service.benefits.queries.grants import given
    from lianqiao.service.benefits.queries.payments import batches

    # to talents, as the articles say of the year; and to firms besides
    people = given(year=NOW.year, kind="person")
    assert people["fen"] > 2_500_000_000
    assert (people["policies"], people["firms"], people["people"]) == (3, 0, 40)
    found = given(year=NOW.year, kind="firm")
    assert found["fen"] > 2_500_000_000
    assert (found["policies"], found["count"]) == (2, found["firms"])
    assert not Fact.objects.filter(example=False).exists()
    assert not Grant.objects.filter(example=False).exists()
    assert FactProblem.objects.filter(solved_at=None, code="facts-disagree").exists()
    assert Decision.objects.filter(current=True, verdict="nearly").exists()
    assert all(replayed(row).same for row in Decision.objects.order_by("?")[:20])
    assert [batch.state for batch in batches()] == ["closed"]
