"""Telling people what waits for them and what became of theirs, inside the transaction of the act."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.queries import holders
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.notifications import notify
from shangwu.targets.models import Declaration, Issue, MonitoringReport, TargetVersion


def tell_of_declaration(
    declaration: Declaration, action: str, *, by: Account, at: datetime
) -> None:
    """Tell the reviewers of a submission, and the submitter of an approval or a return."""
    project = declaration.project
    link = reverse("targets:project", args=[project.number, declaration.year])
    named = f"“{project.name}”{declaration.year} 年度申报表"
    if action == "submit":
        _tell_reviewers(f"{named}已提交，等待审核。", link, by=by, at=at)
    elif declaration.submitted_by is not None:
        done = "已批复" if action == "approve" else "已退回，请按审核意见修改"
        notify(account=declaration.submitted_by, sentence=f"{named}{done}。", link=link, at=at)


def tell_of_change(version: TargetVersion, *, by: Account, at: datetime) -> None:
    """Tell the reviewers of a proposed change, and the proposer of the decision."""
    link = reverse("targets:target", args=[version.indicator_id])
    named = f"指标“{version.indicator.name}”的目标调整"
    if version.approved_at is None and version.refused_at is None:
        _tell_reviewers(f"{named}已提出，等待审批。", link, by=by, at=at)
    else:
        done = "已获批准" if version.approved_at else "未获批准"
        notify(account=version.by, sentence=f"{named}{done}。", link=link, at=at)


def tell_of_issue(issue: Issue, account: Account, done: str, *, at: datetime) -> None:
    """Tell somebody what became of an issue of theirs."""
    named = f"“{issue.declaration.project.name}”的监控问题"
    notify(
        account=account,
        sentence=f"{named}{done}。",
        link=reverse("targets:issue", args=[issue.pk]),
        at=at,
    )


def ask_about_money(declaration: Declaration, what: str, *, by: Account, at: datetime) -> None:
    """Tell the reviewers of money that something waits for them."""
    sentence = f"“{declaration.project.name}”{declaration.year} 年度的{what}已提出，等待审批。"
    link = reverse("targets:money-approvals")
    _tell_holders(Role.FINANCE_REVIEWER, sentence, link, by=by, at=at)


def tell_of_money(
    declaration: Declaration, what: str, *, proposer: Account, approved: bool, at: datetime
) -> None:
    """Tell who proposed something about money what became of it."""
    project, done = declaration.project, "已获同意" if approved else "未获同意，请查看审批意见"
    notify(
        account=proposer,
        sentence=f"“{project.name}”{declaration.year} 年度的{what}{done}。",
        link=reverse("targets:money", args=[project.number, declaration.year]),
        at=at,
    )


def tell_of_report(report: MonitoringReport, action: str, *, by: Account, at: datetime) -> None:
    """Tell the reviewers of a report sent, and its sender of an approval, a return or a reopening."""
    link = reverse("targets:monitoring-report", args=[report.pk])
    period = f"{report.starts_on} 至 {report.ends_on}"
    named = f"“{report.declaration.project.name}”{period} 的监控报告"
    if action == "submit":
        _tell_reviewers(f"{named}已提交，等待审核。", link, by=by, at=at)
    elif report.submitted_by is not None:
        notify(account=report.submitted_by, sentence=f"{named}{action}。", link=link, at=at)


def _tell_reviewers(sentence: str, link: str, *, by: Account, at: datetime) -> None:
    _tell_holders(Role.TARGETS_REVIEWER, sentence, link, by=by, at=at)


def _tell_holders(role: Role, sentence: str, link: str, *, by: Account, at: datetime) -> None:
    on = timezone.localtime(at).date()
    for holder in holders(role, on=on).exclude(pk=by.pk):
        notify(account=holder, sentence=sentence, link=link, at=at)
