"""The seven promises of the prepaid project, counted from the platform's own rows, each with its evidence."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from shangwu.foundation import audit, law
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.prepaid.gateways.own_pages import answers_search
from shangwu.prepaid.measures import MEASURES
from shangwu.prepaid.models import (
    Batch,
    ConsumerRequest,
    LookupDay,
    Observation,
    Operator,
    OperatorDay,
    ServiceDay,
)
from shangwu.prepaid.operations.service import probe, record_publicity, withdraw_publicity
from shangwu.prepaid.rules.service import service_law
from shangwu.prepaid.tasks.service import probe_service
from shangwu.prepaid.vocabulary import PublicityChannel
from shangwu.targets.measure import Scope, Window, evidence_digest, require_agreement
from tests.prepaid.factories import operator, supervisor

pytestmark = pytest.mark.django_db
ON = date(2019, 12, 31)
KNOWN = datetime(2020, 1, 1, 2, 0, tzinfo=UTC)
FIVE = ("education", "culture", "tourism", "sports", "transport")


def read(key, *, on=ON, known_at=KNOWN):
    """Return the reading of a measure, whose evidence must add up to it."""
    measure = next(one for one in MEASURES if one.key == f"prepaid.{key}")
    scope = Scope(1, Window(date(2019, 1, 1), date(2020, 1, 1)), on, known_at)
    found = measure.compute(scope)
    require_agreement(found, measure.evidence(scope))
    return found


def digest(measure, *, known_at):
    scope = Scope(1, Window(date(2019, 1, 1), date(2020, 1, 1)), ON, known_at)
    return evidence_digest(measure.evidence(scope))


def batch(business, day, *, kind="card_day"):
    """Store a day as it is reported: a day without movements comes as a statement of zeros."""
    at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    OperatorDay.objects.create(
        operator=business,
        day=day,
        state="OPEN",
        rows=int(kind == "card_day"),
        balance_fen=0,
        first_received_at=at,
    )
    return Batch.objects.create(
        operator=business,
        key=f"k-{business.pk}-{day}",
        kind=kind,
        day=day if kind == "card_day" else None,
        state="STORED",
        digest=b"\0" * 32,
        rows=1,
        accepted=1,
        received_at=at,
        receipt={},
    )


def served(day, *, minutes, answered, by_count=0):
    """Let the platform ask itself on a day, so many minutes long, from some minute up to midnight."""
    midnight = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
    return ServiceDay.objects.create(
        day=day,
        probes=answered,
        answered=answered,
        quick=answered,
        slowest_ms=9,
        first_at=midnight - timedelta(minutes=minutes),
        minutes_since=midnight - timedelta(minutes=minutes) if minutes else None,
        by_count=by_count,
    )


def letter(number, *, kind="COMPLAINT", due=date(2019, 11, 11), answered=None, named=""):
    return ConsumerRequest.objects.create(
        number=number,
        secret_digest=b"\0" * 32,
        kind=kind,
        named_operator=named,
        unit_agency="commerce",
        state="ANSWERED" if answered else "RECEIVED",
        received_at=datetime(2019, 11, 1, tzinfo=UTC),
        due_on=due,
        answered_at=answered,
    )


class TestSectors:
    def test_before_the_first_operator_there_is_no_data(self):
        for key in ("sector_services", "on_line_by_year_end"):
            found = read(key)
            assert (found.numerator, found.denominator, found.level) == (None, None, "")

    def test_each_promised_sector_needs_an_operator_that_reports(self):
        made = {sector: operator(sector=sector) for sector in FIVE}
        for business in list(made.values())[:4]:
            batch(business, date(2019, 12, 30))
        assert read("sector_services").numerator == 4
        batch(made["transport"], date(2019, 12, 30), kind="operator_day")
        assert read("sector_services").level == "完成"
        # A week without reports and the service is no longer counted.
        assert read("sector_services", on=date(2020, 1, 20)).numerator == 0

    def test_the_upgrade_is_done_when_the_last_sector_sends_data(self):
        operator(sector="education")
        assert read("on_line_by_year_end").numerator == 0
        for place, sector in enumerate(FIVE):
            batch(operator(sector=sector), date(2019, 9, 1 + place))
        found = read("on_line_by_year_end")
        assert (found.level, found.done_on) == ("完成", date(2019, 9, 6))

    def test_an_operator_that_leaves_takes_neither_the_day_nor_the_data_with_it(self):
        made = {sector: operator(sector=sector) for sector in FIVE}
        for place, business in enumerate(made.values()):
            batch(business, date(2019, 9, 1 + place))
        second = operator(sector="transport")
        batch(second, date(2019, 11, 20))
        before = read("on_line_by_year_end").done_on
        Operator.objects.filter(pk=made["transport"].pk).update(
            status="ENDED", ended_on=date(2019, 12, 1)
        )
        assert read("on_line_by_year_end").done_on == before == date(2019, 9, 6)
        assert read("sector_services", on=date(2019, 11, 21)).numerator == 1
        Operator.objects.update(status="ENDED", ended_on=date(2019, 12, 1))
        assert read("on_line_by_year_end").done_on == before
        assert read("sector_services").numerator == 0


class TestCoverage:
    def test_without_operators_there_is_no_data(self):
        found = read("issuer_coverage")
        assert (found.denominator, found.level) == (None, "")

    @pytest.mark.parametrize(
        ("connected", "level"), [(20, "全覆盖"), (19, "基本覆盖"), (18, "未覆盖")]
    )
    def test_basic_coverage_means_the_share_that_the_law_data_state(self, connected, level):
        for number in range(20):
            operator(connected_on=date(2019, 6, 3) if number < connected else None)
        operator(form="lone_trader", connected_on=None)
        found = read("issuer_coverage")
        assert (found.numerator, found.denominator, found.level) == (connected, 20, level)
        assert "95%" in found.note

    def test_an_unregistered_operator_that_consumers_named_counts_as_not_connected(self):
        operator()
        letter("T1", named="无名足浴店")
        letter("T2", named="无名足浴店")
        found = read("issuer_coverage")
        assert (found.numerator, found.denominator) == (1, 2)

    def test_a_past_day_is_recomputed_as_it_was(self):
        operator(connected_on=date(2019, 10, 1))
        assert read("issuer_coverage", on=date(2019, 9, 30)).numerator == 0
        # Nobody was registered then: a day before the platform has no data, and is not a failure.
        assert read("issuer_coverage", on=date(2019, 8, 31)).denominator is None


class TestNeeds:
    def test_no_data_is_never_a_need_met(self):
        found = read("supervision_needs")
        assert (found.denominator, found.level) == (None, "")
        served(ON, minutes=60, answered=60)
        found = read("supervision_needs")
        assert (found.numerator, found.denominator, found.level) == (2, 2, "未完成")
        assert "没有数据" in found.note

    def test_all_four_make_the_promise_kept(self):
        business = operator(connected_on=date(2019, 12, 26))
        batch(business, date(2019, 12, 27))
        # Nothing moved on these days, and the operator says so.
        for day in (28, 29):
            batch(business, date(2019, 12, day), kind="operator_day")
        letter("T1", answered=datetime(2019, 11, 11, 8, tzinfo=UTC))
        served(ON, minutes=100, answered=99)
        found = read("supervision_needs")
        assert (found.numerator, found.denominator, found.level) == (4, 4, "完成")

    def test_a_minute_without_a_probe_is_one_without_service(self):
        served(date(2019, 12, 30), minutes=60, answered=60)
        served(ON, minutes=0, answered=1380)
        assert "1440/1500" in self.sentence("available")
        assert "未达到" in self.sentence("available")
        assert "1440/1440" in self.sentence("quick")

    def test_a_platform_that_no_longer_asks_itself_is_not_available(self):
        served(date(2019, 12, 29), minutes=1440, answered=1440)
        assert "1440/4320" in self.sentence("available")

    def test_what_is_over_counts_and_the_running_day_does_not(self):
        served(date(2019, 12, 30), minutes=60, answered=60)
        noon = datetime(2019, 12, 31, 4, tzinfo=UTC)
        assert "60/60" in self.sentence("available", known_at=noon)
        assert "没有数据" in self.sentence("available", known_at=noon - timedelta(days=1))

    def test_on_a_rehearsal_clock_probes_count_and_not_the_minutes_it_passes_over(self):
        served(date(2019, 12, 1), minutes=0, answered=9, by_count=10)
        assert "9/10" in self.sentence("available")

    def sentence(self, need, *, known_at=KNOWN):
        measure = next(one for one in MEASURES if one.key == "prepaid.supervision_needs")
        scope = Scope(1, Window(date(2019, 1, 1), date(2020, 1, 1)), ON, known_at)
        return next(row.summary for row in measure.evidence(scope) if row.key == f"need:{need}")

    def test_a_late_answer_counts_against_it(self):
        letter("T1", answered=datetime(2019, 11, 11, 17, tzinfo=UTC))  # the 12th in Shanghai
        letter("T2")
        found = read("supervision_needs")
        assert (found.numerator, found.denominator) == (0, 1)


def test_what_happens_after_a_reading_does_not_change_it():
    """The evidence of a reading is recomputed whenever somebody opens it, and its digest compared."""
    business = operator(connected_on=date(2019, 12, 2))
    noon = datetime(2019, 12, 31, 4, tzinfo=UTC)
    for day in (3, 4):
        batch(business, date(2019, 12, day))
    letter("T1", answered=datetime(2019, 11, 11, 8, tzinfo=UTC))
    looked = LookupDay.objects.create(
        operator=business, day=date(2019, 12, 30), shard=0, lookups=2, mismatches=0
    )
    day = {"answered": 1, "quick": 1, "slowest_ms": 9, "first_at": noon}
    ServiceDay.objects.create(day=date(2019, 12, 30), probes=1, **day)
    before = {one.key: digest(one, known_at=noon) for one in MEASURES}
    LookupDay.objects.create(operator=business, day=ON, shard=0, lookups=5, mismatches=0)
    ServiceDay.objects.create(day=ON, probes=9, **day)
    operator(sector="culture", connected_on=date(2019, 12, 2), registered_at=KNOWN)
    Observation.objects.create(
        operator=business,
        kind="LATE_DAY",
        day=date(2019, 12, 30),
        at_stake_fen=0,
        sentence="逾期",
        state="OPEN",
        seen_at=noon + timedelta(hours=1),
    )
    assert {one.key: digest(one, known_at=noon) for one in MEASURES} == before
    looked.lookups = 3
    looked.save()
    assert {one.key: digest(one, known_at=noon) for one in MEASURES} != before


def test_a_channel_that_nobody_used_does_not_count():
    assert read("public_channels").denominator is None
    business = operator()
    LookupDay.objects.create(
        operator=business, day=date(2019, 12, 1), shard=0, lookups=3, mismatches=0
    )
    for kind in ("COMPLAINT", "QUESTION"):
        letter(f"T-{kind}", kind=kind)
    found = read("public_channels")
    assert (found.numerator, found.denominator, found.level) == (3, 5, "未完成")


class TestUse:
    def use(self, business, month, day=11):
        batch(business, date(2019, month, day - 1))
        LookupDay.objects.create(
            operator=business, day=date(2019, month, day), shard=0, lookups=1, mismatches=0
        )

    def act(self, by, day, act="prepaid.answer_request"):
        at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        audit.record(act=act, by=by.actor, at=at, subject="request:1")

    def test_three_parties_must_use_it_every_month(self):
        assert read("in_use").denominator is None
        business, officer = operator(), supervisor()
        for month in (11, 12):
            self.use(business, month)
            self.act(officer, date(2019, month, 12))
        found = read("in_use")
        assert (found.numerator, found.denominator, found.level) == (2, 2, "持续使用")
        LookupDay.objects.filter(day__month=12).delete()
        assert read("in_use").level == "未持续使用"

    def test_what_the_platform_finds_at_night_is_nobodys_use(self):
        business = operator()
        self.use(business, 12)
        Observation.objects.create(
            operator=business,
            kind="LATE_DAY",
            day=date(2019, 12, 9),
            at_stake_fen=0,
            sentence="逾期",
            state="OPEN",
            seen_at=datetime(2019, 12, 12, tzinfo=UTC),
        )
        assert read("in_use").level == "未持续使用"

    def test_a_supervisor_who_comes_to_look_uses_it_in_a_month_without_anomalies(self):
        self.use(operator(), 12)
        leader = supervisor("wei.ling.dao", Role.LEADER)
        self.act(leader, date(2019, 12, 3), "accounts.sign_in")
        assert read("in_use").numerator == 0, "a leader comes for much else"
        self.act(supervisor(), date(2019, 12, 3), "accounts.sign_in")
        assert read("in_use").level == "持续使用"

    def test_the_days_before_an_appointment_are_not_a_supervisors(self):
        self.use(operator(), 12)
        officer = supervisor()
        officer.appointments.update(from_on=date(2019, 12, 4))
        self.act(officer, date(2019, 12, 3))
        assert read("in_use").numerator == 0

    def test_a_begun_month_counts_once_it_is_used(self):
        business, officer = operator(), supervisor()
        self.use(business, 11)
        self.act(officer, date(2019, 11, 12))
        begun = {"on": date(2019, 12, 4), "known_at": datetime(2019, 12, 4, 9, tzinfo=UTC)}
        assert (read("in_use", **begun).denominator, read("in_use", **begun).level) == (
            1,
            "持续使用",
        )
        self.use(business, 12, day=3)
        self.act(officer, date(2019, 12, 3))
        assert read("in_use", **begun).denominator == 2
        assert read("in_use", on=date(2019, 11, 30)).denominator == 1


class TestPublicity:
    def test_other_channels_count_only_beside_those_that_the_promise_names(self):
        clerk = supervisor("xuan.chuan", Role.PREPAID_LINKAGE)
        for channel in ("PRESS", "COMMUNITY"):
            self.record(clerk, channel, date(2019, 3, 1))
        found = read("publicity_channels")
        assert (found.numerator, found.denominator) == (0, 1)
        assert "网站、微信公众号还没有" in found.note
        self.record(clerk, "WEBSITE", date(2019, 3, 2))
        assert read("publicity_channels").numerator == 1
        self.record(clerk, "WECHAT", date(2019, 3, 3))
        assert read("publicity_channels").numerator == 4

    def test_the_named_channels_are_those_of_the_declaration(self):
        named = service_law(ON).publicity.value
        target = law.load_file("targets").entries["target.prepaid.publicity_channels"]
        (value,) = target.values
        assert tuple(PublicityChannel(one).label for one in named) == tuple(value.value["contains"])

    def record(self, by, channel, day):
        return record_publicity(
            channel=channel,
            title="买卡先查",
            published_on=day,
            place="网站",
            file=None,
            by=by,
            at=datetime(2019, 12, 1, tzinfo=UTC),
            on=date(2019, 12, 1),
        )

    def test_channels_are_counted_once_and_a_withdrawn_one_not(self):
        assert read("publicity_channels").denominator is None
        clerk = supervisor("xuan.chuan", Role.PREPAID_LINKAGE)
        self.record(clerk, "WEBSITE", date(2019, 3, 1))
        self.record(clerk, "WEBSITE", date(2019, 4, 1))
        assert read("publicity_channels").numerator == 1
        mistake = self.record(clerk, "WECHAT", date(2019, 4, 2))
        assert read("publicity_channels").numerator == 2
        withdraw_publicity(publicity=mistake.pk, by=clerk, at=datetime(2019, 12, 2, tzinfo=UTC))
        assert read("publicity_channels").numerator == 1
        with pytest.raises(Refused, match="已经撤销"):
            withdraw_publicity(publicity=mistake.pk, by=clerk, at=KNOWN)
        again = self.record(clerk, "WECHAT", date(2019, 4, 2))
        assert again.pk != mistake.pk, "what was withdrawn may be recorded anew"
        with pytest.raises(Refused, match="不用重复登记"):
            self.record(clerk, "WECHAT", date(2019, 4, 2))
        with pytest.raises(Refused, match="不能晚于今天"):
            self.record(clerk, "PRESS", date(2019, 12, 2))


class TestProbe:
    def test_an_answer_is_counted_with_its_time_and_a_failure_too(self):
        assert probe(ask=lambda: True, day=ON, at=KNOWN, is_rehearsed=False)
        later = KNOWN + timedelta(minutes=1)
        assert not probe(ask=lambda: False, day=ON, at=later, is_rehearsed=False)
        day = ServiceDay.objects.get(day=ON)
        assert (day.probes, day.answered, day.quick, day.by_count) == (2, 1, 1, 0)
        assert day.minutes_since == KNOWN

    def test_the_first_minute_that_counts_is_the_first_of_real_time(self):
        probe(ask=lambda: True, day=ON, at=KNOWN, is_rehearsed=True)
        assert ServiceDay.objects.get(day=ON).minutes_since is None
        later = KNOWN + timedelta(hours=1)
        probe(ask=lambda: True, day=ON, at=later, is_rehearsed=False)
        day = ServiceDay.objects.get(day=ON)
        assert (day.probes, day.by_count, day.minutes_since) == (2, 1, later)

    def test_without_an_address_nothing_is_asked_and_nothing_counted(self, settings):
        settings.OWN_ADDRESS = ""
        assert not probe_service()
        assert not ServiceDay.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_public_page_is_asked_over_the_network(live_server, settings):
    settings.OWN_ADDRESS = live_server.url
    assert answers_search("20191231100000")
    settings.OWN_ADDRESS = "http://127.0.0.1:9"
    probe_service()
    day = ServiceDay.objects.get()
    assert (day.probes, day.answered, day.by_count) == (1, 0, 0), "a dead site is no answer"


def test_a_page_that_is_no_answer_does_not_count(monkeypatch, settings):
    settings.OWN_ADDRESS = "https://shangwu.example"
    monkeypatch.setattr(
        httpx, "get", lambda *_, **__: httpx.Response(301, headers={"Location": "/"})
    )
    assert not answers_search("1")
