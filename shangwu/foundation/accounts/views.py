"""One's own profile, and the pages on which administrators keep accounts."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.views import list_usersessions
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts import operations, queries
from shangwu.foundation.accounts.forms import (
    AccountForm,
    AppointmentForm,
    DelegationForm,
    EndForm,
    ReasonForm,
)
from shangwu.foundation.accounts.models import Account, Appointment, Cover, signed_in
from shangwu.foundation.accounts.roles import OFFICE, OWN_ACCOUNT, Role, any_of
from shangwu.foundation.web.entry import View, entry
from shangwu.foundation.web.small_forms import is_filled_in

KEEPERS = any_of(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
SYSTEM = any_of(Role.SYSTEM_ADMIN)
SECURITY = any_of(Role.SECURITY_ADMIN)


def asked_again(view: View) -> View:
    """Return the view for people who proved lately that they still sit at the keyboard."""
    checked: View = reauthentication_required(view)
    return checked


@entry(allow=OWN_ACCOUNT, writes=False)
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account: posts, roles, what was lent, and the doors to its security."""
    account, today = signed_in(request), timezone.localdate()
    context = {
        "account": account,
        "appointments": queries.appointments_of(account),
        "delegations": queries.delegations_of(account),
        "has_second_factor": account.has_second_factor(),
        "today": today,
    }
    return render(request, "accounts/profile.html", context)


@entry(allow=OWN_ACCOUNT, writes=True, records_reading=True)
def sessions(request: HttpRequest) -> HttpResponseBase:
    """List where one is signed in, and sign out everywhere else. allauth forgets ended ones on GET."""
    if request.method != "POST":
        listed: HttpResponseBase = list_usersessions(request)
        return listed
    ended = operations.end_other_sessions(
        keep=request.session.session_key or "", by=signed_in(request), at=timezone.now()
    )
    messages.success(request, f"已退出其他 {ended} 处登录。")
    return redirect("usersessions_list")


@entry(allow=OFFICE, writes=True)
def delegate(request: HttpRequest) -> HttpResponse:
    """Lend one of one's roles to a colleague."""
    account = signed_in(request)
    form = DelegationForm(request.POST or None, receivers=queries.possible_receivers(account))
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        operations.delegate_role(
            receiver=UUID(cleaned["receiver"]),
            role=Role(cleaned["role"]),
            from_on=cleaned["from_on"],
            until_on=cleaned["until_on"],
            reason=cleaned["reason"],
            by=account,
            at=timezone.now(),
        )
        messages.success(request, "已委托。到期自动收回，也可以随时提前收回。")
        return redirect("profile")
    return render(request, "accounts/form.html", {"form": form, "title": "委托代办"})


@entry(allow=OFFICE, writes=True)
@require_POST
def revoke(request: HttpRequest, number: UUID) -> HttpResponse:
    """Take a lent role back."""
    operations.revoke_delegation(delegation=number, by=signed_in(request), at=timezone.now())
    messages.success(request, "已收回委托。")
    return redirect("profile")


@entry(allow=KEEPERS, writes=False)
def account_list(request: HttpRequest) -> HttpResponse:
    """Show all accounts with their roles."""
    lines = queries.account_lines(on=timezone.localdate())
    may_create = SYSTEM.admits(request.user)
    return render(request, "accounts/list.html", {"lines": lines, "may_create": may_create})


@entry(allow=SYSTEM, writes=True)
@asked_again
def account_new(request: HttpRequest) -> HttpResponse:
    """Create an account; its one-time password is shown once."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account, password = operations.create_account(
            **form.cleaned_data, by=signed_in(request), at=timezone.now()
        )
        return _shown_once(request, account, password)
    return render(request, "accounts/form.html", {"form": form, "title": "新建账号"})


@entry(allow=KEEPERS, writes=False)
def account_page(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show one account and what the administrator may do with it."""
    account = _account(number)
    context = {
        "account": account,
        "appointments": queries.appointments_of(account),
        "delegations": queries.delegations_of(account),
        "has_second_factor": account.has_second_factor(),
        "is_system_admin": SYSTEM.admits(request.user),
        "is_security_admin": SECURITY.admits(request.user),
        "reason_form": ReasonForm(),
        "today": timezone.localdate(),
    }
    return render(request, "accounts/account.html", context)


@entry(allow=SYSTEM, writes=True)
@require_POST
@asked_again
def account_active(request: HttpRequest, number: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    closing = _account(number).is_active
    act = operations.deactivate_account if closing else operations.activate_account
    form = ReasonForm(request.POST)
    if is_filled_in(request, form):
        act(account=number, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        messages.success(request, "账号已停用，其登录已全部退出。" if closing else "账号已启用。")
    return redirect("account", number)


@entry(allow=SYSTEM, writes=True)
@require_POST
@asked_again
def one_time_password(request: HttpRequest, number: UUID) -> HttpResponse:
    """Replace a forgotten password; the one-time password is shown once."""
    form = ReasonForm(request.POST)
    if not is_filled_in(request, form):
        return redirect("account", number)
    password = operations.issue_password(
        account=number, **form.cleaned_data, by=signed_in(request), at=timezone.now()
    )
    return _shown_once(request, _account(number), password)


@entry(allow=SECURITY, writes=True)
@asked_again
def appoint(request: HttpRequest, number: UUID) -> HttpResponse:
    """Appoint a person to a role."""
    account = _account(number)
    form = AppointmentForm(request.POST or None, initial={"from_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        operations.appoint(
            account=number,
            organisation=cleaned["organisation"],
            post=cleaned["post"],
            role=Role(cleaned["role"]),
            cover=Cover(cleaned["cover"]),
            from_on=cleaned["from_on"],
            until_on=cleaned["until_on"],
            reason=cleaned["reason"],
            by=signed_in(request),
            at=timezone.now(),
        )
        messages.success(request, "已任命。")
        return redirect("account", number)
    context = {"form": form, "title": f"任命：{account.display_name}"}
    return render(request, "accounts/form.html", context)


@entry(allow=SECURITY, writes=True)
@asked_again
def end_appointment(request: HttpRequest, number: UUID) -> HttpResponse:
    """End an appointment."""
    found = Appointment.objects.select_related("account").filter(number=number).first()
    if found is None:
        raise Http404
    form = EndForm(request.POST or None, initial={"until_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        operations.end_appointment(
            appointment=number, **form.cleaned_data, by=signed_in(request), at=timezone.now()
        )
        messages.success(request, "任命已终止。")
        return redirect("account", found.account.number)
    title = f"终止任命：{found.account.display_name}（{found.get_role_display()}）"
    return render(request, "accounts/form.html", {"form": form, "title": title})


@entry(allow=SECURITY, writes=True)
@require_POST
@asked_again
def reset_factor(request: HttpRequest, number: UUID) -> HttpResponse:
    """Remove a person's second factors."""
    form = ReasonForm(request.POST)
    if is_filled_in(request, form):
        removed = operations.reset_second_factor(
            account=number, **form.cleaned_data, by=signed_in(request), at=timezone.now()
        )
        messages.success(request, f"已清除 {removed} 个第二因素；本人下次登录时须重新绑定。")
    return redirect("account", number)


def _account(number: UUID) -> Account:
    if (account := queries.account_by_number(number)) is None:
        raise Http404
    return account


def _shown_once(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    # Shown in the answer itself, so that the password is never stored or sent twice.
    context = {"account": account, "password": password}
    return render(request, "accounts/one_time_password.html", context)
