"""A URL map with the mistakes that the route test must catch."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from shangwu.config.urls import urlpatterns as real
from shangwu.foundation.accounts.models import Organisation
from shangwu.foundation.accounts.roles import PUBLIC
from shangwu.foundation.law.refused import Refused
from shangwu.foundation.web.entry import entry


def without_entry(request: HttpRequest) -> HttpResponse:
    """Forget the decorator."""
    return HttpResponse("open to everybody")


@entry(allow=PUBLIC, writes=False)
def writes_while_reading(request: HttpRequest) -> HttpResponse:
    """Write in a view that declared to read."""
    Organisation.objects.create(name="写入")
    return HttpResponse("written")


class WritingTemplate(TemplateResponse):
    """An answer that writes when it is rendered, after the view returned."""

    @property
    def rendered_content(self) -> str:
        """Write."""
        Organisation.objects.create(name="写入")
        return "written"


@entry(allow=PUBLIC, writes=False)
def writes_while_rendering(request: HttpRequest) -> HttpResponse:
    """Return an answer that writes later."""
    return WritingTemplate(request, "web/refused.html")


@entry(allow=PUBLIC, writes=False)
def streams(request: HttpRequest) -> StreamingHttpResponse:
    """Return an answer whose parts are made outside the guard."""
    return StreamingHttpResponse(iter(["a"]))


@entry(allow=PUBLIC, writes=True)
def writes_on_post(request: HttpRequest) -> HttpResponse:
    """Write, whatever the method."""
    Organisation.objects.create(name="写入")
    return HttpResponse("written")


@entry(allow=PUBLIC, writes=True)
def refuses(request: HttpRequest) -> HttpResponse:
    """Refuse."""
    raise Refused("预算合计与明细不符，请核对第 3 行。", code="sums_differ", source="law/x")


urlpatterns = [
    *real,
    path("sabotage/", include([path("without-entry/", without_entry)])),
    path("sabotage/writes-while-reading/", writes_while_reading),
    path("sabotage/writes-while-rendering/", writes_while_rendering),
    path("sabotage/streams/", streams),
    path("sabotage/writes-on-post/", writes_on_post),
    path("sabotage/refuses/", refuses),
]
