"""Whether the platform can work at this moment, for supervisors and load balancers."""

from functools import wraps

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from shangwu.foundation.postgres import versions
from shangwu.foundation.web.audiences import PUBLIC
from shangwu.foundation.web.entry import entry


@entry(allow=PUBLIC, writes=False, counts_as_activity=False)
def _answering(request: HttpRequest) -> HttpResponseBase:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    return JsonResponse({"ok": True, "database": versions.describe(version)})


@wraps(_answering)
def health(request: HttpRequest) -> HttpResponseBase:
    """Answer 200 with the database's version, or 503 when the database does not answer."""
    try:
        return _answering(request)
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "数据库没有响应"}, status=503)
