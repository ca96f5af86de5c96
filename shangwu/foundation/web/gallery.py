"""Samples for the gallery of components."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from shangwu.foundation.web.components import Chart, CountedDay, DueDate, Moment, Task
from shangwu.foundation.web.models import Notification
from shangwu.foundation.web.statuses import LOOKS
from shangwu.foundation.web.tables import Column, build_table

NAMES = {
    "MET": "已达成",
    "PARTIAL": "部分达成",
    "MISSED": "未达成",
    "NOT_DUE": "未到期",
    "NO_DATA": "无数据",
    "NEEDS_RATING": "待评定",
    "DRAFT": "草稿",
    "SUBMITTED": "已提交",
    "RETURNED": "已退回",
    "APPROVED": "已批复",
}


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="项目名称", help_text="与申报表上的名称一致。", max_length=80)
    amount = forms.DecimalField(label="预算金额（元）", min_value=0)
    layout = forms.ChoiceField(label="表式", choices=[("3", "三级指标"), ("2", "两栏")])
    kind = forms.ChoiceField(
        label="项目类型",
        choices=[("a", "结转项目"), ("b", "其他一次性项目")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="内容已经核对", required=False)


def samples(asked: QueryDict, *, today: date) -> dict[str, Any]:
    """Return one sample of every component, with invented figures."""
    columns = [
        Column("sentence", "内容", lambda n: n.sentence, sort="sentence", heads_row=True),
        Column("at", "时间", lambda n: n.created_at.date(), sort="created_at", number=True),
    ]
    return {
        "statuses": [(code, NAMES.get(code, code)) for code in LOOKS if code in NAMES],
        "facts": [
            ("申报单位", "市商务委员会"),
            ("起止时间", "2019-01-01 至 2019-12-31"),
            ("上年预算额", None),
        ],
        "moments": [
            Moment(date(2019, 3, 31), "完成实施方案", "已由主管处室批复。"),
            Moment(date(2019, 6, 30), "建成 150 家", done=False),
            Moment(date(2019, 12, 31), "建成 500 家", done=False),
        ],
        "dues": _dues(today),
        "bars": _bars(),
        "line": _line(),
        "tasks": [
            Task("读取申报表", "RUNNING", 3, 5, "正在读取第 3 张表。"),
            Task("每日读数", "DONE", 44, 44),
            Task("导出", "FAILED", sentence="存储空间不足，请联系系统管理员。"),
        ],
        "form": SampleForm({"name": "", "amount": "-1", "layout": "3", "kind": "", "note": ""}),
        "table": build_table(
            Notification.objects.order_by("-created_at", "pk"),
            key="sample",
            caption="通知样例",
            asked=asked,
            columns=columns,
            search=("sentence",),
            per_page=10,
        ),
        "fen": 184329400,
        "ratio": "0.98765",
        "number": "1234567.8900",
    }


def _dues(today: date) -> list[DueDate]:
    trace = [
        CountedDay(
            today - timedelta(days=n), n % 7 not in {1, 2}, "工作日" if n % 7 > 2 else "休息日"
        )
        for n in range(6, 0, -1)
    ]
    return [
        DueDate(
            today + timedelta(days=9), today, "自受理之日起 20 个工作日", "行政许可法第四十二条"
        ),
        DueDate(
            today + timedelta(days=2),
            today,
            "承诺 2 个工作日办结",
            provisional=True,
            trace=trace,
        ),
        DueDate(today - timedelta(days=1), today, "承诺 2 个工作日办结", trace=trace),
    ]


def _bars() -> Chart:
    return Chart(
        "bars",
        "指标状态分布",
        {
            "grid": {"left": 84, "right": 40, "top": 8, "bottom": 24},
            "xAxis": {"type": "value"},
            "yAxis": {"type": "category", "data": ["待评定", "未达成", "已达成"]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [
                        {"value": 6, "colour": "purple"},
                        {"value": 3, "colour": "danger"},
                        {"value": 21, "colour": "success"},
                    ],
                }
            ],
        },
        ("状态", "指标数"),
        (("已达成", "21"), ("未达成", "3"), ("待评定", "6")),
    )


def _line() -> Chart:
    return Chart(
        "line",
        "累计建成（家）",
        {
            "grid": {"left": 48, "right": 24, "top": 16, "bottom": 28},
            "xAxis": {"type": "category", "data": ["3月", "6月", "9月", "12月"]},
            "yAxis": {"type": "value"},
            "series": [{"type": "line", "data": [40, 156, 310, 502]}],
        },
        ("月份", "累计家数"),
        (("3月", "40"), ("6月", "156"), ("9月", "310"), ("12月", "502")),
    )
