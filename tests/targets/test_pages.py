"""Every page and file of a project answers with what it promises, for the office and for citizens."""

import json
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.operations import declarations, judgements, measuring
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.targets.factories import AT, drafted, proof, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    """A clerk with a second factor, signed in."""
    account = person("clerk", Role.TARGETS_EDITOR)
    with_app(account)
    client = signed_in_client(account)
    client.account = account
    return client


@pytest.fixture
def declaration(office, reviewer):
    """An approved declaration; its first row is rated and read."""
    found = drafted(office.account)
    declarations.submit_declaration(declaration=found.pk, by=office.account, at=AT)
    declarations.approve_declaration(declaration=found.pk, note="同意", by=reviewer, at=AT)
    judgements.rate_indicator(
        indicator=row(found).pk,
        level="健全",
        reason="=SUM(A1:A9) 制度齐备",
        rated_on=date(2019, 1, 31),
        valid_until=None,
        files=[proof(office.account)],
        by=office.account,
        at=AT,
    )
    measuring.take_daily_readings(on=date(2019, 2, 1), at=AT)
    return found


def address(name, declaration, *more):
    return reverse(f"targets:{name}", args=[declaration.project.number, declaration.year, *more])


@pytest.mark.parametrize("name", ["project", "declaration-history", "promise"])
def test_pages_of_a_project(office, declaration, name):
    page = office.get(address(name, declaration))
    assert page.status_code == 200
    assert "窗口服务项目" in page.text


def test_the_paper_of_a_project_is_an_archivable_pdf(office, declaration):
    paper = office.get(address("project-paper", declaration))
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF-")
    assert b"pdfaid" in paper.content


def test_citizens_take_promises_away_as_data(declaration):
    visitor = Client()
    told = json.loads(visitor.get(address("promise-export", declaration, "json")).content)
    assert [line["指标目标值"] for line in told["targets"]] == ["健全", "100%"]
    assert told["targets"][0]["状态"] == "已达成"
    text = visitor.get(address("promise-export", declaration, "csv")).content.decode("utf-8-sig")
    assert "窗口管理制度健全性" in text
    assert visitor.get(address("promise-export", declaration, "exe")).status_code == 404


def test_a_project_that_is_not_approved_is_not_public(office):
    draft = drafted(office.account, project="尚未批复的项目")
    assert Client().get(address("promise", draft)).status_code == 404
    assert "尚未批复的项目" not in Client().get(reverse("targets:promises")).text


def test_evidence_leaves_without_a_live_formula(office, declaration):
    reading = row(declaration).readings.get()
    page = office.get(reverse("targets:evidence", args=[reading.pk]))
    assert "证据与当时一致" in page.text
    file = office.get(reverse("targets:evidence-export", args=[reading.pk, "xlsx"]))
    sheet = openpyxl.load_workbook(BytesIO(file.content)).active
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert any("SUM(A1:A9)" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    text = office.get(reverse("targets:evidence-export", args=[reading.pk, "csv"])).content.decode()
    assert not any(line.startswith("=") for line in text.split(","))


def test_the_number_of_queries_does_not_grow_with_the_rows(
    office, reviewer, django_assert_max_num_queries
):
    many = [(f"第 {n} 项制度健全性", "健全") for n in range(1, 41)]
    found = drafted(office.account, *many, project="多指标项目")
    measuring.take_daily_readings(on=date(2019, 2, 1), at=AT)
    with django_assert_max_num_queries(25):
        assert office.get(address("project", found)).status_code == 200
    with django_assert_max_num_queries(25):
        assert office.get(reverse("targets:overview")).status_code == 200


def test_the_page_of_a_project_shows_what_is_new_at_once(office, declaration):
    """It is laid out once for each state of its record, never kept beyond it."""
    page = office.get(address("project", declaration)).text
    assert "较健全" not in page
    judgements.rate_indicator(
        indicator=row(declaration).pk,
        level="较健全",
        reason="复查发现一项制度未执行",
        rated_on=date(2019, 2, 1),
        valid_until=None,
        files=[proof(office.account, name="复查.txt")],
        by=office.account,
        at=AT,
    )
    measuring.take_reading(
        indicator=row(declaration).pk,
        on=date(2019, 2, 1),
        trigger="ON_DEMAND",
        by=None,
        at=AT + timedelta(hours=1),
    )
    assert "较健全" in office.get(address("project", declaration)).text
