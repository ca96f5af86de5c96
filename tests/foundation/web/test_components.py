"""Components say what they are given, exactly, and never claim more than they know."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import SuspiciousFileOperation
from django.db.models import QuerySet
from django.http import QueryDict
from django.template import Context, Template

from shangwu.foundation.web.components import Chart, DueDate
from shangwu.foundation.web.finders import VENDOR_FILES, VendorFinder
from shangwu.foundation.web.models import Notification
from shangwu.foundation.web.statuses import UNKNOWN, look_of
from shangwu.foundation.web.tables import Column, Filter, build_table, narrowed
from tests.foundation.accounts.factories import AT, person

DAY = date(2026, 11, 24)


def shown(source: str, **context: object) -> str:
    return Template("{% load web %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ value|yuan }}", 184_329_400, "1,843,294.00 元"),
        ("{{ value|yuan_plain }}", -5, "-0.05"),
        ("{{ value|yuan }}", 0, "0.00 元"),
        ("{{ value|yuan }}", None, "—"),
        ("{{ value|plain }}", "0.0001", "0.0001"),
        ("{{ value|plain }}", "1E+3", "1,000"),
        ("{{ value|plain }}", "1234567.8900", "1,234,567.89"),
        ("{{ value|plain }}", "完成", "完成"),
        ("{{ value|plain }}", 0, "0"),
        ("{{ value|percent }}", "0.9", "90%"),
        ("{{ value|percent }}", None, "—"),
    ],
)
def test_numbers_are_written_exactly(source, value, text):
    assert shown(source, value=value) == text


def test_unknown_status_is_neutral():
    assert look_of("SOMETHING_NEW") == UNKNOWN
    assert look_of("MET").tone == "success"


def test_status_is_told_by_word_and_icon_too():
    badge = shown("{% status_badge 'MISSED' '未达成' %}")
    assert "未达成" in badge
    assert "#x-circle" in badge


@pytest.mark.parametrize(
    ("due", "done_on", "sentence", "tone"),
    [
        (DAY, None, "今天到期", "warning"),
        (DAY + timedelta(days=9), None, "剩 9 天", "info"),
        (DAY - timedelta(days=1), None, "已逾期 1 天", "danger"),
        (DAY, DAY, "按期办结", "success"),
        (DAY, DAY + timedelta(days=2), "逾期 2 天办结", "danger"),
    ],
)
def test_due_date_says_where_it_stands(due, done_on, sentence, tone):
    chip = DueDate(due, DAY, "规则", done_on=done_on)
    assert (chip.sentence, chip.tone) == (sentence, tone)


@pytest.mark.parametrize(
    ("data", "rows", "said"),
    [
        ([0, None, 0.0], (("甲", "0"),), "各项都是零"),
        ([{"value": 0, "colour": "warning"}], (("甲", "0"),), "各项都是零"),
        ([], (), "还没有数据"),
        ([0, -2], (("甲", "-2"),), ""),
    ],
)
def test_a_chart_of_zeros_says_so_and_draws_no_empty_axes(data, rows, said):
    option = {"series": [{"type": "bar", "data": data}]}
    html = shown("{% chart_card chart %}", chart=Chart("k", "图", option, ("甲", "乙"), rows))
    assert ("data-chart=" in html) is (said == "")
    assert said in html and "<table" in html


def test_chart_escapes_and_has_its_table():
    chart = Chart("k", "图", {"title": "</script><b>"}, ("甲",), (("<i>",),))
    html = shown("{% chart_card chart %}", chart=chart)
    assert "</script><b>" not in html
    assert "&lt;i&gt;" in html
    assert "查看数据表" in html


class Wrong(forms.Form):
    name = forms.CharField(label="名称", help_text="说明")


def test_field_ties_help_and_error_to_the_control():
    field = Wrong({"name": ""})["name"]
    html = shown("{% form_field field %}", field=field)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_only_named_vendor_files_are_served():
    finder = VendorFinder()
    assert finder.check() == []
    assert finder.find("vendor/../package.json") == []
    assert {name for name, _ in finder.list(None)} == set(VENDOR_FILES)
    with pytest.raises(SuspiciousFileOperation):
        finder.storage.path("package.json")


COLUMNS = [
    Column("sentence", "内容", lambda n: n.sentence, sort="sentence"),
    Column("link", "页面", lambda n: n.link),
]


@pytest.mark.django_db
def test_table_sorts_searches_and_pages():
    owner = person()
    for number in range(5):
        Notification.objects.create(
            account=owner, sentence=f"第 {number} 条", link="/office/", created_at=AT
        )
    rows = Notification.objects.order_by("pk")

    def table(query: str, **more):
        return build_table(
            rows,
            key="t",
            caption="通知",
            asked=QueryDict(query),
            columns=COLUMNS,
            search=("sentence",),
            per_page=2,
            **more,
        )

    first = table("sort=-sentence", export="/x/")
    assert [row[0].text for row in first.rows] == ["第 4 条", "第 3 条"]
    assert first.heads[0].order == "descending"
    assert first.heads[1].href == ""
    assert "sort=-sentence" in first.following
    assert "page=2" in first.following
    assert first.exports[0][0] == "/x/?sort=-sentence&format=csv"
    assert [row[0].text for row in table("q=3").rows] == ["第 3 条"]
    # What a visitor writes into the address can neither sort by a hidden field nor break the page.
    assert len(table("sort=account__password&page=zzz&unknown=1").rows) == 2


@pytest.mark.django_db
def test_a_row_that_goes_while_the_page_is_read_is_left_out(monkeypatch):
    owner = person()
    for number in range(3):
        Notification.objects.create(
            account=owner, sentence=f"第 {number} 条", link="/office/", created_at=AT
        )
    rows = Notification.objects.filter(read_at=None).order_by("pk")
    read = QuerySet.in_bulk

    def read_late(queryset, keys):
        Notification.objects.filter(pk=keys[1]).update(read_at=AT)
        return read(queryset, keys)

    monkeypatch.setattr(QuerySet, "in_bulk", read_late)
    table = build_table(rows, key="t", caption="通知", asked=QueryDict(""), columns=COLUMNS)
    assert [row[0].text for row in table.rows] == ["第 0 条", "第 2 条"]


@pytest.mark.django_db
def test_filter_takes_listed_values_only():
    owner = person()
    for link in ("/a/", "/b/"):
        Notification.objects.create(account=owner, sentence="条", link=link, created_at=AT)
    choice = Filter("link", "页面", "link", [("/a/", "甲")])
    rows = Notification.objects.order_by("pk")

    def found(query: str) -> list[str]:
        kept = narrowed(rows, asked=QueryDict(query), columns=COLUMNS, filters=[choice])
        return [row.link for row in kept]

    assert found("link=/a/") == ["/a/"]
    assert found("link=/b/") == ["/a/", "/b/"]
