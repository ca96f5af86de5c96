"""Every page of the site in a real browser, with real objects on it.

No serious violation of accessibility, no complaint in the console (so the strict policy holds), and nothing that scrolls
sideways: at a desk in the light theme, on a phone of 360 pixels in the dark one.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangwu.foundation.accounts.models import Account, Appointment
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.web.notifications import notify
from shangwu.targets.models import (
    Contract,
    Declaration,
    DeclarationImport,
    Evaluation,
    ImportedEvaluation,
    Indicator,
    Issue,
    MonitoringReport,
    Outlook,
    Payment,
    Statement,
    StoredReading,
    Survey,
)
from shangwu.targets.operations import declarations, imports, judgements, measuring, surveys
from shangwu.targets.rules.content import DeclarationContent
from tests.architecture.routes import routes
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.journeys.axe import violations
from tests.journeys.conftest import DESKTOP
from tests.journeys.cycle import run_through
from tests.journeys.money import spend
from tests.journeys.steps import enter_as
from tests.targets.factories import proof
from tests.targets.forms import NAMES, demo, printed
from tests.targets.test_surveys import content as survey_content
from tests.targets.test_wrong_input import received_by

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
ROLES = (
    Role.TARGETS_REVIEWER,
    Role.FINANCE_CLERK,
    Role.FINANCE_REVIEWER,
    Role.SECURITY_ADMIN,
    Role.SYSTEM_ADMIN,
    Role.AUDIT_ADMIN,
    Role.LEADER,
)


@pytest.fixture
def lively(transactional_db):
    """A platform with five declarations, ratings, readings, money, surveys, reports, issues and evaluations."""
    at = timezone.now()
    editor = person("editor", Role.TARGETS_EDITOR)
    people = {role: person(role.value.lower().replace("_", "."), role) for role in ROLES}
    for account in (editor, *people.values()):
        with_app(account)
        notify(account=account, sentence="有一份申报表等您审核。", link="/office/targets/", at=at)
    for number in range(1, len(NAMES) + 1):
        (found,) = _received(number, editor)
        if number == 4:
            continue  # one import waits for its confirmation
        made = imports.confirm_import(
            declaration_import=found.pk,
            content=DeclarationContent.from_json(found.content["content"]),
            by=editor,
            at=at,
        )
        if number != 3:  # one declaration is still a draft
            declarations.submit_declaration(declaration=made.pk, by=editor, at=at)
        if number not in {2, 3}:  # one waits for its review
            declarations.approve_declaration(
                declaration=made.pk, note="同意", by=people[Role.TARGETS_REVIEWER], at=at
            )
    rated = Indicator.objects.get(name="项目制度健全性")
    judgements.rate_indicator(
        indicator=rated.pk,
        level="健全",
        reason="制度齐备",
        rated_on=at.date(),
        valid_until=None,
        files=[proof(editor, at=at)],
        by=editor,
        at=at,
    )
    measuring.take_daily_readings(on=timezone.localdate(at), at=at)
    spend(rated.declaration, people[Role.FINANCE_CLERK], people[Role.FINANCE_REVIEWER], at=at)
    run_through(rated.declaration, editor, people[Role.TARGETS_REVIEWER], at=at)
    for opened in (True, False):
        _survey(rated.declaration, editor, at, opened=opened)
    return {**people, None: None}


def _received(number, editor):
    return received_by(editor, printed(demo(number)))


def _survey(declaration, editor, at, *, opened):
    today = timezone.localdate(at)
    survey = surveys.create_survey(
        declaration=declaration,
        content=survey_content(opens_on=today - timedelta(days=1), closes_on=today),
        by=editor,
        at=at,
    )
    surveys.open_survey(survey=survey.pk, by=editor, at=at)
    for n in range(3):
        surveys.answer_survey(
            survey=survey.pk,
            ticket=f"{opened}{n}",
            stratum="黄浦区",
            ranks={1: 5 - n, 2: 4},
            device="same",
            seconds=None,
            at=at,
        )
    if not opened:
        surveys.close_survey(survey=survey.pk, by=editor, at=at)


def existing():
    """Return, for each part of a route that names an object, the part with one that exists."""
    declaration = Declaration.objects.get(project__name__contains="办事大厅")
    indicator = Indicator.objects.get(name="项目制度健全性")
    forecast = Outlook.objects.filter(median__isnull=False).latest("pk")
    survey = {one.status: one.number for one in Survey.objects.all()}
    return {
        "imports/<int:pk>": DeclarationImport.objects.get(status="READ").pk,
        "indicators/<int:pk>/what-if": f"{forecast.reading.indicator_id}/what-if",
        "indicators/<int:pk>": indicator.pk,
        "readings/<int:pk>": StoredReading.objects.filter(indicator=indicator).latest("pk").pk,
        "figures/<str:figure>": "execution",
        "new/<str:kind>": "contract",
        "statements/<int:pk>": Statement.objects.get(status="READ").pk,
        "payments/<int:pk>": Payment.objects.latest("pk").pk,
        "monitoring/<int:pk>": MonitoringReport.objects.get(status="DRAFT").pk,
        "issues/<int:pk>": Issue.objects.get(status="ASSIGNED").pk,
        "evaluations/imported/<int:pk>": ImportedEvaluation.objects.get().pk,
        "evaluations/<int:pk>": Evaluation.objects.get(status="DRAFT").pk,
        "contracts/<int:pk>": Contract.objects.get().pk,
        "acts/<int:pk>": Act.objects.latest("pk").pk,
        "surveys/<str:number>/results": f"{survey['CLOSED']}/results",
        "surveys/<str:number>": survey["OPEN"],
        "<str:number>/<int:year>": f"{declaration.project.number}/2019",
        "accounts/<uuid:number>": Account.objects.get(login="editor").number,
        "appointments/<uuid:number>": Appointment.objects.first().number,
        "files/<uuid:pk>": StoredFile.objects.first().pk,
        "manual/<slug:slug>": "declarations",
    }


def real(pattern, known):
    """Return the address of a route with numbers of objects that exist."""
    for part, value in known.items():
        pattern = pattern.replace(part, f"{part.split('<')[0]}{value}")
    return "/" + pattern


def in_other_states():
    """Return pages that look different once what they show is decided."""
    return [
        f"/office/targets/monitoring/{MonitoringReport.objects.get(status='LOCKED').pk}/",
        f"/office/targets/issues/{Issue.objects.get(status='CLOSED').pk}/",
        f"/office/targets/issues/{Issue.objects.filter(status='FOUND').latest('pk').pk}/",
        f"/office/targets/evaluations/{Evaluation.objects.get(status='PUBLISHED').pk}/",
    ]


def pages_for(role, account):
    """Return the addresses that this role may open and that answer with a page."""
    client, known = signed_in_client(account), existing()
    found = []
    for route in routes():
        address = real(route.pattern, known)
        allow = route.entry.allow
        opens = allow.kind == "public" if role is None else allow.admits_roles({role.value})
        if role not in {None, Role.TARGETS_REVIEWER} and allow.kind not in {"roles", "signed_in"}:
            opens = False  # what others share is looked at once
        if not opens or "logout" in route.pattern or "<" in address:
            continue
        answer = client.get(address)
        answer.close()
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 200 and kind.startswith("text/html") and "<html" in answer.text:
            found.append(address)
    return [*found, *in_other_states()] if role == Role.TARGETS_REVIEWER else found


def faults(page, address, width, scheme):
    """Return what is wrong with the page that is shown, at this width and in this theme."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour in between
    found = violations(page) + page.complaints
    page.complaints.clear()
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        found.append(f"{wide} pixels wide")
    return [f"{address} at {width}, {scheme}: {one}" for one in found]


def test_every_page_is_accessible_and_keeps_its_frame(visitors, lively):
    wrong, seen = [], 0
    for role, account in lively.items():
        page = visitors(DESKTOP)
        if account is not None:
            enter_as(page, account)
        for address in pages_for(role, account):
            page.goto(address)
            seen += 1
            wrong += faults(page, address, DESKTOP, "light") + faults(page, address, 360, "dark")
    assert seen > 70, f"only {seen} pages were looked at"
    assert wrong == [], "\n".join(wrong)
