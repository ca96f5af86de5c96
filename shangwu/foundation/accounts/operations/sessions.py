"""Sessions that are over leave the database, and so does what lasting ones have kept for long enough."""

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from shangwu.foundation.web import typed


def sweep_sessions(*, at: datetime) -> int:
    """Delete the sessions that ended before `at`, and of the others what was typed more than an hour ago.

    Returns how many sessions were deleted or changed. One that is written meanwhile is left for the next time.
    """
    swept, _ = Session.objects.filter(expire_date__lt=at).delete()
    for session in Session.objects.iterator():
        content = session.get_decoded()
        if not typed.let_go(content):
            continue
        as_read = Session.objects.filter(pk=session.pk, session_data=session.session_data)
        swept += as_read.update(session_data=SessionStore().encode(content))
    return swept
