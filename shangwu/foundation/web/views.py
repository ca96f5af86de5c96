"""Pages that belong to no business: portal, workbench, notifications, manual."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from shangwu.foundation.web import gallery as samples
from shangwu.foundation.web import live, typed
from shangwu.foundation.web import manual as book
from shangwu.foundation.web import notifications as notices
from shangwu.foundation.web.addresses import page_before
from shangwu.foundation.web.audiences import OFFICE, PUBLIC, SIGNED_IN
from shangwu.foundation.web.components import Card
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.models import Notification


@entry(allow=PUBLIC, writes=False)
def portal(request: HttpRequest) -> HttpResponse:
    """Show what the platform is and where its doors are."""
    return render(request, "web/portal.html")


@entry(allow=SIGNED_IN, writes=False)
def office(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person, and the doors to the places of work."""
    today = timezone.localdate()
    cards: list[Card] = []
    for allow, contribute in import_string(settings.WORKBENCH):
        if allow.admits(request.user):
            cards.extend(contribute(request.user, today))
    context = {"cards": cards, "notices": notices.newest(request.user, limit=5), "today": today}
    return render(request, "web/office.html", context)


@entry(allow=SIGNED_IN, writes=False)
def notifications(request: HttpRequest) -> HttpResponse:
    """Show all notifications of the person."""
    return render(request, "web/notifications.html", {"notices": notices.newest(request.user)})


@entry(allow=SIGNED_IN, writes=False, counts_as_activity=False)
def bell(request: HttpRequest) -> HttpResponse:
    """Show the newest notifications below the bell."""
    context = {"notices": notices.newest(request.user, limit=6)}
    return render(request, "web/parts/bell_panel.html", context)


@entry(allow=SIGNED_IN, writes=False, counts_as_activity=False)
def unread(request: HttpRequest) -> HttpResponse:
    """Show how many notifications are unread; the browser asks this every minute."""
    return render(request, "web/parts/unread.html", {"unread": notices.unread_count(request.user)})


@entry(allow=SIGNED_IN, writes=False, counts_as_activity=False)
def live_door(request: HttpRequest) -> HttpResponse:
    """Tell an open page of the workbench where live events are."""
    return JsonResponse(live.door(request.user))


@entry(allow=SIGNED_IN, writes=True)
@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark all notifications as read."""
    notices.mark_read(account=request.user, at=timezone.localtime())
    messages.success(request, "通知已全部标为已读。")
    return redirect("web:notifications")


@entry(allow=SIGNED_IN, writes=True)
@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of the person's notifications as read and go to its page."""
    found = get_object_or_404(Notification, pk=pk, account=request.user)
    notices.mark_read(account=request.user, at=timezone.localtime(), number=pk)
    return redirect(found.link or "web:notifications")


@entry(allow=PUBLIC, writes=False)
def manual(request: HttpRequest) -> HttpResponse:
    """Show the contents of the manual."""
    return render(request, "web/manual.html", {"pages": book.pages()})


@entry(allow=PUBLIC, writes=False)
def manual_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of the manual."""
    pages = book.pages()
    page = next((page for page in pages if page.slug == slug), None)
    if page is None:
        raise Http404("no such page of the manual")
    return render(request, "web/manual_page.html", {"pages": pages, "page": page})


@entry(allow=OFFICE, writes=False)
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component, for those who build pages and for the accessibility tests."""
    return render(
        request, "web/gallery.html", samples.samples(request.GET, today=timezone.localdate())
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose cookie is gone or was renewed; what was typed comes back with its page.

    A form of another site is nobody's typing: only one that the browser says is ours is kept.
    """
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    context = {
        "is_kept": is_ours and typed.keep(request),
        "back": page_before(request),
    }
    return render(request, "403_csrf.html", context, status=403)
