"""Monitoring against the real database and through its pages: stated, approved, locked, reopened, compared."""

import importlib
import re
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.files import operations as files
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Completion,
    MonitoringApproval,
    MonitoringReport,
    Outlook,
    Payment,
    Standing,
)
from shangwu.targets.operations import judgements, measuring
from shangwu.targets.operations import monitoring as acts
from shangwu.targets.operations.money import budget, payments, statements
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.operations.monitoring import LineStatement
from shangwu.targets.queries.monitoring.report import (
    content_now,
    content_of,
    differences,
    lines_of,
)
from shangwu.targets.queries.paper.monitoring import monitoring_sheet
from shangwu.targets.vocabulary import ReadingTrigger, ReportStatus
from tests.fakes.canteen.measures import MEALS, Meal
from tests.foundation.accounts.factories import appointed, person, signed_in_client, with_app
from tests.targets.factories import AT, approved, proof, row

pytestmark = pytest.mark.django_db
START, JULY = date(2019, 1, 1), date(2019, 7, 31)
NOW = datetime(2019, 8, 5, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=60)


@pytest.fixture
def canteen(settings):
    """Wire the canteen in; twenty meals a month, one of them not liked."""
    settings.MEASURES = "tests.fakes.wiring.MEASURES"
    MEALS[:] = [
        Meal(
            f"{month}-{n}",
            date(2019, month, 10),
            datetime(2019, month, 11, tzinfo=UTC),
            n > 1,
            "一号",
        )
        for month in range(1, 8)
        for n in range(1, 21)
    ]
    yield
    MEALS.clear()


@pytest.fixture
def declaration(canteen, editor, reviewer):
    """An approved declaration: a rate that is measured, dated work, and a level that a person rates."""
    for account, role in ((editor, Role.TARGETS_EDITOR), (reviewer, Role.TARGETS_REVIEWER)):
        appointed(account, role)
    found = approved(
        editor,
        reviewer,
        ("用餐满意率", "90%以上"),
        ("2019年6月底，完成窗口改造", "100%"),
        ("窗口管理制度健全性", "健全"),
    )
    measuring.bind_measure(
        indicator=row(found).pk,
        measure="canteen.liking",
        parameters={},
        reason="食堂系统接入",
        by=editor,
        at=AT,
    )
    return found


@pytest.fixture
def draft(declaration, editor):
    return acts.draft_report(
        declaration=declaration, starts_on=START, ends_on=JULY, by=editor, at=NOW
    )


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code
    return raised.value.sentence


def csv_file(content, by):
    upload = SimpleUploadedFile("对账单.csv", content.encode())
    return files.store_upload(
        stream=upload, name="对账单.csv", by=by, at=NOW, allow=frozenset({"text"}), max_bytes=10**6
    )


def state(report, by, **changes):
    """Confirm every line, with a cause where one is due."""
    said = {
        item.line.pk: LineStatement(
            changes.get("word", "有可能"),
            ("制度保障",) if item.needs_cause else (),
            "验收推迟。" if item.needs_cause else "",
            "",
        )
        for item in lines_of(report)
    }
    return acts.state_lines(report=report.pk, statements=said, by=by, at=NOW)


def locked(report, editor, reviewer):
    state(report, editor)
    acts.submit_report(report=report.pk, by=editor, at=NOW)
    return acts.approve_report(report=report.pk, note="", by=reviewer, at=NOW)


