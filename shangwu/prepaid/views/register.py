"""What everybody may see: the register of connected operators, and what a mark says."""

from datetime import date
from itertools import islice

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.tables import Column, Filter, build_table, narrowed
from shangwu.prepaid.queries import register as reading
from shangwu.prepaid.rules.marks import read_code, shown_code
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.views.shared import table_file


@entry(allow=PUBLIC, writes=False)
def register(request: HttpRequest) -> HttpResponse:
    """Show the connected operators, found by name, brand, code, district or line of business."""
    on = timezone.localdate()
    rows = reading.searched(reading.register(), request.GET.get("words", ""))
    filters = [
        Filter("district", "所在区", "district", list(districts(on).items())),
        Filter("sector", "行业", "sector", reading.sector_choices()),
    ]
    columns = _columns(on)
    table = build_table(
        rows,
        key="register",
        caption="已对接经营者名单",
        asked=request.GET,
        columns=columns,
        filters=filters,
    )
    shown = narrowed(rows, asked=request.GET, columns=columns, filters=filters)
    context = {
        "table": table,
        "words": request.GET.get("words", ""),
        "chart": reading.outlet_chart(shown.order_by(), on=on),
        "query": request.GET.urlencode(),
        "most": reading.MOST_ROWS,
    }
    return render(request, "prepaid/register.html", context)


@entry(allow=PUBLIC, writes=False)
def register_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the register as csv, xlsx or json; the same search and filters apply."""
    on = timezone.localdate()
    rows = reading.searched(reading.register(), request.GET.get("words", ""))
    for name in ("district", "sector"):
        if value := request.GET.get(name):
            rows = rows.filter(**{name: value})
    found = list(islice(reading.file_rows(rows, on=on), reading.MOST_ROWS))
    if kind == "json":
        listed = [dict(zip(reading.HEADER, row, strict=True)) for row in found]
        return JsonResponse(
            {"as_of": on.isoformat(), "operators": listed},
            json_dumps_params={"ensure_ascii": False},
        )
    return table_file(f"预付卡已对接经营者-{on}", kind, reading.HEADER, found)


@entry(allow=PUBLIC, writes=False)
def mark(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a mark is worth today, in plain words; an unknown code is said to be unknown."""
    on = timezone.localdate()
    plain = read_code(code)
    context = {
        "found": reading.verify(plain, on=on),
        "shown": shown_code(plain),
        "on": on,
    }
    status = 200 if context["found"] else 404
    return render(request, "prepaid/mark.html", context, status=status)


@entry(allow=PUBLIC, writes=False)
def mark_search(request: HttpRequest) -> HttpResponse:
    """Take a code that somebody copied from a plate, and go to its page."""
    plain = read_code(request.GET.get("code", ""))
    if plain.isalnum() and plain.isascii():
        return redirect("prepaid:mark", plain)
    return redirect("prepaid:register")


def _columns(on: date) -> list[Column]:
    names = districts(on)
    return [
        Column("name", "名称", lambda one: one.name, heads_row=True, sort="name"),
        Column("brand", "字号、品牌", lambda one: one.trade_name or one.brand),
        Column("sector", "行业", lambda one: one.get_sector_display(), sort="sector"),
        Column(
            "district",
            "所在区",
            lambda one: names.get(one.district, one.district),
            sort="district",
        ),
        Column(
            "status",
            "状态",
            lambda one: reading.STANDINGS[one.status],
            status=lambda one: one.status,
        ),
        Column("mark", "对接标识", lambda one: "有效" if one.has_mark else "待核发或已收回"),
        Column("connected", "完成对接日", lambda one: one.connected_on, sort="connected_on"),
    ]
