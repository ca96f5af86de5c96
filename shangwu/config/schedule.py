"""Every periodic job of the platform: which task, and when. Times are UTC: 16:00 is midnight in Shanghai."""

from procrastinate.contrib.django import app

from shangwu.foundation.jobs import enqueue

# Task name -> cron line. A job that is still waiting is not enqueued a second time.
JOBS = {
    "audit.seal_acts": "* * * * *",
    "audit.sign_days": "5 16 * * *",
    "files.scan_waiting": "*/5 * * * *",
    "files.sweep": "20 19 * * *",
    "targets.take_daily_readings": "30 16 * * *",
}


@app.periodic(cron="* * * * *")
@app.task(name="schedule.retry_stalled_jobs", queueing_lock="schedule.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> int:
    """Give the jobs of workers that died without a word to living ones; returns how many."""
    await app.job_manager.prune_stalled_workers(seconds_since_heartbeat=60)
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=60))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


def _schedule(task: str, cron: str) -> None:
    @app.periodic(cron=cron)
    @app.task(name=f"schedule.{task}", queueing_lock=f"schedule.{task}")
    def start(timestamp: int) -> None:
        enqueue(task, once=task)


for _task, _cron in JOBS.items():
    _schedule(_task, _cron)
