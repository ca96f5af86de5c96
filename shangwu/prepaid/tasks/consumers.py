"""Counters of who asked how often go away a day after their window."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.lookups import sweep_sources

KEPT = timedelta(days=1)


@app.task(name="prepaid.sweep_sources", queue="prepaid", queueing_lock="prepaid.sweep_sources")
def sweep() -> int:
    """Delete the counters of sources that are older than a day. Every hour; safe to run twice.

    Source: law/retention.toml#prepaid_lookup_sources
    """
    return sweep_sources(before=timezone.now() - KEPT)
