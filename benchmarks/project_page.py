"""The project page for 20 people at once, against a bare view behind the same door in the same server.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.project_page`. Works in a scratch database of its own.
"""

import json
import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site.settings"
os.environ["SHANGWU_DEMONSTRATION"] = "1"
os.environ["SHANGWU_SECRET_KEY"] = secrets.token_urlsafe(
    40
)  # the server signs sessions with it too
FORMS = Path(__file__).resolve().parents[1] / "city" / "declarations"
USERS, SECONDS, PAUSE = 20, 8.0, 1.0
AT = datetime(2019, 2, 1, 2, tzinfo=UTC)


def prepare(folder: Path) -> tuple[str, str]:
    """Bring the five declarations in and return the largest project's page and a session's cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from city.forms import as_docx, lay_out, load_form, usual_print
    from shangwu.foundation.accounts.models import Account
    from shangwu.foundation.accounts.operations import create_demonstration_accounts
    from shangwu.foundation.documents import read_document
    from shangwu.targets.operations import declarations, measuring
    from shangwu.targets.rules.form import read_form

    settings.DATA_DIR = folder
    create_demonstration_accounts(at=AT)
    editor = Account.objects.get(login="demo-editor")
    reviewer = Account.objects.get(login="demo-reviewer")
    for place in sorted(FORMS.glob("*.toml")):
        form = load_form(place)
        word = as_docx(lay_out(form, usual_print(form)))
        (read,) = read_form(read_document(word, name="form.docx"))
        made = declarations.draft_declaration(content=read.content(), by=editor, at=AT)
        declarations.submit_declaration(declaration=made.pk, by=editor, at=AT)
        declarations.approve_declaration(declaration=made.pk, note="", by=reviewer, at=AT)
    measuring.take_daily_readings(on=AT.date(), at=AT)
    session = SessionStore()
    session[SESSION_KEY] = str(editor.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = editor.get_session_auth_hash()
    session.create()
    return (
        "/office/targets/projects/XM00001/2019/",
        f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
    )


def measure(folder: Path) -> dict[str, object]:
    """Return the delays of both, thinking a second between two looks, and the most that the server gives."""
    from django.db import connection

    from benchmarks.site.serving import environment_for, serving, visit

    page, cookie = prepare(folder)
    found: dict[str, dict[str, float]] = {}
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    environment = environment_for(f"{base}/{connection.settings_dict['NAME']}", folder)
    with serving(environment) as port:
        for address in ("/bare/", page):
            visit(port, address, cookie, users=4, seconds=2, pause=0)
        for name, address in (("bare", "/bare/"), ("page", page)):
            found[name] = visit(port, address, cookie, users=USERS, seconds=SECONDS, pause=PAUSE)
            found[f"{name}_flat_out"] = visit(
                port, address, cookie, users=USERS, seconds=4, pause=0
            )
    return {
        "what": "project page of 13 targets, 20 people who think for a second, gunicorn 2 x 4",
        **found,
        "ratio_p95": round(found["page"]["p95_ms"] / found["bare"]["p95_ms"], 2),
        "ratio_flat_out": round(
            found["bare_flat_out"]["per_second"] / found["page_flat_out"]["per_second"], 2
        ),
        "bound": "processor time of the template; flat out, 20 people wait for two cores",
    }


def main() -> None:
    """Print the figures as JSON."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(Path(folder)), ensure_ascii=False, indent=2))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    main()
