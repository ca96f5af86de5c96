"""The file of one operator tells everything that happened with it, each with its door, and to whom it may be told."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import (
    Collapse,
    CollapseMember,
    CreditStanding,
    CustodyStanding,
    LinkageMark,
    Observation,
    WarningAlert,
)
from shangwu.prepaid.operations.closing import Announcement, announce_closing
from shangwu.prepaid.operations.inspections import plan_inspection
from shangwu.prepaid.operations.listings import notice_listing, propose_listing
from shangwu.prepaid.queries.desks.event_kinds import GROUPS, KINDS
from shangwu.prepaid.queries.desks.events import A_PAGE, SHOWN
from shangwu.prepaid.vocabulary import Agency, WarningState
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.factories import HUANGPU, operator, shopkeeper, supervisor
from tests.prepaid.governance import NOW, handed_over, officer, opened, penalised, reviewer
from tests.prepaid.letters import complaint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    """Let the platform's clock stand in November 2019."""
    now = datetime(2019, 11, 4, 2, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def lived(by, in_november):
    """An operator with which everything happened that can happen."""
    business, signer = operator(), reviewer()
    mark = LinkageMark.objects.create(
        operator=business, code="M-1", due_on=NOW.date(), issued_on=NOW.date(), issued_by=by
    )
    mark.withdrawn_on, mark.withdrawn_by, mark.withdrawal_reason = NOW.date(), signer, "换发"
    mark.save()
    case = handed_over(by, signer, business)
    penalised(case, by, date(2019, 9, 20))
    plan_inspection(
        operator=business.pk,
        outlet=None,
        case=None,
        reason="日常检查",
        planned_on=in_november.date(),
        first=by,
        second=signer,
        by=by,
        at=in_november,
    )
    listing = propose_listing(
        operator=business.pk, ground="harm", reasons="侵害消费者", by=by, at=in_november
    )
    notice_listing(listing=listing.pk, version=1, by=by, at=in_november)
    complaint(business, at=datetime(2019, 10, 11, 2, tzinfo=UTC))
    alert(business, 0)
    CreditStanding.objects.create(
        operator=business,
        day=NOW.date(),
        known_at=NOW,
        cause="NIGHTLY",
        grade="D",
        points=0,
        is_listed=False,
        lines=[],
        sentence="按扣分评定",
    )
    announced = Announcement("CLOSE", date(2019, 12, 31), "租期届满，年底停业。", "凭卡退款。")
    announce_closing(
        operator=business.pk, said=announced, by=by, at=in_november, on=in_november.date()
    )
    collapse = Collapse.objects.create(
        number="SL2019000001",
        name="跃动健身",
        state="PROPOSED",
        cause="人去楼空",
        advice="",
        opened_by=by,
        opened_at=in_november,
    )
    CollapseMember.objects.create(collapse=collapse, operator=business)
    return business


def alert(business, weeks):
    return WarningAlert.objects.create(
        operator=business,
        week=date(2019, 9, 2) - timedelta(weeks=weeks),
        score=0.5,
        reasons="",
        signals=[],
        model_version="earlier",
        made_at=NOW - timedelta(weeks=weeks),
        state=WarningState.OPEN,
    )


def page(account, name, business, **asked):
    if not Authenticator.objects.filter(user=account).exists():
        with_app(account)
    answer = signed_in_client(account).get(
        reverse(f"prepaid:{name}", args=[business.number]), asked
    )
    assert answer.status_code == 200
    return answer.text


def events(text):
    """Return the titles of the timeline with their doors, the newest first."""
    (timeline,) = re.findall(r'<ol class="timeline-list">(.*?)</ol>', text, re.S)
    found = re.findall(r'<div class="fw-medium">(?:<a href="([^"]+)">)?([^<]+)', timeline)
    return {title.strip(): door for door, title in found}


def test_the_file_tells_of_supervision_with_a_door_to_each(lived, by):
    told = events(page(by, "operator-file", lived))
    case = lived.cases.get()
    (letter, *_) = case.letters.order_by("pk")
    for title, door in (
        (f"立案 {case.number}", ("case", case.number)),
        (f"签发监管警示函 {letter.number}", ("case", case.number)),
        ("行政处罚 沪市监罚〔2019〕1号", ("case", case.number)),
        (
            f"安排现场检查 {lived.inspections.get().number}",
            ("inspection", lived.inspections.get().number),
        ),
        ("严重失信名单：建议列入", ("listing", lived.listings.get().number)),
        ("严重失信名单：事先告知", ("listing", lived.listings.get().number)),
        ("收到投诉：拒绝或者拖延退款", ("request", lived.requests.get().pk)),
        ("风险预警（2019-09-02 当周）", ("alerts",)),
        ("信用等次：D 级", ("operator-credit", lived.number)),
        ("公告：停业", ("closing", lived.closings.get().number)),
        ("提出失联处置", ("collapse", "SL2019000001")),
        ("核发对接标识 M-1", ("mark", "M-1")),
        ("收回对接标识 M-1", ("mark", "M-1")),
    ):
        assert told[title] == reverse(f"prepaid:{door[0]}", args=door[1:]), title


def test_the_newest_stands_first_and_the_rest_is_a_page_away(lived, by):
    for weeks in range(1, 1 + A_PAGE):
        alert(lived, weeks)
    text = page(by, "operator-file", lived)
    assert len(events(text)) == SHOWN
    assert reverse("prepaid:operator-events", args=[lived.number]) in text
    whole = page(by, "operator-events", lived)
    days = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)', whole)
    assert len(days) == A_PAGE
    assert days == sorted(days, reverse=True)
    assert "page=2" in whole
    rest = page(by, "operator-events", lived, page="2")
    assert "较近的" in rest and "较早的" not in rest
    assert not set(events(whole)) & set(events(rest))
    assert page(by, "operator-events", lived, page="999999", group="nothing")


