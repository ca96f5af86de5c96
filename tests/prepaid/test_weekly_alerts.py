"""Weekly alerts on the platform's own data: one judgement a week, seen by whom it concerns, decided by people."""

import csv
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    Case,
    Closing,
    ConsumerRequest,
    LinkageStep,
    LookupDay,
    Operator,
    WarningAlert,
    WarningRun,
)
from shangwu.prepaid.operations.warning import dismiss, warn_weekly
from shangwu.prepaid.operations.warning_files import write_weeks
from shangwu.prepaid.queries.desks.panels import warnings
from shangwu.prepaid.queries.ledger import opening_on
from shangwu.prepaid.queries.scope import area_of
from shangwu.prepaid.queries.warning.feeds import span
from shangwu.prepaid.queries.warning.ties import ties_of
from shangwu.prepaid.rules.warning.model import load
from shangwu.prepaid.rules.warning.tested import verdict, verdicts
from shangwu.prepaid.vocabulary import Agency, OperatorStatus, WarningState
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.prepaid.factories import HUANGPU, XUHUI, operator, shopkeeper, supervisor
from tests.prepaid.history import Ledger
from tests.prepaid.weeks import FIRST, WEEKS, live, small_city, the_morning_after, week
from tests.prepaid.witnesses import insured, moment, reports

pytestmark = pytest.mark.django_db
PAGE = "prepaid:alerts"


@pytest.fixture
def judged(monkeypatch):
    """A year of weeks, the last one judged; returns the operator that got into trouble."""
    troubled = live(small_city())
    at = the_morning_after(WEEKS)
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert app.tasks["prepaid.warn_weekly"].func() == {
        "week": week(WEEKS).isoformat(),
        "said": "预警 1 条。",
    }
    return troubled


def visitor(account):
    with_app(account)
    client = signed_in_client(account)
    client.account = account
    return client


def files(place, at):
    """Return the rows of every file that is written, by folder and feed."""
    write_weeks(place, span(at))
    return {
        str(path.relative_to(place).with_suffix("")): list(
            csv.DictReader(path.read_text("utf-8").splitlines())
        )
        for path in place.rglob("*.csv")
    }


def test_the_one_in_trouble_is_named_with_reasons_and_days(judged):
    alert = WarningAlert.objects.get()
    assert alert.operator == judged
    assert (alert.week, alert.state) == (week(WEEKS), WarningState.OPEN)
    assert alert.signals and alert.reasons == "；".join(one["sentence"] for one in alert.signals)
    assert "第" not in alert.reasons.replace("第三", "") and "年" in alert.reasons
    for one in alert.signals:
        assert FIRST <= date.fromisoformat(one["since"]) <= week(WEEKS)
    run = WarningRun.objects.get()
    assert (run.weeks, run.operators, run.alerts, run.is_enough) == (WEEKS, 40, 1, True)
    # Nobody tells of arrears, bonds or changes here: unknown, not none.
    assert run.missing["arrears"] == run.missing["bonds"] == WEEKS
    assert len(run.crowding) == 2
    assert Act.objects.filter(act="prepaid.warn_weekly").count() == 1


