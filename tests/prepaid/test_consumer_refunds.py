"""The public refund calculator: the handbook's examples through the page, both causes side by side, two languages."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.prepaid.rules.refund.answers import answers

HAN = re.compile(r"[一-鿿]")
DAY = date(2025, 6, 1)
fen = st.integers(0, 10**9)


def computed(client, what, lang="", **facts):
    """Return the amounts that the page shows, with the page."""
    page = client.get(
        "/prepaid/refund/",
        {"what": what, "count": "1", **facts, **({"lang": lang} if lang else {})},
    )
    text = page.content.decode()
    amounts = re.findall(r'<p class="balance tabular">\s*(.*?)\s*</p>', text)
    return amounts, text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "facts", "amounts"),
    [
        pytest.param(
            "stored",
            {"paid": "1000", "gift": "200", "used": "600", "ended_on": "2025-06-01"},
            ["500.00", "400.00"],
            id="7a",
        ),
        pytest.param(
            "stored",
            {"paid": "1000", "gift": "200", "used": "1100", "ended_on": "2025-06-01"},
            ["83.33", "0.00"],
            id="7b",
        ),
        pytest.param(
            "term",
            {
                "paid": "3650",
                "starts_on": "2025-05-01",
                "until": "2026-05-01",
                "ended_on": "2025-12-01",
                "stopped_on": "2025-08-09",
            },
            ["2,650.00"],
            id="7c",
        ),
        pytest.param(
            "interest",
            {
                "amount": "8000",
                "operator": "3.10",
                "consumer": "1.50",
                "ended_on": "2025-06-01",
                "paid_on": "2025-12-18",
            },
            ["135.89", "65.75"],
            id="7d",
        ),
        pytest.param(
            "withdrawal",
            {"paid": "500", "paid_on": "2025-06-01", "asked_on": "2025-06-08"},
            ["500.00"],
            id="seven days",
        ),
        pytest.param(
            "withdrawal",
            {"paid": "500", "paid_on": "2025-06-01", "asked_on": "2025-06-02", "has_tried": "on"},
            ["0.00"],
            id="tried before",
        ),
        pytest.param(
            "stored",
            {"paid": "1000", "used": "500", "discount": "0.8", "ended_on": "2025-06-01"},
            ["600.00", "500.00"],
            id="discount",
        ),
    ],
)
def test_the_examples_of_the_handbook_through_the_page(client, what, facts, amounts):
    chinese, text = computed(client, what, **facts)
    assert [one.removesuffix("元").strip() for one in chinese] == amounts
    assert "法释〔2025〕4号 第" in text
    in_english, text = computed(client, what, lang="en", **facts)
    assert [one.removeprefix("CNY").strip() for one in in_english] == amounts
    assert "Fa Shi [2025] No. 4, Article" in text


@pytest.mark.django_db
def test_the_formula_stands_with_its_figures_and_no_cause_is_presumed(client):
    _, text = computed(client, "stored", paid="1000", gift="200", used="600", ended_on="2025-06-01")
    flat = re.sub(r"\s+", " ", text)
    assert "1,000.00 元 － 600.00 元 × 1,000.00 元 ÷（1,000.00 元 + 200.00 元） = 500.00 元" in flat
    assert "如果是经营者的原因" in text and "如果是消费者自己的原因" in text
    assert "平台不判断" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"paid": "1000", "used": "600", "ended_on": "2019-06-01"}, "PREPAID-REFUND-LAW"),
        ({"paid": "1000", "used": "6000", "ended_on": "2025-06-01"}, "PREPAID-REFUND-USED"),
        (
            {"paid": "1", "used": "1", "discount": "8", "ended_on": "2025-06-01"},
            "PREPAID-REFUND-DISCOUNT",
        ),
    ],
)
def test_what_cannot_be_computed_says_why_in_both_languages(client, facts, code):
    for lang in ("", "en"):
        amounts, text = computed(client, "stored", lang=lang, **facts)
        assert amounts == []
        assert code in text
        assert 'value="1' in text, "nothing typed is lost"


@pytest.mark.django_db
def test_wrong_input_is_explained_and_an_unknown_kind_is_the_first(client):
    for facts in ({"paid": "-5"}, {"paid": "x"}, {"paid": "1" * 40}, {"ended_on": "x"}):
        amounts, text = computed(client, "nothing", **facts)
        assert amounts == []
        assert "field-error" in text


@pytest.mark.django_db
def test_interest_needs_a_rate(client):
    given = {"amount": "8000", "ended_on": "2025-06-01", "paid_on": "2025-12-18"}
    amounts, text = computed(client, "interest", **given)
    assert (amounts, "请至少填写一种利率" in text) == ([], True)


@given(
    paid=fen,
    gift=fen,
    used=fen,
    market=st.none() | fen,
    discount=st.decimals("0.1", "1", places=2),
)
def test_no_formula_keeps_a_chinese_word_in_english(paid, gift, used, market, discount):
    used = min(used, paid + gift)
    facts = {
        "paid": paid,
        "gift": gift,
        "used": used,
        "discount": discount,
        "market": market,
        "ended_on": DAY,
    }
    for one in answers("stored", facts):
        assert not HAN.search(one.formula.en + one.articles.en + one.title.en), one.formula
        assert set(re.findall(r"[\d,]+\.\d\d", one.formula.zh)) == set(
            re.findall(r"[\d,]+\.\d\d", one.formula.en)
        )


@given(
    days=st.integers(0, 400),
    tried=st.booleans(),
    supervised=st.booleans(),
    rate=st.integers(0, 100),
)
def test_nor_does_any_other(days, tried, supervised, rate):
    later = DAY + timedelta(days=days)
    found = [
        *answers(
            "term",
            {
                "paid": 100,
                "starts_on": DAY,
                "until": DAY + timedelta(days=365),
                "ended_on": later,
                "stopped_on": None,
            },
        ),
        *answers(
            "withdrawal", {"paid": 100, "paid_on": DAY, "asked_on": later, "has_tried": tried}
        ),
        *answers(
            "interest",
            {
                "amount": 100,
                "operator": Decimal(rate) / 100,
                "consumer": None,
                "ended_on": DAY,
                "paid_on": later,
                "supervised": Decimal(0) if supervised else None,
            },
        ),
    ]
    for one in found:
        assert not re.search(r"[一-鿿（），。]", one.formula.en + one.articles.en), one.formula.en


def test_the_market_price_is_named_in_english():
    card = {"paid": 100, "gift": 0, "used": 50, "discount": None, "market": 40, "ended_on": DAY}
    (_, consumer) = answers("stored", card)
    assert "market price" in consumer.formula.en
