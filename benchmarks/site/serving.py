"""The site as it is deployed, with one bare view beside its own pages, and people who ask for pages."""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from shangwu.foundation.postgres import free_port
from shangwu.foundation.web.audiences import PUBLIC, SIGNED_IN
from shangwu.foundation.web.entry import entry

ROOT = Path(__file__).resolve().parents[2]


@entry(allow=SIGNED_IN, writes=False)
def bare(request: HttpRequest) -> HttpResponse:
    """Answer with nothing, behind the same middleware, session and entry as every page."""
    return HttpResponse(b"ok")


@entry(allow=PUBLIC, writes=False)
def bare_public(request: HttpRequest) -> HttpResponse:
    """Answer everybody with nothing, behind the same middleware and entry as every public page."""
    return HttpResponse(b"ok")


urlpatterns = [
    path("bare/", bare),
    path("bare/public/", bare_public),
    path("", include("shangwu.config.urls")),
]


@contextlib.contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """Run gunicorn as `shangwu up` does, 2 processes of 4 threads; give its port."""
    publish = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(publish, cwd=ROOT, env=environment, check=True)
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "error"),
        "shangwu.config.wsgi:application",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def visit(
    port: int, address: str, cookie: str, *, users: int, seconds: float, pause: float
) -> dict[str, float]:
    """Let people open a page again and again, thinking between two looks; return the delays.

    Unit: milliseconds, and pages per second.
    """
    delays: list[float] = []
    end = time.monotonic() + seconds

    def person(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        time.sleep(pause * number / users)
        while time.monotonic() < end:
            started = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            delays.append((time.perf_counter() - started) * 1000)
            assert answer.status == 200, answer.status
            time.sleep(pause)
        connection.close()

    with ThreadPoolExecutor(users) as people:
        list(people.map(person, range(users)))
    cuts = statistics.quantiles(delays, n=100)
    return {
        "p50_ms": round(cuts[49], 2),
        "p95_ms": round(cuts[94], 2),
        "per_second": round(len(delays) / seconds, 1),
    }


def environment_for(url: str, data: Path) -> dict[str, str]:
    """Return the surroundings of a site on that database and data folder."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SHANGWU_DATA": str(data),
        "SHANGWU_DEMONSTRATION": "1",
        "DJANGO_SETTINGS_MODULE": "benchmarks.site.settings",
    }