def test_a_week_is_judged_once_and_stays(judged):
    before = list(WarningAlert.objects.values())
    reports(judged, week(WEEKS), 1)
    assert warn_weekly(at=the_morning_after(WEEKS) + timedelta(days=3)).week == week(WEEKS)
    assert list(WarningAlert.objects.values()) == before
    assert WarningRun.objects.count() == 1
    assert Act.objects.filter(act="prepaid.warn_weekly").count() == 1
    for change in (WarningAlert.objects.all().delete, WarningRun.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        WarningAlert.objects.update(score=0.1)


def test_who_was_named_within_the_pause_is_not_named_again():
    troubled = live(small_city())
    WarningAlert.objects.create(
        operator=troubled,
        week=week(WEEKS - 12),
        score=0.5,
        reasons="",
        signals=[],
        model_version="earlier",
        made_at=the_morning_after(WEEKS - 12),
        state=WarningState.OPEN,
    )
    assert warn_weekly(at=the_morning_after(WEEKS)).alerts == 0
    assert WarningAlert.objects.count() == 1


def test_too_short_a_history_is_said_and_nobody_is_named(monkeypatch):
    client = visitor(supervisor())
    assert "还没有判定过" in client.get(reverse(PAGE)).text
    assert app.tasks["prepaid.warn_weekly"].func() == {"said": "还没有任何报送，无从预警。"}
    live(small_city(12), 3)
    at = the_morning_after(3)
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert "只有 3 周数据，满 30 周才开始预警" in app.tasks["prepaid.warn_weekly"].func()["said"]
    text = visitor(supervisor("ling.wai")).get(reverse(PAGE)).text
    assert "历史还不够" in text and "满 30 周才预警" in text
    assert not WarningAlert.objects.exists()


@pytest.mark.parametrize(
    ("after", "weeks"), [(timedelta(0), 2), (-timedelta(hours=3), 1), (timedelta(days=6), 2)]
)
def test_a_week_counts_when_its_sunday_may_no_longer_be_reported(after, weeks):
    reports(operator(), FIRST + timedelta(days=2), 100)
    assert span(the_morning_after(2) + after).weeks == weeks


def test_what_the_platform_knows_becomes_the_contract_s_files(tmp_path):
    before = FIRST - timedelta(days=9)
    one = operator(brand="甲,乙", connected_on=before, registered_at=moment(before))
    ledger = Ledger()
    long, short = {"valid_to": FIRST + timedelta(days=500)}, {"valid_to": FIRST}
    ledger.close(FIRST, {one: [(1, 30_000, 0, 0)]}, **long)
    ledger.close(FIRST + timedelta(days=1), {one: [(2, 10_000, 0, 0)]}, **short)
    ledger.close(FIRST + timedelta(days=8), {one: [(1, 0, 5_000, 1_000)]}, **long)
    # Its last day is the Saturday of the second week.
    insured(one, 700, FIRST + timedelta(days=3), FIRST + timedelta(days=13))
    LookupDay.objects.create(operator=one, day=FIRST, shard=0, lookups=3, mismatches=1)
    LookupDay.objects.create(operator=one, day=FIRST, shard=1, lookups=4, mismatches=0)
    for day, subject in ((6, "REFUND"), (7, "REFUND")):
        ConsumerRequest.objects.create(
            number=f"T{day}",
            secret_digest=b"",
            kind="COMPLAINT",
            subject=subject,
            operator=one,
            unit_agency="commerce",
            state="RECEIVED",
            # Half past midnight in Shanghai: the day before by universal time.
            received_at=moment(FIRST + timedelta(days=day), 0) + timedelta(minutes=30),
            due_on=FIRST,
        )
    LinkageStep.objects.create(
        operator=one,
        kind="COMPARED",
        sentence="更正法定代表人或者负责人：住所没有变",
        at=moment(FIRST + timedelta(days=9)),
    )
    Closing.objects.create(
        number="TY1",
        operator=one,
        kind="CLOSE",
        state="ANNOUNCED",
        announced_on=FIRST + timedelta(days=10),
        takes_effect_on=FIRST,
        notice_by=FIRST,
        holders=1,
        balance_fen=1,
        announced_by=person("deng.ji", Role.PREPAID_OFFICER),
        announced_at=moment(FIRST),
    )
    found = files(tmp_path, the_morning_after(3))
    assert found["operators"][0]["brand"] == "甲,乙"
    (first,) = found["w001/batches"]
    assert (first["issued_fen"], first["issued_cards"], first["discount_pct"]) == ("40000", "2", "")
    assert (float(first["long_card_share"]), first["late_batches"]) == (0.75, "5")
    assert first["reported_balance_fen"] == "40000"
    (second,) = found["w002/batches"]
    assert (second["redeemed_fen"], second["refunded_fen"]) == ("5000", "1000")
    assert "w003/batches" not in found, "a week without any report is unknown"
    assert found["w001/bonds"] == [{"operator": one.number, "bond_fen": "700"}]
    assert found["w002/bonds"] == found["w003/bonds"] == []
    assert (
        found["w001/lookups"] == [{"operator": one.number, "lookups": "7", "mismatches": "1"}]
        and not found["w003/lookups"]
    )
    assert [found[f"w00{n}/complaints"][0]["count"] for n in (1, 2)] == ["1", "1"]
    assert "w001/changes" not in found
    assert [row["what"] for row in found["w002/changes"]] == ["停业", "法定代表人"]
    assert not any(name.endswith("arrears") for name in found)


@pytest.mark.parametrize(
    ("connected_on", "registered_on", "issued"),
    [
        (FIRST, FIRST - timedelta(days=30), "7000"),
        (FIRST - timedelta(days=400), FIRST, "7000"),
        (FIRST - timedelta(days=1), FIRST - timedelta(days=1), "107000"),
        (None, FIRST - timedelta(days=1), "107000"),
    ],
)
def test_what_old_cards_hold_when_they_are_brought_in_is_no_issuance(
    tmp_path, connected_on, registered_on, issued
):
    one = operator(connected_on=connected_on, registered_at=moment(registered_on))
    ledger = Ledger()
    ledger.close(FIRST, {one: [(1, 60_000, 0, 0), (2, 40_000, 0, 0)]})
    ledger.close(FIRST + timedelta(days=1), {one: [(1, 0, 5_000, 0), (3, 7_000, 0, 0)]})
    (week,) = files(tmp_path, the_morning_after(1))["w001/batches"]
    assert (week["issued_fen"], week["redeemed_fen"]) == (issued, "5000")
    assert week["issued_cards"] == ("1" if issued == "7000" else "3")
    assert week["reported_balance_fen"] == "102000"
    assert opening_on(one) == (FIRST if issued == "7000" else None)


def test_each_unit_sees_and_decides_its_own_alerts(judged):
    alert = WarningAlert.objects.get()
    for account, seen in (
        (supervisor(), True),
        (supervisor("qu", district=HUANGPU), True),
        (supervisor("ling.qu", district=XUHUI), False),
        (supervisor("ti.yu", agency=Agency.SPORTS), False),
        (person("ling.dao", Role.LEADER), True),
    ):
        client = visitor(account)
        assert (judged.name in client.get(reverse(PAGE)).text) == seen
    other = visitor(supervisor("ling.ren", district=XUHUI))
    to = reverse("prepaid:alert-dismiss", args=[alert.pk])
    assert other.post(to, {"reason": "不属于我"}).status_code == 404
    for account in (shopkeeper(judged), person("bie.ren", Role.TARGETS_EDITOR)):
        assert visitor(account).get(reverse(PAGE)).status_code == 403
    leader = visitor(person("da.ling.dao", Role.LEADER))
    assert leader.post(to, {"reason": "看过"}).status_code == 403
    assert to not in leader.get(reverse(PAGE)).text


def test_a_person_dismisses_an_alert_and_it_counts_as_false(judged):
    client, alert = visitor(supervisor()), WarningAlert.objects.get()
    to = reverse("prepaid:alert-dismiss", args=[alert.pk])
    client.post(to, {"reason": "  "})
    assert WarningAlert.objects.get().state == WarningState.OPEN
    assert "待核查的风险预警" in client.get(reverse("web:office")).text
    here = area_of(client.account, on=week(WEEKS), through="operator__")
    assert warnings(here, week(WEEKS)).figure == "1 条"
    client.post(to, {"reason": "到店核查，营业正常"})
    alert.refresh_from_db()
    assert (alert.state, alert.decided_by) == (WarningState.DISMISSED, client.account)
    act = Act.objects.get(act="prepaid.dismiss_alert")
    assert act.after["reason"] == "到店核查，营业正常"
    text = client.get(reverse(PAGE)).text
    assert "到店核查，营业正常" in text and "计为误报" in text
    assert "没有这种状态的预警" in client.get(reverse(PAGE), {"state": "OPEN"}).text
    assert "待核查的风险预警" not in client.get(reverse("web:office")).text
    file = client.get(reverse("prepaid:operator-file", args=[judged.number])).text
    assert "到店核查，营业正常" in file
    with pytest.raises(Refused, match="不予跟进，不能再改"):
        dismiss(alert=alert.pk, reason="再看", by=client.account, at=timezone.now())


def test_an_alert_leads_to_a_case_and_the_case_to_the_alert(judged):
    client, alert = visitor(supervisor()), WarningAlert.objects.get()
    link = f"?operator={judged.number}&amp;origin=ALERT&amp;reference={alert.reference}"
    page = client.get(reverse(PAGE)).text
    assert reverse("prepaid:case-new") + link in page
    asked = {"operator": judged.number, "origin": "ALERT", "reference": alert.reference}
    form = client.get(reverse("prepaid:case-new"), asked)
    assert alert.signals[0]["sentence"] in form.text
    sent = {"origin": "ALERT", "reference": alert.reference, "summary": alert.reasons[:500]}
    answer = client.post(reverse("prepaid:case-new") + f"?operator={judged.number}", sent)
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("prepaid:case", args=[case.number])
    alert.refresh_from_db()
    assert (alert.state, alert.case, alert.decided_by) == ("IN_CASE", case, client.account)
    assert case.number in client.get(reverse(PAGE)).text


def test_as_many_statements_for_many_alerts_as_for_one(judged):
    client = visitor(supervisor())

    def statements():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(PAGE))
        return len(seen)

    statements()
    few = statements()
    for one in Operator.objects.exclude(pk=judged.pk)[:30]:
        WarningAlert.objects.create(
            operator=one,
            week=week(WEEKS - 1),
            score=0.4,
            reasons="存管余额低于自身常态",
            signals=[{"sentence": "存管余额低于自身常态", "since": "2019-06-03"}],
            model_version="earlier",
            made_at=the_morning_after(WEEKS - 1),
            state=WarningState.OPEN,
        )
    assert statements() == few


