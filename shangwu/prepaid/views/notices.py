"""What everybody may read about closings and collapses, and how a holder claims without giving a name."""

import hmac

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.documents import Official, write_official_pdf
from shangwu.foundation.documents.official import Text
from shangwu.foundation.law import Refused
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.forms.claims import ClaimForm, FollowClaimForm
from shangwu.prepaid.models import Closing, Collapse, Operator, RefundClaim
from shangwu.prepaid.operations.collapse import code_digest, file_claim
from shangwu.prepaid.operations.lookups import look_up_request
from shangwu.prepaid.queries import closing as reading
from shangwu.prepaid.queries import refund_plans as refunds
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.consumers.english import term
from shangwu.prepaid.views.consumers import tickets
from shangwu.prepaid.views.consumers.shell import in_two_languages, private, refuse_in
from shangwu.prepaid.vocabulary import ClaimState, ClosingKind, ClosingState, CollapseState

CLAIMABLE = frozenset({CollapseState.CLAIMING, CollapseState.PLANNED, CollapseState.PAYING})


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def notices(request: HttpRequest) -> HttpResponse:
    """List the public notices."""
    closings, collapses = reading.public_notices()
    context = {
        "closings": [(one, *_words(one)) for one in closings],
        "collapses": [(one, term(CollapseState(one.state))) for one in collapses],
    }
    return render(request, "prepaid/closing/notices.html", context)


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def closing_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Show the notice of one closing."""
    found = _closing(number)
    kind, state = _words(found)
    context = {"closing": found, "kind": kind, "state": state}
    return render(request, "prepaid/closing/closing_notice.html", context)


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def collapse_notice(request: HttpRequest, number: str) -> HttpResponse:
    """Show the notice of one collapse, and where to claim."""
    found = _collapse(number)
    context = {
        "collapse": found,
        "members": reading.members(found),
        "plans": refunds.signed_plans(found),
        "may_claim": found.state in CLAIMABLE,
        "kept": refunds.reserved(found) if found.state == CollapseState.ENDED else 0,
    }
    return render(request, "prepaid/closing/collapse_notice.html", context)


@entry(allow=PUBLIC, writes=False)
def collapse_paper(request: HttpRequest, number: str) -> HttpResponse:
    """Give the notice of a collapse as a paper to be put up at the shops."""
    found = _collapse(number)
    rows = reading.members(found)
    names = "、".join(member.operator.name for member in rows)
    paragraphs = (
        f"经核实，{names}已停止营业且无法联系。依照《上海市单用途预付消费卡管理规定》第十八条，"
        "有关部门已经启动处置。",
        found.advice,
        f"登记截止日：{found.claims_until}。清退方案签发前确认的登记参加首次发放。签发以后直到处置办结仍可登记："
        "账面有余额的卡，份额已经保留，确认后按保留的份额发放；账面没有的卡，经核实确认的，"
        "在登记期满后从剩余资金中补充清退，没有剩余的不能受偿。",
        "登记网址见平台“停业和失联公告”栏目，登记不收集姓名和电话，不收取任何费用。",
    )
    paper = Official(
        title=f"关于{found.name}停业失联的公告",
        under_title=found.number,
        parts=tuple(Text(text) for text in paragraphs),
        signature=("监管部门（盖章）：", f"{found.signed_at:%Y-%m-%d}"),
    )
    return HttpResponse(
        write_official_pdf(paper),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{number}.pdf"'},
    )


@sensitive_post_parameters("card_number", "secret")
@entry(allow=PUBLIC, writes=True)
@in_two_languages
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Take a claim, and show its number and code this once; sent again from the same browser it shows them again."""
    found = _collapse(number)
    if found.state not in CLAIMABLE:
        raise Http404
    operators = Operator.objects.filter(collapses__collapse=found).order_by("name")
    start = {"ticket": tickets.new_ticket()}
    form = ClaimForm(request.POST or None, initial=start, operators=operators)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            filed = file_claim(
                ticket=tickets.read_ticket(given["ticket"]),
                sender=tickets.sender_of(request),
                collapse=found.pk,
                operator=given["operator"].pk,
                card_number=given["card_number"],
                secret=given["secret"],
                claimed=given["claimed"],
                address=source_address(request),
                at=timezone.localtime(),
            )
        except Refused as refused:
            refuse_in(form, refused)
        else:
            context = {"collapse": found, "claim": filed.claim, "code": filed.code}
            return private(render(request, "prepaid/closing/claim_filed.html", context))
    is_late = found.state == CollapseState.PAYING
    context = {"collapse": found, "form": form, "is_late": is_late}
    return private(render(request, "prepaid/closing/claim.html", context))


@sensitive_post_parameters("code")
@entry(allow=PUBLIC, writes=True)
@in_two_languages
def follow(request: HttpRequest) -> HttpResponse:
    """Show where a claim stands to whoever has its number and code; a wrong pair is answered alike."""
    form = FollowClaimForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        look_up_request(address=source_address(request), at=timezone.localtime())
        found = _followed(form)
    context = {
        "form": form,
        "claim": found,
        "state": term(ClaimState(found.state)) if found else None,
        "standing": refunds.claim_standing(found, on=timezone.localdate()) if found else None,
        "is_asked": form.is_bound and form.is_valid(),
    }
    return private(render(request, "prepaid/closing/follow.html", context))


@entry(allow=PUBLIC, writes=False)
@in_two_languages
def plan_rule(request: HttpRequest, number: str) -> HttpResponse:
    """Explain how the signed plans were computed, source by source."""
    found = _collapse(number)
    plans = [(plan, reading.plan_sources(plan)) for plan in refunds.signed_plans(found)]
    if not plans:
        raise Http404
    context = {"collapse": found, "plans": plans, "plan": plans[0][0]}
    return render(request, "prepaid/closing/plan_rule.html", context)


def _words(closing: Closing) -> tuple[Bilingual, Bilingual]:
    return term(ClosingKind(closing.kind)), term(ClosingState(closing.state))


def _followed(form: FollowClaimForm) -> RefundClaim | None:
    given = form.cleaned_data
    found = (
        RefundClaim.objects.select_related("collapse", "operator")
        .filter(number=given["number"])
        .first()
    )
    kept = bytes(found.code_digest) if found else bytes(32)
    return found if hmac.compare_digest(kept, code_digest(given["code"])) else None


def _closing(number: str) -> Closing:
    shown = Closing.objects.exclude(state=ClosingState.VOID).select_related("operator")
    return get_object_or_404(shown, number=number)


def _collapse(number: str) -> Collapse:
    return get_object_or_404(Collapse.objects.exclude(state=CollapseState.PROPOSED), number=number)
