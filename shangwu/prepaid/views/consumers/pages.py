"""Finding operators and reading about them: pages without cookies, kept for a minute."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.keeping import kept
from shangwu.prepaid.forms.consumers import sectors
from shangwu.prepaid.queries.consumers import operators as reading
from shangwu.prepaid.queries.consumers.page import operator_page
from shangwu.prepaid.queries.consumers.questions import published_questions
from shangwu.prepaid.rules.consumers.english import DISTRICTS, district, term
from shangwu.prepaid.rules.consumers.statements.page import statements
from shangwu.prepaid.views.consumers.shell import in_two_languages
from shangwu.prepaid.vocabulary import OperatorStatus, Sector

KEPT_SECONDS = 60


@kept(seconds=KEPT_SECONDS, by=("lang",))
@entry(allow=PUBLIC, writes=False)
@in_two_languages
def home(request: HttpRequest) -> HttpResponse:
    """Show the doors of the consumer pages, and the districts."""
    counts = reading.by_district()
    tiles = [(code, name, *counts.get(code, (0, 0))) for code, name in DISTRICTS.items()]
    context = {"tiles": tiles, "questions": published_questions()[:3]}
    return render(request, "prepaid/consumer/home.html", context)


@kept(seconds=KEPT_SECONDS, by=("lang", "q", "district", "sector", "page"))
@entry(allow=PUBLIC, writes=False)
@in_two_languages
def search(request: HttpRequest) -> HttpResponse:
    """Show the operators that fit a name, a code or a mark, a district or a line of business."""
    asked = request.GET
    place = asked.get("district", "") if asked.get("district") in DISTRICTS else ""
    sector = asked.get("sector", "") if asked.get("sector") in Sector.values else ""
    page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    found = reading.search(query=asked.get("q", ""), district=place, sector=sector, page=page)
    context = {
        "found": found,
        "rows": [
            (
                one,
                district(one.district),
                term(Sector(one.sector)),
                term(OperatorStatus(one.status)),
            )
            for one in found.operators
        ],
        "district": place,
        "sector": sector,
        "districts": DISTRICTS.items(),
        "sectors": sectors(),
    }
    return render(request, "prepaid/consumer/search.html", context)


@kept(seconds=KEPT_SECONDS, by=("lang",))
@entry(allow=PUBLIC, writes=False)
@in_two_languages
def operator(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is known of an operator, each statement with its day, its source and its limits."""
    now = timezone.localtime()
    found = operator_page(number, on=now.date())
    context = {
        "operator": found.operator,
        "sector": term(Sector(found.operator.sector)),
        "district": district(found.operator.district),
        "statements": statements(found.facts),
        "outlets": [(one, district(one.district)) for one in found.outlets],
        "now": now,
    }
    return render(request, "prepaid/consumer/operator.html", context)