def test_a_new_operator_is_tied_to_a_failed_one_at_its_address():
    gone = operator(status=OperatorStatus.LOST, ended_on=date(2019, 5, 1), representative="甲某")
    same = {"address_key": gone.address_key, "representative": "甲某"}
    heir = operator(connected_on=date(2019, 6, 3), **same)
    earlier = operator(connected_on=date(2018, 6, 3), address_key=gone.address_key)
    free = operator()
    ties = ties_of([heir, earlier, free])
    assert set(ties) == {heir.pk, earlier.pk}
    assert {tie.label for tie in ties[heir.pk]} == {"住所", "法定代表人或者负责人"}
    assert all(tie.other == gone for tie in ties[heir.pk])
    person_tie, place_tie = ties[heir.pk]
    assert (person_tie.strength, person_tie.sharing, person_tie.came_after) == (1, 2, True)
    assert (place_tie.strength, place_tie.sharing) == (0.5, 3)
    assert ties[earlier.pk][0].strength == pytest.approx(1 / 6)
    client = visitor(supervisor())
    text = client.get(reverse("prepaid:operator-file", args=[heir.number])).text
    assert gone.number in text and "须核实是否换壳经营" in text
    assert (
        "风险预警和关联"
        not in client.get(reverse("prepaid:operator-file", args=[free.number])).text
    )


def test_the_page_tells_how_the_model_was_tested(judged):
    text = visitor(supervisor()).get(reverse(PAGE)).text
    for found in verdicts():
        assert found.methods["oracle"]["recall_4"] >= found.methods["model"]["recall_4"]
        share = round(found.methods["model"]["money_4"] * 100, 1)
        assert f"{share:g}%" in text
    for word in ("换壳经营", "按法定存管标准的缺额", load().version, "餐饮", "扎堆"):
        assert word in text, word
    assert ("另一版模型" in text) == any(one.model != load().version for one in verdicts())


def test_a_test_record_that_lacks_something_is_refused(tmp_path):
    file = tmp_path / "tested.json"
    file.write_text('{"model": "1"}', "utf-8")
    with pytest.raises(Refused, match="缺少 author"):
        verdict(file)
    with pytest.raises(Refused, match="不能读取"):
        verdict(tmp_path / "absent.json")
