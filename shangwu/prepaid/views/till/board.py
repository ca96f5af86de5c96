"""The front of a till, a day's book, and the card plans with their charters."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.money import in_yuan
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.till import PlanForm
from shangwu.prepaid.models import CardPlan, Operator, TillAct
from shangwu.prepaid.operations import till
from shangwu.prepaid.operations.till.gates import require_till
from shangwu.prepaid.queries.quarters import owed_quarters
from shangwu.prepaid.queries.till import day_book, offered, rules_plan
from shangwu.prepaid.rules.card_limits import explained
from shangwu.prepaid.rules.papers.models import charter_start
from shangwu.prepaid.rules.till import shown_offer
from shangwu.prepaid.views.shared import SHOPS, own, table_file

MOST_SHOPS_NAMED = 20
DAY_HEADER = ("时间", "门店", "事项", "方案", "发行充值", "兑付", "退款", "余额", "办理人")


def own_till(request: HttpRequest) -> Operator:
    """Return the business whose till this is. Raises: Refused TILL-NONE."""
    operator = own(request)
    require_till(operator)
    return operator


@entry(allow=SHOPS, writes=False)
def till_board(request: HttpRequest) -> HttpResponse:
    """Show what can be done, and today so far."""
    operator = own_till(request)
    context = {
        "operator": operator,
        "book": day_book(operator, timezone.localdate()),
        "plans": offered(operator),
        "owed": owed_quarters(operator, on=timezone.localdate()),
    }
    return render(request, "prepaid/till/board.html", context)


@entry(allow=SHOPS, writes=False)
def till_day(request: HttpRequest) -> HttpResponse:
    """Show one day's acts and sums, and whether they were sent."""
    operator, today = own_till(request), timezone.localdate()
    book = day_book(operator, _day(request, today))
    context = {"operator": operator, "book": book, "today": today}
    return render(request, "prepaid/till/day.html", context)


@entry(allow=SHOPS, writes=False)
def till_day_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give one day's acts as a table file."""
    operator, today = own_till(request), timezone.localdate()
    day = _day(request, today)
    acts = TillAct.objects.filter(operator=operator, day=day).select_related(
        "card__plan", "done_by"
    )
    rows = [
        (
            f"{timezone.localtime(act.at):%H:%M:%S}",
            act.outlet,
            act.get_kind_display(),
            act.card.plan.name,
            in_yuan(act.issued_fen),
            in_yuan(act.redeemed_fen),
            in_yuan(act.refunded_fen),
            in_yuan(act.balance_fen),
            act.done_by.display_name if act.done_by else "平台",
        )
        for act in acts.order_by("pk")
    ]
    return table_file(f"收银日账-{day}", kind, DAY_HEADER, rows)


@entry(allow=SHOPS, writes=True)
@require_POST
def till_count(request: HttpRequest) -> HttpResponse:
    """Keep that today was counted."""
    operator = own_till(request)
    till.count_day(
        operator=operator.pk,
        day=timezone.localdate(),
        by=signed_in(request),
        at=timezone.now(),
    )
    messages.success(request, "已日结。平台会在夜间自动报送今天的数据，您不用另外上传。")
    return redirect("prepaid:till-day")


@entry(allow=SHOPS, writes=False)
def till_plans(request: HttpRequest) -> HttpResponse:
    """Show the card plans, those on sale first."""
    operator = own_till(request)
    plans = operator.card_plans.order_by("stopped_at", "number")
    context = {"operator": operator, "plans": [(plan, _units(plan)) for plan in plans]}
    return render(request, "prepaid/till/plans.html", context)


@entry(allow=SHOPS, writes=True)
def till_plan_new(request: HttpRequest) -> HttpResponse:
    """Offer another card."""
    operator = own_till(request)
    form = PlanForm(request.POST or None, initial=_charter_start(operator))
    if request.method == "POST" and form.is_valid():
        made = till.open_plan(
            operator=operator.pk,
            name=form.cleaned_data["name"],
            plan=form.plan(),
            scope=form.cleaned_data["scope"],
            fund_use=form.cleaned_data["fund_use"],
            refund_terms=form.cleaned_data["refund_terms"],
            by=signed_in(request),
            at=timezone.now(),
        )
        messages.success(request, "方案已开设。请打印章程，在店内公示或者交给购卡人。")
        return redirect("prepaid:till-charter", made.number)
    limits = explained(operator.sector, on=timezone.localdate())
    context = {"form": form, "operator": operator, "limits": limits}
    return render(request, "prepaid/till/plan_new.html", context)


@entry(allow=SHOPS, writes=True)
@require_POST
def till_plan_stop(request: HttpRequest, number: int) -> HttpResponse:
    """Stop selling a plan."""
    operator = own_till(request)
    till.stop_plan(operator=operator.pk, number=number, by=signed_in(request), at=timezone.now())
    messages.success(request, "已停售。已经售出的卡照常使用。")
    return redirect("prepaid:till-plans")


@entry(allow=SHOPS, writes=False)
def till_charter(request: HttpRequest, number: int) -> HttpResponse:
    """Show the charter of a plan, to print."""
    operator = own_till(request)
    plan = get_object_or_404(CardPlan, operator=operator, number=number)
    context = {"operator": operator, "plan": plan, "units": _units(plan)}
    return render(request, "prepaid/till/charter.html", context)


def _charter_start(operator: Operator) -> dict[str, str]:
    shops = (
        operator.outlets.filter(closed_on=None).order_by("number").values_list("name", flat=True)
    )
    return charter_start(
        issuer=operator.name, shops=list(shops[:MOST_SHOPS_NAMED]), on=timezone.localdate()
    )


def _units(plan: CardPlan) -> str:
    return shown_offer(rules_plan(plan))


def _day(request: HttpRequest, today: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), today)
    except ValueError:
        return today