class TestReadings:
    def test_a_reading_keeps_what_it_let_expect(self, declaration, draft):
        outlook = Outlook.objects.get(reading__indicator=row(declaration))
        assert outlook.method
        assert outlook.low <= outlook.median <= outlook.high
        assert 0 <= outlook.probability <= 1
        assert outlook.light in {"GREEN", "YELLOW", "RED"}
        assert "2019-12-31" in outlook.why

    def test_what_a_person_rates_has_no_forecast_and_no_light(self, declaration, draft):
        outlook = Outlook.objects.get(reading__indicator=row(declaration, 3))
        assert (outlook.light, outlook.median, outlook.probability) == ("NONE", None, None)
        assert outlook.why

    def test_the_standing_is_the_newest_day_and_not_the_newest_act(self, declaration, editor):
        indicator = row(declaration)

        def read(on, at):
            return measuring.take_reading(
                indicator=indicator.pk, on=on, trigger=ReadingTrigger.BACKFILL, by=editor, at=at
            )

        newest = read(JULY, NOW)
        read(date(2019, 6, 30), LATER)
        assert Standing.objects.get(indicator=indicator).reading == newest
        again = read(JULY, LATER)
        assert Standing.objects.get(indicator=indicator).reading == again

    def test_readings_of_an_older_version_give_standings_as_well(self, draft):
        before = set(Standing.objects.values_list("indicator", "reading", "status"))
        Standing.objects.all().delete()
        migration = importlib.import_module("shangwu.targets.migrations.0006_monitoring")
        with connection.cursor() as cursor:
            cursor.execute(migration.STANDINGS)
        assert set(Standing.objects.values_list("indicator", "reading", "status")) == before
        assert len(before) == 3


class TestReport:
    def test_a_period_has_one_report(self, draft, declaration, editor):
        arguments = {"declaration": declaration, "starts_on": START, "ends_on": JULY}
        refused("MONITORING-EXISTS", acts.draft_report, **arguments, by=editor, at=NOW)
        assert MonitoringReport.objects.count() == 1

    def test_it_stands_on_readings_of_the_last_day(self, draft):
        assert {item.line.reading.on for item in lines_of(draft)} == {JULY}
        content = content_of(draft)
        assert content["lines"][0]["value"] == "95%"
        assert content["money"]["executed"] == "无支付记录"
        assert content["money"]["rate"] == "—"

    def test_every_likelihood_is_confirmed_by_a_person(self, draft, editor):
        sentence = refused(
            "MONITORING-WORD", acts.submit_report, report=draft.pk, by=editor, at=NOW
        )
        assert "用餐满意率" in sentence

    def test_a_word_that_the_form_does_not_know_is_refused(self, draft, editor):
        [first, *_] = lines_of(draft)
        said = {first.line.pk: LineStatement("大概", (), "", "")}
        refused(
            "MONITORING-WORD", acts.state_lines, report=draft.pk, statements=said, by=editor, at=NOW
        )
        assert draft.lines.filter(word="").count() == 3

    def test_other_causes_are_not_what_was_sent_twice(self, draft, editor):
        [first, *_] = lines_of(draft)
        before = acts.stated(first.line)

        def send(*causes):
            said = LineStatement("有可能", causes, "验收推迟。 ", "", seen=before)
            acts.state_lines(report=draft.pk, statements={first.line.pk: said}, by=editor, at=NOW)

        send("制度保障")
        send("制度保障")
        with pytest.raises(Refused, match="您的内容没有保存") as raised:
            send("经费保障", "制度保障")
        assert raised.value.code == "MONITORING-CHANGED"
        assert draft.lines.get(pk=first.line.pk).causes == ["制度保障"]

    def test_a_missed_target_needs_its_cause(self, draft, editor):
        said = {item.line.pk: LineStatement("有可能", (), "", "") for item in lines_of(draft)}
        acts.state_lines(report=draft.pk, statements=said, by=editor, at=NOW)
        sentence = refused(
            "MONITORING-CAUSE", acts.submit_report, report=draft.pk, by=editor, at=NOW
        )
        assert "完成窗口改造" in sentence
        assert "用餐满意率" not in sentence

    def test_nobody_approves_what_he_sent(self, draft, editor):
        state(draft, editor)
        acts.submit_report(report=draft.pk, by=editor, at=NOW)
        refused("MONITORING-OWN", acts.approve_report, report=draft.pk, note="", by=editor, at=NOW)

    def test_sent_back_with_a_reason_it_can_be_mended(self, draft, editor, reviewer):
        state(draft, editor)
        acts.submit_report(report=draft.pk, by=editor, at=NOW)
        refused(
            "MONITORING-REASON", acts.return_report, report=draft.pk, note=" ", by=reviewer, at=NOW
        )
        acts.return_report(report=draft.pk, note="原因太笼统", by=reviewer, at=NOW)
        state(draft, editor, word="确定能")
        assert draft.lines.filter(word="确定能").count() == 3

    def test_the_record_has_every_act(self, draft, editor, reviewer):
        locked(draft, editor, reviewer)
        acts.reopen_report(report=draft.pk, reason="补登验收", by=reviewer, at=NOW)
        told = Act.objects.filter(subject=f"monitoring_report:{draft.pk}").order_by("pk")
        assert list(told.values_list("act", flat=True)) == [
            "targets.draft_report",
            "targets.state_lines",
            "targets.submit_report",
            "targets.approve_report",
            "targets.reopen_report",
        ]