def test_a_group_shows_its_own_alone_and_sums_stand_on_the_whole_list(lived, by):
    CustodyStanding.objects.create(
        operator=lived,
        day=date(2019, 9, 3),
        known_at=NOW,
        cause="BALANCE",
        required_fen=6_400_000,
        counted_fen=0,
        shortfall_fen=100,
        is_complete=True,
        sentences=[],
    )
    titles = events(page(by, "operator-events", lived, group="alert"))
    assert list(titles) == ["风险预警（2019-09-02 当周）"]
    assert "核算：经营者报送余额" in events(page(by, "operator-events", lived))
    assert "核算：经营者报送余额" not in events(page(by, "operator-file", lived))
    assert {kind.group for kind in KINDS} == set(GROUPS)
    assert len({kind.key for kind in KINDS}) == len(KINDS)


def test_open_cases_stand_on_the_file_with_their_term(by, lived):
    late = opened(by, lived, day=date(2019, 10, 7), at=datetime(2019, 10, 8, 2, tzinfo=UTC))
    text = page(by, "operator-file", lived)
    (block,) = re.findall(r'id="cases">(.*?)</section>', text, re.S)
    assert reverse("prepaid:case", args=[late.number]) in block
    assert "逾期" in block
    assert f"q={lived.uscc}" in block
    lived.cases.update(state="CLOSED", closed_on=NOW.date())
    assert "没有办理中的案件" in page(by, "operator-file", lived)


def test_a_letter_that_another_unit_handles_is_not_told(lived):
    lived.requests.update(unit_agency=Agency.SPORTS, unit_district=HUANGPU)
    district = supervisor("qu.li", agency=Agency.COMMERCE, district=lived.district)
    for name in ("operator-file", "operator-events"):
        told = events(page(district, name, lived))
        assert any(title.startswith("立案") for title in told)
        assert not any(title.startswith("收到投诉") for title in told)


def test_the_events_of_anothers_operator_are_absent(lived):
    address = reverse("prepaid:operator-events", args=[lived.number])
    other = supervisor("ti.yu", agency=Agency.EDUCATION)
    with_app(other)
    assert signed_in_client(other).get(address).status_code == 404
    keeper = shopkeeper(lived)
    with_app(keeper)
    assert signed_in_client(keeper).get(address).status_code == 403
    leader = supervisor("ling.dao", Role.LEADER)
    assert page(leader, "operator-events", lived)


def test_a_long_life_takes_as_many_statements_as_a_short_one(lived, by):
    with_app(by)
    client = signed_in_client(by)

    def statements(name):
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse(f"prepaid:{name}", args=[lived.number]))
        return len(seen)

    names = ("operator-file", "operator-events")
    for name in names:
        statements(name)
    few = [statements(name) for name in names]
    Observation.objects.bulk_create(
        Observation(
            operator=lived,
            kind="LATE_DAY",
            day=date(2019, 1, 1) + timedelta(days=n),
            at_stake_fen=0,
            sentence="逾期",
            state="SETTLED",
            seen_at=NOW,
            settled_at=NOW,
        )
        for n in range(100)
    )
    assert all(now <= then for now, then in zip(map(statements, names), few, strict=True))
