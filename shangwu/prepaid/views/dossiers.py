"""The dossier of a case (案卷) as one file to hand over."""

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.web.archives import archive_response
from shangwu.foundation.web.entry import entry, read_only
from shangwu.prepaid.operations.exports import record_dossier
from shangwu.prepaid.queries.cases import cases_of
from shangwu.prepaid.queries.dossier import written
from shangwu.prepaid.views.cases import VIEWERS


@entry(allow=VIEWERS, writes=True, records_reading=True)
def case_dossier(request: HttpRequest, number: str) -> FileResponse:
    """Give letters, answers, evidence and checks of a case with their digests; who took them is recorded."""
    person, now = signed_in(request), timezone.localtime()
    case = get_object_or_404(cases_of(person, on=now.date()), number=number)
    with read_only():
        made = written(case)
    record_dossier(case=case.number, files=made.files, sums=made.sums, by=person, at=now)
    return archive_response(made.file, f"案卷-{case.number}")
