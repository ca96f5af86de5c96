"""Every form of the targets: what was typed into it and refused stands in it again, and for nobody else."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law.refused import Refused
from shangwu.foundation.web.typed import FILE_LOST
from shangwu.targets.models import Declaration, MoneyPlan, Rating
from shangwu.targets.operations import changes, declarations, judgements, measuring, surveys
from shangwu.targets.operations import evaluation as evaluations
from shangwu.targets.operations import issues as rectification
from shangwu.targets.operations import monitoring as reports
from shangwu.targets.operations.money import payments
from shangwu.targets.operations.money.contracts import ContractContent, record_contract
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.operations.monitoring import LineStatement
from shangwu.targets.operations.surveys import SurveyContent
from shangwu.targets.urls import urlpatterns
from shangwu.targets.views.money.entering import ENTRIES
from shangwu.targets.vocabulary import ReadingTrigger
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.targets.factories import approved, drafted, proof, row
from tests.targets.forms import demo, printed
from tests.targets.typing import TEXT, form_of, labelled_twice, send, standing

pytestmark = pytest.mark.django_db
AT = datetime(2020, 1, 10, 2, 0, tzinfo=UTC)
YEAR_END = date(2019, 12, 31)
TEMPLATES = Path(__file__).parents[2] / "shangwu" / "targets" / "templates" / "targets"
FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)
FIELDS = re.compile(
    r"form_field|form_control|<textarea|<select|sheet\.html|<input(?! type=\"hidden\")"
)
LEVEL, WORK, TALE = (
    ("窗口管理制度健全性", "健全"),
    ("2019年6月底，完成窗口改造", "100%"),
    ("社会影响", "正面支撑"),
)
# The questionnaire names nobody: no session holds what somebody answered; its page answers by itself.
ANONYMOUS = {"survey-answer"}
# One button, nothing to type.
BUTTONS = {
    *("import-discard", "declaration-submit", "declaration-read", "survey-open", "survey-close"),
    *("monitoring-refresh", "monitoring-submit", "evaluation-sign", "evaluation-publish"),
    *("money-bind", "money-statement-discard", "money-return"),
}


class Office:
    """Four people at their desks, and what lies on them."""

    def __init__(self) -> None:
        self.editor = desk("editor", Role.TARGETS_EDITOR)
        self.reviewer = desk("reviewer", Role.TARGETS_REVIEWER)
        self.clerk = desk("clerk", Role.FINANCE_CLERK)
        self.judge = desk("judge", Role.FINANCE_REVIEWER)

    def approved(self, *rows):
        return approved(self.editor, self.reviewer, *(rows or (LEVEL,)))

    def read(self, declaration, on=YEAR_END):
        for one in declaration.indicators.all():
            measuring.take_reading(
                indicator=one.pk, on=on, trigger=ReadingTrigger.BACKFILL, by=self.editor, at=AT
            )

    def completed(self, declaration, number):
        judgements.record_completion(
            indicator=row(declaration, number).pk,
            done_on=date(2019, 6, 20),
            description="已完成",
            files=[proof(self.editor)],
            by=self.editor,
            at=AT,
        )

    def evaluation(self, *rows):
        declaration = self.approved(*rows)
        self.completed(declaration, 1)
        self.read(declaration)
        return evaluations.draft_evaluation(
            declaration=declaration, kind="SELF", as_of=YEAR_END, by=self.editor, at=AT
        )

    def weighed(self, evaluation):
        share = Decimal(90) / evaluation.lines.count()
        weights = {line.indicator_id: share for line in evaluation.lines.all()}
        evaluations.sign_weights(evaluation=evaluation.pk, weights=weights, by=self.reviewer, at=AT)
        return evaluation

    def report(self):
        return reports.draft_report(
            declaration=self.approved(WORK),
            starts_on=date(2019, 1, 1),
            ends_on=date(2019, 7, 31),
            by=self.editor,
            at=AT,
        )

    def submitted(self):
        found = self.report()
        said = LineStatement("有可能", ("制度保障",), "验收推迟。", "")
        statements = {line.pk: said for line in found.lines.all()}
        reports.state_lines(report=found.pk, statements=statements, by=self.editor, at=AT)
        return reports.submit_report(report=found.pk, by=self.editor, at=AT)

    def issue(self):
        return rectification.open_issue(
            declaration=self.approved().pk,
            indicator=None,
            sentence="台账不全",
            on=date(2019, 6, 1),
            by=self.reviewer,
            at=AT,
        )

    def assigned(self):
        return rectification.assign_issue(
            issue=self.issue().pk, owner=self.editor, by=self.reviewer, at=AT
        )

    def explained(self):
        return rectification.explain_issue(
            issue=self.assigned().pk,
            cause="其他",
            detail="人手不足",
            action="补充",
            by=self.editor,
            at=AT,
        )

    def reported(self):
        return rectification.report_issue(
            issue=self.explained().pk,
            text="已补",
            files=[proof(self.editor)],
            by=self.editor,
            at=AT,
        )

    def survey(self):
        content = SurveyContent(
            title="满意度",
            introduction="不记名。",
            stratum_title="所在区",
            opens_on=date(2019, 1, 1),
            closes_on=date(2020, 12, 31),
            questions=(("是否满意？", "", "service5"), ("是否方便？", "", "service5")),
            quotas=(("黄浦区", 3),),
        )
        found = surveys.create_survey(
            declaration=self.approved(), content=content, by=self.editor, at=AT
        )
        surveys.open_survey(survey=found.pk, by=self.editor, at=AT)
        for ticket in ("one", "two", "three", "four"):
            surveys.answer_survey(
                survey=found.pk,
                ticket=ticket,
                stratum="黄浦区",
                ranks={1: 5, 2: 5},
                device="the same",
                seconds=Decimal(1),
                at=AT,
            )
        return found

    def payment_proposed(self, declaration):
        content = PaymentContent("H1", date(2019, 6, 3), 100_000, "甲公司")
        return payments.propose_payment(
            declaration=declaration.pk, content=content, reason="无账单", by=self.clerk, at=AT
        )

    def paid(self):
        declaration = self.approved()
        proposal = self.payment_proposed(declaration)
        payments.decide_payment(proposal=proposal.pk, approve=True, note="", by=self.judge, at=AT)
        return declaration, declaration.payments.get()

    def statement(self):
        declaration = self.approved()
        head = "支付日期,凭证号,收款人,支付金额,经济分类,付款账号"
        file = SimpleUploadedFile(
            "对账单.csv", f"{head}\n2019-05-07,A2,乙公司,50000,30227,6222".encode()
        )
        answer = signed_in_client(self.clerk).post(
            of("money-statement-new", declaration), {"file": file, "account": ""}
        )
        return answer.url


def desk(login: str, *roles: Role) -> Account:
    account = person(login, *roles)
    with_app(account)
    return account


def of(name, declaration, *more):
    return reverse(f"targets:{name}", args=[declaration.project.number, declaration.year, *more])


def at(name, thing):
    return reverse(f"targets:{name}", args=[getattr(thing, "number", None) or thing.pk])


def level_page(office):
    return office.editor, at("target", row(office.approved()))


def work_page(office):
    declaration = office.approved(WORK)
    office.completed(declaration, 1)
    return office.editor, at("target", row(declaration))


def change_page(office):
    one = row(office.approved())
    changes.propose_target_change(
        indicator=one.pk,
        raw="较健全",
        effective_on=date(2019, 7, 1),
        reason="核减",
        by=office.editor,
        at=AT,
    )
    return office.reviewer, at("target", one)


def late_page(office):
    declaration = office.approved(("2019年3月底，完成窗口改造", "100%"))
    office.read(declaration, date(2019, 5, 6))
    return office.editor, of("project", declaration)


def submitted_page(office):
    found = drafted(office.editor)
    declarations.submit_declaration(declaration=found.pk, by=office.editor, at=AT)
    return office.reviewer, of("project", found)


def import_page(office):
    file = SimpleUploadedFile("申报表.docx", printed(demo(2)))
    answer = signed_in_client(office.editor).post(reverse("targets:upload"), {"file": file})
    return office.editor, answer.url


def signed_page(office):
    found = office.weighed(office.evaluation(WORK))
    evaluations.sign_evaluation(evaluation=found.pk, by=office.editor, at=AT)
    return office.reviewer, at("evaluation", found)


def locked_page(office):
    found = office.submitted()
    reports.approve_report(report=found.pk, note="", by=office.reviewer, at=AT)
    return office.reviewer, at("monitoring-report", found)


def closed_page(office):
    found = office.reported()
    rectification.settle_issue(issue=found.pk, close=True, note="属实", by=office.reviewer, at=AT)
    return office.reviewer, at("issue", found)


def contract_page(office):
    content = ContractContent(
        "HT-1", "运维", "甲公司", None, 10_000_000, date(2019, 2, 1), 0, 30, is_procured=True
    )
    found = record_contract(
        declaration=office.approved().pk, content=content, by=office.clerk, at=AT
    )
    return office.clerk, reverse("targets:money-contract", args=[found.pk])


def approvals_page(office):
    office.payment_proposed(office.approved())
    return office.judge, reverse("targets:money-approvals")


# Where somebody stands who is about to type: route -> who, and which page.
PAGES = {
    **dict.fromkeys(("read", "bind", "change", "rate"), level_page),
    **dict.fromkeys(("complete", "withdraw"), work_page),
    "decide-change": change_page,
    "upload": lambda o: (o.editor, reverse("targets:upload")),
    "import-check": import_page,
    "declaration-new": lambda o: (o.editor, reverse("targets:declaration-new")),
    "declaration-edit": lambda o: (o.editor, of("declaration-edit", drafted(o.editor))),
    "declaration-decide": submitted_page,
    "survey-new": lambda o: (o.editor, of("survey-new", o.approved())),
    **dict.fromkeys(
        ("survey-paper", "survey-rule"), lambda o: (o.editor, at("survey", o.survey()))
    ),
    "monitoring-new": lambda o: (o.approved(WORK), (o.editor, reverse("targets:monitoring")))[1],
    "monitoring-lines": lambda o: (o.editor, at("monitoring-report", o.report())),
    "monitoring-decide": lambda o: (o.reviewer, at("monitoring-report", o.submitted())),
    "monitoring-reopen": locked_page,
    "issue-check": late_page,
    "issue-new": lambda o: (o.editor, of("issue-new", o.approved())),
    "issue-assign": lambda o: (o.reviewer, at("issue", o.issue())),
    "issue-explain": lambda o: (o.editor, at("issue", o.assigned())),
    "issue-report": lambda o: (o.editor, at("issue", o.explained())),
    "issue-settle": lambda o: (o.reviewer, at("issue", o.reported())),
    "issue-effect": closed_page,
    **dict.fromkeys(
        ("evaluation-new", "evaluation-import"),
        lambda o: (o.approved(), (o.editor, reverse("targets:evaluations")))[1],
    ),
    **dict.fromkeys(
        ("evaluation-refresh", "evaluation-cause", "evaluation-rate"),
        lambda o: (o.editor, at("evaluation", o.evaluation(WORK, TALE))),
    ),
    "evaluation-weights": lambda o: (o.reviewer, at("evaluation", o.evaluation(WORK, TALE))),
    "evaluation-deduct": lambda o: (o.reviewer, at("evaluation", o.weighed(o.evaluation(WORK)))),
    "evaluation-reopen": signed_page,
    **{
        f"money-enter {kind}": lambda o, kind=kind: (o.clerk, of("money-enter", o.approved(), kind))
        for kind in ENTRIES
    },
    "money-statement-new": lambda o: (o.clerk, of("money-statement-new", o.approved())),
    "money-statement": lambda o: (o.clerk, o.statement()),
    "money-answer": lambda o: (o.clerk, of("money-findings", o.paid()[0])),
    "money-decide": approvals_page,
    **dict.fromkeys(
        ("money-allocate", "money-reverse"),
        lambda o: (o.clerk, reverse("targets:money-payment", args=[o.paid()[1].pk])),
    ),
    "money-accept": contract_page,
}


@pytest.fixture(scope="session")
def routes():
    return {one.name for one in urlpatterns if one.callback.entry.writes}


@pytest.fixture
def nothing_is_done(monkeypatch):
    """Refuse every act at its last step, where it is recorded, as the rules refuse some at the first."""

    def begin():
        def record(**_):
            raise Refused("现在不能办理。", code="TEST-REFUSED")

        monkeypatch.setattr(audit, "record", record)

    return begin


def test_every_route_that_takes_a_form_is_walked(routes):
    walked = {name.split()[0] for name in PAGES}
    assert routes == walked | BUTTONS | ANONYMOUS
    assert not walked & (BUTTONS | ANONYMOUS)


def test_every_form_with_a_field_carries_the_mark():
    seen = 0
    for path in TEMPLATES.rglob("*.html"):
        for form in FORM.findall(path.read_text("utf-8")):
            if FIELDS.search(form) and "survey-answer" not in form:
                assert "{% keeps_typed " in form, path.name
                seen += 1
    assert seen > 25


@pytest.mark.parametrize("name", PAGES)
def test_what_was_typed_and_refused_stands_in_the_form_again(name, nothing_is_done, caplog):
    account, page = PAGES[name](Office())
    client = signed_in_client(account)
    form = form_of(client, page, name.split()[0])
    nothing_is_done()
    for wrong in (True, False):
        sent = send(client, page, form, wrong=wrong)
        assert sent.mark, "the form carries no mark"
        again = standing(sent)
        assert {field: again.get(field) for field in sent.typed} == sent.typed, (wrong, sent.status)
        assert not labelled_twice(sent.page)
        assert not sent.files or FILE_LOST in sent.page or wrong, "a file has to be chosen again"
        assert sent.status == 200 or wrong or "没有办成的原因：" in sent.page
        assert wrong or sent.refusal, "a form that is filled as it should be reaches the act"
    assert TEXT not in caplog.text


class TestTwoPeople:
    def test_who_was_slower_sees_what_the_quicker_one_changed_beside_the_own_text(self):
        office = Office()
        found = drafted(office.editor)
        page = of("declaration-edit", found)
        slow, quick = signed_in_client(office.editor), signed_in_client(office.reviewer)
        mine = form_of(slow, page, "declaration-edit")
        theirs = form_of(quick, page, "declaration-edit")
        fields = {name: theirs.fields[name] or "" for name in theirs.fields} | {
            "types": found.types,
            "uses": found.uses,
            "remarks": "同事补的备注",
            "reason": "补备注",
            "save": "1",
        }
        assert quick.post(page, fields).status_code == 302
        late = send(slow, page, mine, wrong=False)
        assert late.refusal == "DECLARATION-CHANGED"
        assert standing(late)["overview"] == [TEXT], "the own text"
        assert "同事补的备注" in late.page and "别人改了这些" in late.page
        again = send(slow, page, form_of(slow, page, "declaration-edit"), wrong=False)
        assert again.status == 302, "whoever has seen it may save"
        assert Declaration.objects.get().revision == 3

    def test_a_line_that_a_colleague_stated_meanwhile_is_not_overwritten_unseen(self):
        office = Office()
        page = at("monitoring-report", office.report())
        slow, quick = signed_in_client(office.editor), signed_in_client(office.reviewer)
        mine = form_of(slow, page, "monitoring-lines")
        theirs = form_of(quick, page, "monitoring-lines")
        name = next(name for name in theirs.fields if name.endswith("-explanation"))
        theirs.fields[name.replace("explanation", "note")] = "同事的备注"
        assert "各项已确认并保存" in send(quick, page, theirs, wrong=False).page
        late = send(slow, page, mine, wrong=False)
        assert late.refusal == "MONITORING-CHANGED"
        assert standing(late)[name] == [TEXT]
        assert "已保存的内容" in late.page and "同事的备注" in late.page
        seen = form_of(slow, page, "monitoring-lines")
        assert "各项已确认并保存" in send(slow, page, seen, wrong=False).page

    def test_a_plan_that_became_shorter_meanwhile_loses_no_row_that_was_typed(self):
        office = Office()
        declaration = office.approved()
        page = of("money-enter", declaration, "payment-plan")
        client = signed_in_client(office.clerk)
        rows = {f"day-{n}": f"2019-06-{n:02d}" for n in range(1, 16)}
        rows |= {f"amount-{n}": "100" for n in range(1, 16)}
        assert client.post(page, rows).status_code == 302
        assert MoneyPlan.objects.count() == 15


class TestHalves:
    def test_a_rating_whose_reading_is_refused_is_not_stored(self, monkeypatch):
        def take_reading(**_):
            raise Refused("现在不能读取。", code="TEST-REFUSED")

        office = Office()
        one = row(office.approved())
        client, page = signed_in_client(office.editor), at("target", one)
        form = form_of(client, page, "rate")
        form.fields["valid_until"] = "2020-01-01"
        monkeypatch.setattr(measuring, "take_reading", take_reading)
        sent = send(client, page, form, wrong=False)
        assert sent.refusal
        assert not Rating.objects.exists() and not StoredFile.objects.exists()
        monkeypatch.undo()
        assert "评定已记录" in send(client, page, form, wrong=False).page
        assert Rating.objects.count() == StoredFile.objects.count() == 1
        assert client.session["typed"] == [], "nothing typed is held once it is stored"

    def test_nothing_of_it_is_shown_to_another_account_of_the_same_office(self):
        office = Office()
        account, page = late_page(office)
        client = signed_in_client(account)
        new = page + "issues/new/"
        sent = send(client, new, form_of(client, new, "issue-new"), wrong=True)
        assert standing(sent)["sentence"] == sent.typed["sentence"]
        assert TEXT not in signed_in_client(office.reviewer).get(new).text
