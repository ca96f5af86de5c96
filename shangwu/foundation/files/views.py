"""Downloads: always as an attachment, never rendered among our own pages."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.operations import record_download
from shangwu.foundation.files.queries import clean_path
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.entry import entry


@entry(allow=STAFF, writes=True, records_reading=True)
def download(request: HttpRequest, pk: UUID) -> FileResponse:
    """Send a clean file as an attachment; opening personal data is recorded first."""
    file = get_object_or_404(StoredFile, pk=pk)
    path = clean_path(file)
    if file.is_personal:
        record_download(
            file=file,
            by=signed_in(request),
            at=timezone.now(),
            source_address=source_address(request),
        )
    # The media type is not passed on: nothing that a sender wrote is ever shown by a browser.
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
