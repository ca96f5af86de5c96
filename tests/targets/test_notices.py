"""People hear of what waits for them, and of what became of theirs; who acts is not told of it."""

from datetime import date

import pytest

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.models import Notification
from shangwu.targets.operations import changes, declarations
from tests.foundation.accounts.factories import appointed
from tests.targets.factories import AT, drafted, row


def heard(account):
    return list(
        Notification.objects.filter(account=account).order_by("pk").values_list("sentence", "link")
    )


@pytest.fixture
def submitted(editor, reviewer):
    """A declaration that waits for the reviewer."""
    appointed(reviewer, Role.TARGETS_REVIEWER)
    found = drafted(editor)
    return declarations.submit_declaration(declaration=found.pk, by=editor, at=AT)


def test_a_submission_is_told_to_reviewers_and_its_return_to_the_submitter(
    submitted, editor, reviewer
):
    page = f"/office/targets/projects/{submitted.project.number}/2019/"
    named = "“窗口服务项目”2019 年度申报表"
    assert heard(reviewer) == [(f"{named}已提交，等待审核。", page)]
    assert heard(editor) == []
    declarations.return_declaration(declaration=submitted.pk, note="请补充依据", by=reviewer, at=AT)
    assert heard(editor) == [(f"{named}已退回，请按审核意见修改。", page)]


def test_a_change_is_told_to_reviewers_and_its_decision_to_the_proposer(
    submitted, editor, reviewer
):
    declarations.approve_declaration(declaration=submitted.pk, note="同意", by=reviewer, at=AT)
    indicator = row(submitted)
    version = changes.propose_target_change(
        indicator=indicator.pk,
        raw="完善",
        effective_on=date(2019, 7, 1),
        reason="制度修订",
        by=editor,
        at=AT,
    )
    page, named = f"/office/targets/indicators/{indicator.pk}/", f"指标“{indicator.name}”的目标调整"
    assert heard(reviewer)[-1] == (f"{named}已提出，等待审批。", page)
    changes.decide_target_change(version=version.pk, approve=False, note="", by=reviewer, at=AT)
    assert heard(editor)[-1] == (f"{named}未获批准。", page)


def test_a_reviewer_who_submits_is_not_told_of_it(editor, reviewer):
    appointed(editor, Role.TARGETS_REVIEWER)
    appointed(reviewer, Role.TARGETS_REVIEWER, until_on=AT.date())
    found = drafted(editor)
    declarations.submit_declaration(declaration=found.pk, by=editor, at=AT)
    assert heard(editor) == []
    assert heard(reviewer) == [], "an appointment that ended that day no longer counts"
