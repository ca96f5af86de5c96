"""Every periodic job of the platform: which task, and when. Times are UTC: 16:00 is midnight in Shanghai."""

from procrastinate import exceptions, jobs
from procrastinate.contrib.django import app

from shangwu.foundation.jobs import enqueue

# Task name -> cron line. A job that is still waiting is not enqueued a second time.
JOBS = {
    "audit.seal_acts": "* * * * *",
    "audit.sign_days": "5 16 * * *",
    "prepaid.send_till_days": "*/30 17-23 * * *",
    "prepaid.close_days": "10 16 * * *",
    "accounts.sweep_sessions": "*/15 * * * *",
    "files.scan_waiting": "*/5 * * * *",
    "files.sweep": "20 19 * * *",
    "prepaid.sweep_sources": "40 * * * *",
    "prepaid.send_credit_messages": "*/5 * * * *",
    "prepaid.reconcile_credit": "40 18 * * *",
    "prepaid.restate_all_credit": "10 19 * * *",
    "prepaid.archive_days": "10 20 * * *",
    "prepaid.check_history": "10 21 * * *",
    "prepaid.thin_history": "40 21 * * *",
    "targets.take_daily_readings": "30 16 * * *",
    "targets.raise_daily_alerts": "30 17 * * *",
    "prepaid.restate": "* * * * *",
    "prepaid.probe_service": "* * * * *",
    "prepaid.nightly": "20 16 * * *",
    "prepaid.sweep_sandbox": "40 19 * * *",
    # Tuesday 02:30 in Shanghai: what happened on Sunday may be reported until Monday midnight.
    "prepaid.warn_weekly": "30 18 * * 1",
}
# The night's work in its order: days are closed before they are compared, judged and read.
NIGHT = (
    "prepaid.send_till_days",
    "prepaid.close_days",
    "prepaid.nightly",
    "prepaid.restate_all_credit",
    "prepaid.archive_days",
    "targets.take_daily_readings",
    "targets.raise_daily_alerts",
)
# What must not wait behind long work has a queue and a worker of its own.
QUEUES = {"prepaid.probe_service": "service"}
STALLED_SECONDS = 60
MOST_ATTEMPTS = 5


@app.periodic(cron="* * * * *")
@app.task(name="schedule.retry_stalled_jobs", queueing_lock="schedule.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> int:
    """Give the jobs of workers that died without a word to living ones; returns how many there were.

    A job that took its workers with it time and again is given up, and stays in the table as failed.
    """
    manager = app.job_manager
    await manager.prune_stalled_workers(seconds_since_heartbeat=STALLED_SECONDS)
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
    for job in stalled:
        if job.attempts + 1 >= MOST_ATTEMPTS:
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=False)
            continue
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:
            # One waiting job of its kind is enough, and that one is there already.
            await manager.finish_job(job, jobs.Status.ABORTED, delete_job=True)
    return len(stalled)


def _schedule(task: str, cron: str) -> None:
    @app.periodic(cron=cron)
    @app.task(
        name=f"schedule.{task}",
        queue=QUEUES.get(task, "default"),
        queueing_lock=f"schedule.{task}",
    )
    def start(timestamp: int) -> None:
        enqueue(task, once=task)


for _task, _cron in JOBS.items():
    _schedule(_task, _cron)
