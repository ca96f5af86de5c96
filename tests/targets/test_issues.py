"""Issues against the real database and through their pages: from the alert to the look whether it helped."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Issue, IssueStep
from shangwu.targets.operations import issues as acts
from shangwu.targets.operations import measuring
from shangwu.targets.queries.monitoring.board import card_of
from shangwu.targets.vocabulary import IssueStatus, ReadingTrigger
from tests.foundation.accounts.factories import appointed, person, signed_in_client, with_app
from tests.targets.factories import approved, proof, row

pytestmark = pytest.mark.django_db
JULY = date(2019, 7, 31)
NOW = datetime(2019, 8, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def declaration(editor, reviewer):
    """A declaration whose dated work is late."""
    appointed(editor, Role.TARGETS_EDITOR)
    appointed(reviewer, Role.TARGETS_REVIEWER)
    found = approved(editor, reviewer, ("2019年6月底，完成窗口改造", "100%"))
    measuring.take_reading(
        indicator=row(found).pk, on=JULY, trigger=ReadingTrigger.BACKFILL, by=editor, at=NOW
    )
    return found


@pytest.fixture
def issue(declaration):
    [found] = acts.raise_alerts(declaration=declaration.pk, on=JULY, by=None, at=NOW)
    return found


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code
    return raised.value.sentence


def assigned(issue, editor, reviewer):
    return acts.assign_issue(issue=issue.pk, owner=editor, by=reviewer, at=NOW)


def explained(issue, editor):
    return acts.explain_issue(
        issue=issue.pk,
        cause="人员保障",
        detail="验收人员调离",
        action="另派人员验收",
        by=editor,
        at=NOW,
    )


def reported(issue, editor, reviewer):
    assigned(issue, editor, reviewer)
    explained(issue, editor)
    return acts.report_issue(
        issue=issue.pk, text="已验收", files=[proof(editor)], by=editor, at=NOW
    )


def closed(issue, editor, reviewer):
    reported(issue, editor, reviewer)
    return acts.settle_issue(issue=issue.pk, close=True, note="属实", by=reviewer, at=NOW)


class TestAlerts:
    def test_a_missed_target_becomes_one_issue_and_not_one_a_day(self, issue, declaration):
        assert (issue.rule, issue.status) == ("Y-04", IssueStatus.FOUND)
        assert "完成窗口改造" in issue.sentence
        again = acts.raise_alerts(declaration=declaration.pk, on=JULY, by=None, at=NOW)
        later = acts.raise_alerts(
            declaration=declaration.pk, on=JULY, by=None, at=NOW + timedelta(days=1)
        )
        assert (again, later, Issue.objects.count()) == ([], [], 1)

    def test_closed_it_does_not_come_back_for_the_same_day(
        self, issue, declaration, editor, reviewer
    ):
        closed(issue, editor, reviewer)
        assert acts.raise_alerts(declaration=declaration.pk, on=JULY, by=None, at=NOW) == []

    def test_the_daily_round_looks_at_running_projects_only(self, declaration):
        assert acts.raise_daily_alerts(on=JULY, at=NOW) == 1
        assert acts.raise_daily_alerts(on=date(2020, 2, 1), at=NOW + timedelta(days=200)) == 0

    def test_the_future_is_not_looked_at(self, declaration):
        refused(
            "MONITORING-FUTURE",
            acts.raise_alerts,
            declaration=declaration.pk,
            on=date(2019, 8, 2),
            by=None,
            at=NOW,
        )

    def test_what_a_person_found_is_opened_once(self, declaration, editor):
        found = {"indicator": None, "sentence": "合同未备案", "on": JULY, "by": editor, "at": NOW}
        acts.open_issue(declaration=declaration.pk, **found)
        refused("ISSUE-TWICE", acts.open_issue, declaration=declaration.pk, **found)


class TestCorrection:
    def test_the_owner_has_ten_or_twenty_working_days(self, issue, editor, reviewer):
        found = assigned(issue, editor, reviewer)
        # Y-04 gives twenty working days from Thursday 1 August 2019.
        assert found.due_on == date(2019, 8, 29)
        assert "20 个工作日" in found.due_why
        assert editor.notifications.filter(sentence__contains="指派给您").exists()

    def test_only_somebody_who_fills_in_can_own_it(self, issue, reviewer):
        refused(
            "ISSUE-OWNER", acts.assign_issue, issue=issue.pk, owner=reviewer, by=reviewer, at=NOW
        )

    def test_only_the_owner_explains_and_reports(self, issue, editor, reviewer):
        assigned(issue, editor, reviewer)
        sentence = refused(
            "ISSUE-NOT-OWNER",
            acts.explain_issue,
            issue=issue.pk,
            cause="其他",
            detail="a",
            action="b",
            by=reviewer,
            at=NOW,
        )
        assert editor.display_name in sentence

    def test_cause_and_action_are_two_sentences(self, issue, editor, reviewer):
        assigned(issue, editor, reviewer)
        explained(issue, editor)
        step = IssueStep.objects.get(issue=issue, kind="EXPLAINED")
        assert step.text == "人员保障：验收人员调离。措施：另派人员验收"

    def test_reported_in_the_small_hours_is_reported_on_that_day(self, issue, editor, reviewer):
        closed(issue, editor, reviewer)
        issue.refresh_from_db()
        issue.reported_at = datetime(2019, 8, 29, 17, 0, tzinfo=UTC)
        assert card_of(issue, today=date(2019, 9, 2)).due.done_on == date(2019, 8, 30)

    def test_the_cause_is_one_of_the_official_list(self, issue, editor, reviewer):
        assigned(issue, editor, reviewer)
        refused(
            "ISSUE-CAUSE",
            acts.explain_issue,
            issue=issue.pk,
            cause="运气",
            detail="a",
            action="b",
            by=editor,
            at=NOW,
        )

    def test_no_report_without_cause_or_without_proof(self, issue, editor, reviewer):
        assigned(issue, editor, reviewer)
        report = {"issue": issue.pk, "text": "已改", "by": editor, "at": NOW}
        refused("ISSUE-CAUSE", acts.report_issue, **report, files=[proof(editor)])
        explained(issue, editor)
        refused("ISSUE-EVIDENCE", acts.report_issue, **report, files=[])

    def test_another_person_closes_it(self, issue, editor, reviewer):
        appointed(editor, Role.TARGETS_REVIEWER)
        reported(issue, editor, reviewer)
        settle = {"issue": issue.pk, "close": True, "note": "属实", "at": NOW}
        refused("ISSUE-OWN", acts.settle_issue, **settle, by=editor)
        found = acts.settle_issue(**settle, by=reviewer)
        assert (found.status, found.closed_by) == (IssueStatus.CLOSED, reviewer)
        assert found.check_on == date(2019, 8, 29)

    def test_sent_back_it_is_corrected_again(self, issue, editor, reviewer):
        reported(issue, editor, reviewer)
        acts.settle_issue(issue=issue.pk, close=False, note="材料不全", by=reviewer, at=NOW)
        acts.report_issue(
            issue=issue.pk, text="已补", files=[proof(editor, name="补.txt")], by=editor, at=NOW
        )
        kinds = list(issue.steps.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["OPENED", "ASSIGNED", "EXPLAINED", "REPORTED", "RETURNED", "REPORTED"]

    def test_later_somebody_else_says_whether_it_helped(self, issue, editor, reviewer):
        closed(issue, editor, reviewer)
        check = {"issue": issue.pk, "effect": "EFFECTIVE", "note": "按期完成", "at": NOW}
        refused("ISSUE-OWN", acts.check_effect, **check, by=editor)
        acts.check_effect(**check, by=reviewer)
        refused("ISSUE-CHECKED", acts.check_effect, **check, by=reviewer)

    def test_every_act_is_recorded(self, issue, editor, reviewer):
        closed(issue, editor, reviewer)
        told = Act.objects.filter(subject=f"issue:{issue.pk}").order_by("pk")
        assert list(told.values_list("act", flat=True)) == [
            "targets.open_issue",
            "targets.assign_issue",
            "targets.explain_issue",
            "targets.report_issue",
            "targets.settle_issue",
        ]


class TestDatabase:
    def test_it_refuses_a_closing_by_the_owner(self, issue, editor, reviewer):
        reported(issue, editor, reviewer)
        with pytest.raises(IntegrityError, match="issue_closed_by_another"), transaction.atomic():
            Issue.objects.filter(pk=issue.pk).update(
                status="CLOSED", closed_by=editor, closed_at=NOW
            )

    def test_it_keeps_every_step(self, issue):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            IssueStep.objects.filter(issue=issue).delete()


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_assign_at_once(issue, editor, reviewer):
    other = person("other.clerk", Role.TARGETS_EDITOR)
    barrier, outcomes = threading.Barrier(2), []

    def assign(owner):
        barrier.wait(10)
        try:
            acts.assign_issue(issue=issue.pk, owner=owner, by=reviewer, at=NOW)
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=(owner,)) for owner in (editor, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["ISSUE-ASSIGNED", "done"]


def test_through_the_pages(declaration):
    clerk, leader = person("clerk", Role.TARGETS_EDITOR), person("lead", Role.TARGETS_REVIEWER)
    for account in (clerk, leader):
        with_app(account)
    of_clerk, of_leader = signed_in_client(clerk), signed_in_client(leader)
    number = declaration.project.number
    of_clerk.post(reverse("targets:issue-check", args=[number, 2019]), {"on": "2019-07-31"})
    found = Issue.objects.get(rule="Y-04")
    page = reverse("targets:issue", args=[found.pk])
    assert "到期未达成" in of_clerk.get(reverse("targets:issues") + "?year=2019").content.decode()
    assert of_clerk.post(page + "assign/", {"owner": clerk.pk}).status_code == 403
    of_leader.post(page + "assign/", {"owner": clerk.pk})
    stated = {"cause": "人员保障", "detail": "调离", "action": "另派"}
    of_clerk.post(page + "explain/", stated)
    file = SimpleUploadedFile("验收.txt", "验收意见".encode())
    of_clerk.post(page + "report/", {"text": "已验收", "evidence": file})
    assert "验收.txt" in of_leader.get(page).content.decode()
    of_leader.post(page + "settle/", {"close": "1", "note": "属实"})
    of_leader.post(page + "effect/", {"effect": "EFFECTIVE", "note": "已见效"})
    found.refresh_from_db()
    assert (found.status, found.effect) == (IssueStatus.CLOSED, "EFFECTIVE")
    shown = of_leader.get(page).content.decode()
    for word in ("登记", "指派", "原因和措施", "报送整改结果", "销号", "成效复查"):
        assert word in shown
