"""What everybody may see: the register of connected operators, and what a mark says."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.language import language_of, said
from shangwu.foundation.web.table_files import csv_file, writing
from shangwu.foundation.web.tables import Column, Filter, build_table, narrowed
from shangwu.prepaid.models import Collapse, Operator
from shangwu.prepaid.queries import register as reading
from shangwu.prepaid.queries.closing import notice_of
from shangwu.prepaid.queries.finding import matching
from shangwu.prepaid.rules.bilingual import day
from shangwu.prepaid.rules.consumers.english import district, term
from shangwu.prepaid.rules.marks import read_code, shown_code
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.views.consumers.shell import asked_beside_language, in_two_languages
from shangwu.prepaid.vocabulary import Sector

FILES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def register(request: HttpRequest) -> HttpResponse:
    """Show the connected operators, found by name, brand, code, district or line of business."""
    on = timezone.localdate()
    rows = matching(reading.register(), request.GET.get("words", ""))
    filters = [
        Filter(
            "district",
            said(("所在区", "District")),
            "district",
            [(code, said(district(code))) for code in districts(on)],
        ),
        Filter("sector", said(("行业", "Line of business")), "sector", reading.sector_choices()),
    ]
    columns = _columns(request)
    table = build_table(
        rows,
        key="register",
        caption=said(("已对接经营者名单", "Connected operators")),
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
        "rest": asked_beside_language(request),
    }
    return render(request, "prepaid/register.html", context)


@entry(allow=PUBLIC, writes=False)
def register_file(request: HttpRequest, kind: str) -> FileResponse:
    """Give the whole register as csv or json; the same search and filters apply."""
    if kind not in FILES:
        raise Http404
    on = timezone.localdate()
    rows = matching(reading.register(), request.GET.get("words", ""))
    for name in ("district", "sector"):
        if value := request.GET.get(name):
            rows = rows.filter(**{name: value})
    found = reading.file_rows(rows, on=on)
    file = csv_file(reading.HEADER, found)[0] if kind == "csv" else _json(found, on=on)
    return FileResponse(
        file,
        as_attachment=kind == "csv",
        filename=f"预付卡已对接经营者-{on}.{kind}",
        content_type=FILES[kind],
    )


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def mark(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a mark is worth today, in plain words; an unknown code is said to be unknown."""
    on = timezone.localdate()
    plain = read_code(code)
    found = reading.verify(plain, on=on)
    context = {
        "found": found,
        "notice": _notice(found.operator) if found and not found.is_valid else "",
        "shown": shown_code(plain),
        "day": day(on),
    }
    status = 200 if found else 404
    return render(request, "prepaid/mark.html", context, status=status)


@entry(allow=PUBLIC, writes=False)
def mark_search(request: HttpRequest) -> HttpResponse:
    """Take a code that somebody copied from a plate, and go to its page."""
    plain = read_code(request.GET.get("code", ""))
    keep = "?lang=en" if language_of(request) == "en" else ""
    if plain.isalnum() and plain.isascii():
        return redirect(reverse("prepaid:mark", args=[plain]) + keep)
    return redirect(reverse("prepaid:register") + keep)


def _notice(operator: Operator) -> str:
    """Return the address of what was made public about an operator whose mark is no longer valid."""
    found = notice_of(operator)
    if found is None:
        return ""
    name = "collapse-notice" if isinstance(found, Collapse) else "closing-notice"
    return reverse(f"prepaid:{name}", args=[found.number])


def _json(rows: Iterable[tuple[str, ...]], *, on: date) -> IO[bytes]:
    """Return the register as one JSON object, written row by row."""
    with writing() as file:
        file.write(f'{{"as_of": "{on}", "operators": ['.encode())
        for place, row in enumerate(rows):
            told = dict(zip(reading.HEADER, row, strict=True))
            file.write((", " * bool(place) + json.dumps(told, ensure_ascii=False)).encode())
        file.write(b"]}")
    return file


def _columns(request: HttpRequest) -> list[Column]:
    keep = "?lang=en" if language_of(request) == "en" else ""

    def page_of(one: Operator) -> str:
        return reverse("prepaid:public-operator", args=[one.number]) + keep

    def column(
        key: str, label: tuple[str, str], show: Callable[[Any], object], **how: Any
    ) -> Column:
        return Column(key, said(label), show, **how)

    name = {"sort": "name", "link": page_of, "heads_row": True, "is_chinese": True}
    return [
        column("name", ("名称", "Name"), lambda one: one.name, **name),
        column("brand", ("字号、品牌", "Trade name, brand"), _sign, is_chinese=True),
        column("sector", ("行业", "Line of business"), _sector, sort="sector"),
        column("district", ("所在区", "District"), _district, sort="district"),
        column("status", ("状态", "State"), _standing, status=lambda one: one.status),
        column("mark", ("对接标识", "Linkage mark"), _mark),
        column(
            "connected",
            ("完成对接日", "Connected on"),
            lambda one: one.connected_on,
            sort="connected_on",
        ),
    ]


def _sign(one: Operator) -> str:
    return one.trade_name or one.brand


def _sector(one: Operator) -> str:
    return said(term(Sector(one.sector)))


def _district(one: Operator) -> str:
    return said(district(one.district))


def _standing(one: Operator) -> str:
    return said(reading.STANDINGS[one.status])


def _mark(one: Any) -> str:
    if one.has_mark:
        return said(("有效", "Valid"))
    return said(("待核发或已收回", "Not yet issued, or withdrawn"))
