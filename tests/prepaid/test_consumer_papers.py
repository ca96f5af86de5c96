"""The model charter and contract name every item of the law in force that day, in both languages."""

import io
import re
from datetime import date

import pytest
from docx import Document

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.consumers import refusals
from shangwu.prepaid.rules.papers import models
from shangwu.prepaid.rules.papers.models import MODEL_TEXTS, ModelText, paper, sections
from tests.architecture.project import PACKAGE

THEN, NOW = date(2019, 9, 1), date(2026, 1, 1)


def test_the_charter_has_the_items_of_the_regulation():
    found = sections(MODEL_TEXTS["charter"], on=THEN)
    assert [one.title.zh for one in found] == [
        "使用范围",
        "预收资金的用途和管理方式",
        "余额查询渠道",
        "退款方式",
    ]
    assert len(sections(MODEL_TEXTS["contract"], on=THEN)) == 13


@pytest.mark.parametrize("name", MODEL_TEXTS)
@pytest.mark.parametrize("on", [THEN, NOW])
def test_figures_come_from_the_law_of_the_day(name, on):
    text = "".join(
        part.text
        for side in (0, 1)
        for part in paper(MODEL_TEXTS[name], on=on, language=side).parts
    )
    assert "{" not in text
    assert "提前30日告知" in text
    assert ("付款之日起7日内" in text) == (on == NOW), "before 2025 there was no such right"
    assert ("不少于36个月" in text) == (name == "contract")


def test_an_item_without_a_clause_is_refused_by_name():
    lame = ModelText(MODEL_TEXTS["charter"].title, "SH-REG18-13", {"使用范围": ()}, ())
    with pytest.raises(Refused, match=r"缺少.*退款方式"):
        sections(lame, on=THEN)


def test_english_says_all_that_chinese_says():
    for clauses in (*models.CHARTER.values(), *models.CONTRACT.values()):
        for one in clauses:
            assert one.en and not re.search("[一-鿿]", one.en)
            assert set(re.findall(r"{\w+}", one.zh)) == set(re.findall(r"{\w+}", one.en))
    assert {*models.CHARTER, *models.CONTRACT} == models.ITEMS_IN_ENGLISH.keys()


@pytest.mark.django_db
def test_both_are_given_as_pdf_and_word(client):
    for name, text in MODEL_TEXTS.items():
        pdf = client.get(f"/prepaid/models/{name}.pdf")
        assert pdf.content.startswith(b"%PDF-")
        word = client.get(f"/prepaid/models/{name}.docx?lang=en")
        written = "\n".join(one.text for one in Document(io.BytesIO(word.content)).paragraphs)
        assert text.title.en in written
        assert "Refunds" in written
    for address in ("charter.exe", "other.pdf"):
        assert client.get(f"/prepaid/models/{address}").status_code == 404


def test_every_refusal_of_the_public_pages_has_its_english():
    places = (
        "operations/complaints.py",
        "operations/lookups.py",
        "rules/refund",
        "rules/routing.py",
    )
    places += ("views/consumers/tickets.py",)
    at_the_desk = {"PREPAID-REQUEST-CHANGED", "PREPAID-FORWARD"}
    texts = []
    for place in places:
        path = PACKAGE / "prepaid" / place
        texts += [
            one.read_text("utf-8") for one in (path.rglob("*.py") if path.is_dir() else [path])
        ]
    codes = {code for text in texts for code in re.findall(r'code="(PREPAID-[A-Z-]+)"', text)}
    assert len(codes) > 10
    assert codes - refusals.ENGLISH.keys() - at_the_desk == set()