class TestLock:
    def test_facts_of_locked_days_are_refused_kindly(self, draft, declaration, editor, reviewer):
        locked(draft, editor, reviewer)
        sentence = refused(
            "PERIOD-LOCKED",
            judgements.record_completion,
            indicator=row(declaration, 2).pk,
            done_on=JULY,
            description="完成",
            files=[proof(editor)],
            by=editor,
            at=NOW,
        )
        assert "2019-07-31" in sentence
        assert "重开" in sentence
        assert not Completion.objects.exists()

    def test_the_next_day_is_open(self, draft, declaration, editor, reviewer):
        locked(draft, editor, reviewer)
        judgements.record_completion(
            indicator=row(declaration, 2).pk,
            done_on=JULY + timedelta(days=1),
            description="完成",
            files=[proof(editor)],
            by=editor,
            at=NOW,
        )

    def test_the_database_refuses_them_too(self, draft, declaration, editor, reviewer):
        locked(draft, editor, reviewer)
        with pytest.raises(IntegrityError, match="locked period"), transaction.atomic():
            Completion.objects.create(
                indicator=row(declaration, 2),
                kind="DONE",
                done_on=JULY,
                description="绕过",
                by=editor,
                at=NOW,
            )

    def test_reopened_with_a_reason_the_days_are_open(self, draft, declaration, editor, reviewer):
        approval = locked(draft, editor, reviewer)
        refused(
            "MONITORING-REASON", acts.reopen_report, report=draft.pk, reason="", by=reviewer, at=NOW
        )
        acts.reopen_report(report=draft.pk, reason="补登验收", by=reviewer, at=NOW)
        judgements.record_completion(
            indicator=row(declaration, 2).pk,
            done_on=date(2019, 6, 28),
            description="完成",
            files=[proof(editor)],
            by=editor,
            at=NOW,
        )
        approval.refresh_from_db()
        assert approval.content["lines"][1]["status"] == "MISSED"

    def test_money_of_locked_days_is_refused_as_well(self, draft, declaration, editor, reviewer):
        content = PaymentContent(
            voucher="A1", paid_on=date(2019, 7, 1), amount_fen=100, payee="甲公司"
        )
        waiting = payments.propose_payment(
            declaration=declaration.pk, content=content, reason="网银支付", by=editor, at=NOW
        )
        locked(draft, editor, reviewer)
        decide = {"proposal": waiting.pk, "approve": True, "note": "", "by": reviewer, "at": NOW}
        refused("PERIOD-LOCKED", payments.decide_payment, **decide)
        again = {"declaration": declaration.pk, "reason": "网银支付", "by": editor, "at": NOW}
        second = replace(content, voucher="A2")
        refused("PERIOD-LOCKED", payments.propose_payment, content=second, **again)
        receipt = {
            "amount_fen": 100,
            "origin": "市级财政",
            "voucher": "R1",
            "by": editor,
            "at": NOW,
        }
        day = {"declaration": declaration.pk, "received_on": date(2019, 7, 1)}
        refused("PERIOD-LOCKED", budget.record_receipt, **day, **receipt)
        csv = "支付日期,凭证号,收款人,支付金额\n2019-08-01,B1,甲公司,10\n2019-07-31,B2,甲公司,10"
        statement = statements.receive_statement(
            declaration=declaration.pk, file=csv_file(csv, editor), account="", by=editor, at=NOW
        )
        confirm = {"statement": statement.pk, "by": editor, "at": NOW}
        sentence = refused("PERIOD-LOCKED", statements.confirm_statement, **confirm)
        assert "2019-07-31" in sentence
        assert not Payment.objects.exists()

    def test_an_approval_is_never_changed(self, draft, editor, reviewer):
        approval = locked(draft, editor, reviewer)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            MonitoringApproval.objects.filter(pk=approval.pk).update(note="改")


