"""Surveys against the real database and through their pages: once each, nameless, nothing dropped silently."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import AnswerChoice, Survey, SurveyAnswer
from shangwu.targets.operations import measuring, surveys
from shangwu.targets.operations.surveys import PaperLine, SurveyContent
from shangwu.targets.queries.surveys import results
from shangwu.targets.views import answering
from shangwu.targets.vocabulary import SurveyStatus, TargetStatus
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.targets.factories import approved, row

pytestmark = pytest.mark.django_db
AT = datetime(2019, 6, 3, 2, 0, tzinfo=UTC)
ON = date(2019, 6, 3)


@pytest.fixture
def declaration(editor, reviewer):
    """A declaration with a share and a level to be found by asking people."""
    return approved(editor, reviewer, ("服务对象满意率", "95%以上"), ("市民知晓度", "较满意"))


def content(**changes):
    found = {
        "title": "服务对象满意度调查",
        "introduction": "不记名。",
        "stratum_title": "所在区",
        "opens_on": date(2019, 6, 1),
        "closes_on": date(2019, 6, 30),
        "questions": (
            ("您对窗口服务是否满意？", "", "service5"),
            ("您对微菜场是否满意？", "Are you satisfied?", "likert5"),
        ),
        "quotas": (("黄浦区", 3), ("崇明区", 1)),
    }
    return SurveyContent(**{**found, **changes})


@pytest.fixture
def survey(declaration, editor):
    """An open survey."""
    found = surveys.create_survey(declaration=declaration, content=content(), by=editor, at=AT)
    return surveys.open_survey(survey=found.pk, by=editor, at=AT)


def answered(survey, ticket, *, ranks=(5, 5), stratum="黄浦区", at=AT, device=""):
    return surveys.answer_survey(
        survey=survey.pk,
        ticket=ticket,
        stratum=stratum,
        ranks=dict(enumerate(ranks, start=1)),
        device=device or f"device-{ticket}",
        seconds=Decimal(30),
        at=at,
    )


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code
    return raised.value.sentence


def test_an_answer_is_stored_once_with_its_act(survey):
    first = answered(survey, "t1")
    assert answered(survey, "t1", ranks=(1, 1)).pk == first.pk
    assert SurveyAnswer.objects.count() == 1
    assert sorted(AnswerChoice.objects.values_list("rank", flat=True)) == [5, 5]
    (act,) = Act.objects.filter(act="targets.answer_survey")
    assert act.actor_kind == "anonymous"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("SURVEY-RANK", {"ranks": (5,)}),
        ("SURVEY-RANK", {"ranks": (5, 9)}),
        ("SURVEY-STRATUM", {"stratum": "火星区"}),
        ("SURVEY-DATES", {"at": AT + timedelta(days=60)}),
    ],
)
def test_a_wrong_answer_stores_nothing(survey, code, changes):
    refused(code, answered, survey=survey, ticket="t", **changes)
    assert SurveyAnswer.objects.count() == 0


def test_a_draft_and_a_closed_survey_take_no_answer_and_the_key_dies(declaration, editor):
    draft = surveys.create_survey(declaration=declaration, content=content(), by=editor, at=AT)
    refused("SURVEY-STATE", answered, survey=draft, ticket="t")
    surveys.open_survey(survey=draft.pk, by=editor, at=AT)
    assert Survey.objects.get().device_key is not None
    surveys.close_survey(survey=draft.pk, by=editor, at=AT)
    assert Survey.objects.get().device_key is None
    refused("SURVEY-STATE", answered, survey=draft, ticket="t")
    refused("SURVEY-STATE", surveys.close_survey, survey=draft.pk, by=editor, at=AT)


def test_answers_cannot_be_changed_or_deleted(survey):
    answered(survey, "t1")
    for change in (
        lambda: AnswerChoice.objects.update(rank=1),
        lambda: AnswerChoice.objects.all().delete(),
        lambda: SurveyAnswer.objects.update(stratum="崇明区"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def paper(survey, by, *lines, batch="A-01"):
    return surveys.enter_paper_answers(
        survey=survey.pk,
        batch=batch,
        answered_on=ON,
        lines=[PaperLine(n, stratum, ranks) for n, (stratum, ranks) in enumerate(lines, 1)],
        by=by,
        at=AT,
    )


def test_a_paper_batch_is_entered_whole_or_not_at_all_and_once(survey, editor):
    sentence = refused(
        "SURVEY-RANK",
        lambda: paper(survey, editor, ("黄浦区", (5, 4)), ("崇明区", (5, 7))),
    )
    assert "第 2 行第 2 题：7" in sentence
    assert SurveyAnswer.objects.count() == 0
    assert len(paper(survey, editor, ("黄浦区", (5, 4)), ("崇明区", (2, 4)))) == 2
    refused("SURVEY-BATCH", lambda: paper(survey, editor, ("黄浦区", (5, 4)), ("崇明区", (2, 4))))
    assert SurveyAnswer.objects.count() == 2


def test_results_count_what_stands_and_show_what_is_marked(survey, editor):
    for n in range(4):
        answered(survey, f"t{n}", ranks=(5, 4), at=AT + timedelta(hours=3 * n))
    odd = answered(survey, "odd", ranks=(1, 1), device="device-t0", at=AT + timedelta(hours=30))
    later = AT + timedelta(days=3)
    found = results(survey, on=later.date(), known_at=later)
    assert found.questions[0].counted.top_two.reached == 4
    assert found.questions[0].counted.n == 5
    assert found.questions[0].without_marked.n == 3, "both answers of the device are marked"
    assert {item.answer.ticket for item in found.marked} == {"t0", "odd"}
    surveys.rule_on_answer(
        answer=odd.pk, excluded=True, reason="同一人重复作答", by=editor, at=later
    )
    assert results(survey, on=later.date(), known_at=later).questions[0].counted.n == 4
    before = results(survey, on=later.date(), known_at=later - timedelta(minutes=1))
    assert before.questions[0].counted.n == 5, "the ruling was not known then"
    surveys.rule_on_answer(
        answer=odd.pk, excluded=False, reason="核实为两人共用", by=editor, at=later
    )
    assert results(survey, on=later.date(), known_at=later).questions[0].counted.n == 5
    assert found.strata[1].missing == 1


def test_a_ruling_needs_its_reason(survey, editor):
    answer = answered(survey, "t1")
    refused(
        "SURVEY-REASON",
        surveys.rule_on_answer,
        answer=answer.pk,
        excluded=True,
        reason=" ",
        by=editor,
        at=AT,
    )


def bound(declaration, number, measure, survey, question, editor):
    indicator = row(declaration, number)
    measuring.bind_measure(
        indicator=indicator.pk,
        measure=measure,
        parameters={"survey": survey.number, "question": question},
        reason="按调查结果判断",
        by=editor,
        at=AT,
    )
    at = AT + timedelta(days=200)
    return measuring.take_reading(
        indicator=indicator.pk, on=at.date(), trigger="ON_DEMAND", by=editor, at=at
    )


def test_surveys_answer_for_a_share_and_for_a_level(declaration, survey, editor):
    share = bound(declaration, 1, "targets.survey_top_two", survey, "1", editor)
    assert share.status == TargetStatus.NO_DATA, "without answers there is no data, never 100 %"
    for n in range(19):
        answered(survey, f"t{n}", ranks=(5, 4), at=AT + timedelta(hours=n))
    answered(survey, "bad", ranks=(2, 3), at=AT + timedelta(hours=30))
    share = bound(declaration, 1, "targets.survey_top_two", survey, "1", editor)
    assert (share.numerator, share.denominator, share.status) == (19, 20, TargetStatus.MET)
    assert share.evidence_count == 20
    mean = bound(declaration, 2, "targets.survey_mean", survey, "2", editor)
    assert (mean.numerator, mean.denominator, mean.status) == (79, 20, TargetStatus.MISSED)
    assert "3.9500" in mean.why
    assert bound(declaration, 2, "targets.survey_mean", survey, "9", editor).status not in {
        TargetStatus.MET,
        TargetStatus.PARTIAL,
    }


def ready(survey):
    """Give the survey a window around today, as its pages look at the clock."""
    today = date.today()  # noqa: DTZ011 - only the day matters
    Survey.objects.filter(pk=survey.pk).update(
        opens_on=today - timedelta(days=2), closes_on=today + timedelta(days=2)
    )
    return Survey.objects.get(pk=survey.pk)


def test_a_visitor_answers_once_without_an_account(survey):
    survey, client = ready(survey), Client()
    address = reverse("targets:survey-answer", args=[survey.number])
    page = client.get(address)
    assert "您对窗口服务是否满意？" in page.content.decode()
    ticket = page.context["form"]["ticket"].value()
    sent = {"ticket": ticket, "stratum": "黄浦区", "question-1": "5"}
    assert "请选择一项。" in client.post(address, sent).content.decode()
    assert SurveyAnswer.objects.count() == 0
    done = client.post(address, {**sent, "question-2": "4"})
    assert done.headers["Location"] == reverse("targets:survey-thanks", args=[survey.number])
    assert client.get(address).status_code == 302, "the browser has answered"
    stored = SurveyAnswer.objects.get()
    assert stored.entered_by is None
    assert len(stored.device) == 64 and "127.0.0.1" not in stored.device
    Client().post(address, {**sent, "question-2": "4"})
    assert SurveyAnswer.objects.count() == 1, "the same form sent twice counts once"
    forged = client.post(address, {**sent, "question-2": "4", "ticket": "forged"})
    assert forged.status_code == 302
    assert SurveyAnswer.objects.count() == 1


def test_who_left_the_form_open_too_long_sends_the_same_choices_again(
    survey, settings, monkeypatch
):
    today = timezone.localdate()
    Survey.objects.update(opens_on=today, closes_on=today)
    address, client = reverse("targets:survey-answer", args=[survey.number]), Client()
    ticket = client.get(address).context["form"]["ticket"].value()
    sent = {"ticket": ticket, "stratum": "黄浦区", "question-1": "5", "question-2": "4"}
    monkeypatch.setattr(answering, "TICKET_SECONDS", -1)
    late = client.post(address, sent)
    assert "您的选择都还在" in late.text
    assert not SurveyAnswer.objects.exists()
    monkeypatch.undo()
    form = late.context["form"]
    again = {name: form[name].value() for name in sent}
    assert again["ticket"] != ticket and {**again, "ticket": ticket} == sent
    assert client.post(address, again).status_code == 302
    assert SurveyAnswer.objects.count() == 1


def test_the_office_writes_publishes_enters_and_closes(declaration):
    account = person("survey.clerk", Role.TARGETS_EDITOR)
    with_app(account)
    client = signed_in_client(account)
    number = declaration.project.number
    today = date.today()  # noqa: DTZ011 - only the day matters
    form = {
        "title": "满意度",
        "introduction": "不记名",
        "opens_on": today - timedelta(days=1),
        "closes_on": today + timedelta(days=1),
        "stratum_title": "所在区",
        "quotas": "黄浦区 2\n崇明区",
        "text-1": "是否满意？",
        "scale-1": "service5",
    }
    address = reverse("targets:survey-new", args=[number, 2019])
    assert "第 2 行“崇明区”应写成" in client.post(address, form).content.decode()
    client.post(address, {**form, "quotas": "黄浦区 2"})
    found = Survey.objects.get()
    assert Client().get(reverse("targets:survey-answer", args=[found.number])).status_code == 404
    client.post(reverse("targets:survey-open", args=[found.number]))
    assert client.get(reverse("targets:survey-code", args=[found.number])).content.startswith(
        b"<svg"
    )
    lines = {"batch": "1", "answered_on": today, "lines": "黄浦区 5\n黄浦区\t4\n"}
    paper_address = reverse("targets:survey-paper", args=[found.number])
    wrong = client.post(paper_address, {**lines, "lines": "黄浦区 五"}, follow=True)
    assert "不是分值" in wrong.content.decode()
    client.post(paper_address, lines)
    page = client.get(reverse("targets:survey", args=[found.number])).content.decode()
    assert "100.00%" in page and "2 / 2" in page
    client.post(reverse("targets:survey-close", args=[found.number]))
    assert Survey.objects.get().status == SurveyStatus.CLOSED
    public = Client().get(reverse("targets:survey-results", args=[found.number]))
    assert "100.00%" in public.content.decode()
    export = client.get(reverse("targets:survey-export", args=[found.number, "csv"]))
    assert "黄浦区" in export.content.decode("utf-8-sig")


def test_nobody_is_offered_an_act_that_would_be_refused(survey, declaration):
    offered = {}
    for role in (Role.TARGETS_EDITOR, Role.LEADER):
        account = person(role.value.lower(), role)
        with_app(account)
        client = signed_in_client(account)
        page = client.get(reverse("targets:survey", args=[survey.number])).content.decode()
        listed = client.get(reverse("targets:surveys")).content.decode()
        new = reverse("targets:survey-new", args=[declaration.project.number, declaration.year])
        offered[role] = ("结束调查" in page, "录入纸质答卷" in page, new in listed)
    assert offered == {Role.TARGETS_EDITOR: (True,) * 3, Role.LEADER: (False,) * 3}
