"""The periodic jobs, and what becomes of jobs whose worker died."""

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from shangwu.config import schedule
from shangwu.foundation.jobs import enqueue

KIND = "audit.seal_acts"


def test_every_periodic_job_is_a_task_of_the_platform():
    assert set(schedule.JOBS) <= set(app.tasks)
    assert all(len(cron.split()) == 5 for cron in schedule.JOBS.values())
    started = {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
    assert {f"schedule.{task}" for task in schedule.JOBS} <= started


@pytest.fixture
def query(transactional_db):
    """Run a query on the table of jobs, empty before and after."""

    def run(text, *values):
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else None

    run("DELETE FROM procrastinate_jobs")
    yield run
    run("DELETE FROM procrastinate_jobs")
    run("DELETE FROM procrastinate_workers")


def taken(query, *, silent_for, attempts=0):
    """Let a worker take a job and say nothing for so many seconds; return the job's number."""
    enqueue(KIND, once=KIND)
    (worker,) = query("SELECT worker_id FROM procrastinate_register_worker_v1()")[0]
    query(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %s)"
        " WHERE id = %s",
        silent_for,
        worker,
    )
    (number,) = query("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", worker)[0]
    query("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", attempts, number)
    return number


def retry():
    return asyncio.run(schedule.retry_stalled_jobs(timestamp=0))


def jobs(query):
    return query("SELECT id, status::text, attempts FROM procrastinate_jobs ORDER BY id")


def test_the_job_of_a_dead_worker_is_done_again_and_that_of_a_living_one_is_not(query):
    number = taken(query, silent_for=10)
    assert retry() == 0
    assert jobs(query) == [(number, "doing", 0)]
    query("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert retry() == 1
    assert jobs(query) == [(number, "todo", 1)]
    assert retry() == 0


def test_a_dead_job_gives_way_to_a_waiting_one_of_its_kind(query):
    """The unique lock of waiting jobs would refuse it for ever, and every dead job behind it."""
    taken(query, silent_for=120)
    other = taken(query, silent_for=120)
    enqueue(KIND, once=KIND)
    (waiting,) = query("SELECT id FROM procrastinate_jobs WHERE status = 'todo'")[0]
    query("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s", other)
    assert retry() == 2
    assert jobs(query) == [(other, "todo", 1), (waiting, "todo", 0)]


def test_a_job_that_ends_its_workers_again_and_again_is_given_up(query):
    number = taken(query, silent_for=120, attempts=schedule.MOST_ATTEMPTS - 1)
    assert retry() == 1
    assert jobs(query) == [(number, "failed", schedule.MOST_ATTEMPTS)]
    assert retry() == 0