def test_what_was_known_stands_beside_what_is_known_now(draft, declaration, editor, reviewer):
    approval = locked(draft, editor, reviewer)
    assert differences(approval.content, content_now(draft, at=NOW)) == []
    MEALS.append(Meal("late", date(2019, 7, 30), LATER, False, "一号"))
    assert differences(approval.content, content_now(draft, at=NOW)) == []
    [changed] = differences(approval.content, content_now(draft, at=LATER + timedelta(days=1)))
    assert changed.name == "用餐满意率"
    assert changed.known == "95%（已达成）"
    assert changed.now.startswith("94.33%")


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_approve_at_once(draft, editor, reviewer):
    other = person("second.reviewer", Role.TARGETS_REVIEWER)
    state(draft, editor)
    acts.submit_report(report=draft.pk, by=editor, at=NOW)
    barrier, outcomes = threading.Barrier(2), []

    def approve(by):
        barrier.wait(10)
        try:
            acts.approve_report(report=draft.pk, note="", by=by, at=NOW)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(by,)) for by in (reviewer, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["MONITORING-STATUS", "done"]
    assert MonitoringApproval.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_fact_and_a_lock_at_once_never_both_hold(draft, declaration, editor, reviewer):
    """Whoever is first wins; a fact of the period is never entered behind the approved report's back."""
    state(draft, editor)
    acts.submit_report(report=draft.pk, by=editor, at=NOW)
    indicator, files = row(declaration, 2).pk, [proof(editor)]
    barrier, outcomes = threading.Barrier(2), {}

    def run(name, act, **arguments):
        barrier.wait(10)
        try:
            act(**arguments)
            outcomes[name] = "done"
        except Refused as refusal:
            outcomes[name] = refusal.code
        finally:
            connection.close()

    complete = {
        "indicator": indicator,
        "done_on": date(2019, 6, 28),
        "description": "完成",
        "files": files,
        "by": editor,
        "at": NOW,
    }
    lock = {"report": draft.pk, "note": "", "by": reviewer, "at": NOW}
    threads = [
        threading.Thread(target=run, args=("fact", judgements.record_completion), kwargs=complete),
        threading.Thread(target=run, args=("lock", acts.approve_report), kwargs=lock),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes["lock"] == "done"
    assert outcomes["fact"] in {"done", "PERIOD-LOCKED"}
    assert Completion.objects.count() == (outcomes["fact"] == "done")


class TestPaper:
    def test_a_draft_says_that_it_is_one_and_the_approved_table_what_was_approved(
        self, draft, declaration, editor, reviewer
    ):
        assert monitoring_sheet(draft).is_draft
        approval = locked(draft, editor, reviewer)
        draft.refresh_from_db()
        MEALS.clear()
        sheet = monitoring_sheet(draft)
        assert (sheet.is_draft, sheet.period) == (False, "1—7月")
        assert sheet.lines[0].reached == "95%（已达成）"
        assert {line.likelihood for line in sheet.lines} == {"有可能"}
        assert sheet.money.executed is None
        assert approval.content_sha256 in sheet.foot
        assert any("136号" in note for note in sheet.source_notes)

    def test_a_period_of_other_days_names_both(self, declaration, editor):
        report = acts.draft_report(
            declaration=declaration,
            starts_on=date(2019, 3, 1),
            ends_on=date(2019, 6, 30),
            by=editor,
            at=NOW,
        )
        assert monitoring_sheet(report).period == "2019-03-01至2019-06-30"


class TestPages:
    @pytest.fixture
    def clerk(self, declaration):
        account = person("clerk", Role.TARGETS_EDITOR)
        with_app(account)
        return signed_in_client(account)

    @pytest.fixture
    def leader(self, declaration):
        account = person("auditor", Role.TARGETS_REVIEWER)
        with_app(account)
        return signed_in_client(account)

    def test_from_draft_to_lock_and_open_again(self, declaration, clerk, leader):
        address = reverse("targets:monitoring-new", args=[declaration.project.number, 2019])
        made = clerk.post(address, {"starts_on": "2019-01-01", "ends_on": "2019-07-31"})
        report = MonitoringReport.objects.get()
        page = reverse("targets:monitoring-report", args=[report.pk])
        assert made.url == page
        shown = clerk.get(page).content.decode()
        assert "用餐满意率" in shown
        assert "全年预计" in shown
        said = {}
        for item in lines_of(report):
            said[f"line-{item.line.pk}-word"] = "有可能"
            if item.needs_cause:
                said[f"line-{item.line.pk}-causes"] = "制度保障"
                said[f"line-{item.line.pk}-explanation"] = "验收推迟"
        clerk.post(reverse("targets:monitoring-lines", args=[report.pk]), said)
        clerk.post(reverse("targets:monitoring-submit", args=[report.pk]))
        decide = reverse("targets:monitoring-decide", args=[report.pk])
        assert clerk.post(decide, {"approve": "1"}).status_code == 403
        leader.post(decide, {"approve": "1", "note": "同意"})
        report.refresh_from_db()
        assert report.status == ReportStatus.LOCKED
        assert "期间已锁定" in leader.get(page).content.decode()
        for kind in ("docx", "xlsx", "pdf"):
            paper = leader.get(reverse("targets:monitoring-table", args=[report.pk, kind]))
            assert paper.status_code == 200
            assert len(paper.content) > 5000
        assert "没有变化" in leader.get(page + "now/").content.decode()
        leader.post(page + "reopen/", {"reason": "补登"})
        report.refresh_from_db()
        assert (report.status, report.revision) == (ReportStatus.DRAFT, 2)

    def test_nobody_promises_what_nothing_lets_expect_by_one_button(self, draft, clerk):
        shown = clerk.get(reverse("targets:monitoring-report", args=[draft.pk])).content.decode()
        chosen = {
            item.line.indicator.name: re.search(
                rf'name="line-{item.line.pk}-word".*?<option value="([^"]*)" selected',
                shown,
                re.DOTALL,
            )[1]
            for item in lines_of(draft)
        }
        proposed = row(draft.declaration).readings.get().outlook.word
        assert chosen["用餐满意率"] == proposed != ""
        assert chosen["窗口管理制度健全性"] == ""

    def test_a_wrong_period_is_said_and_nothing_is_made(self, declaration, clerk):
        address = reverse("targets:monitoring-new", args=[declaration.project.number, 2019])
        answer = clerk.post(
            address, {"starts_on": "2019-08-01", "ends_on": "2019-07-31"}, follow=True
        )
        assert "期间止不能早于期间起" in answer.content.decode()
        assert not MonitoringReport.objects.exists()

    def test_the_list_says_by_when_the_round_is_due(self, declaration, clerk):
        page = clerk.get(reverse("targets:monitoring") + "?year=2019").content.decode()
        assert "还没有监控报告" in page
        assert "2019-08-31" in page

    def test_nobody_from_outside_sees_it(self, draft):
        answer = Client().get(reverse("targets:monitoring-report", args=[draft.pk]))
        assert answer.status_code == 302
