"""A Spark standalone cluster on loopback: a master and two workers, started and ended by the numbers of their processes.

Its packages lie in an environment of their own under `var/`, from the hashed lock requirements/spark.txt; Java must be
on the machine.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shangwu.foundation.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "spark.txt"
PLACE = ROOT / "var" / "spark"
PYTHON = PLACE / "environment" / "bin" / "python"
OLDEST_JAVA = 17
WORKERS = 2
PATIENCE = 120
# A worker that is to be lost has this many parts of a shuffle ready, which others then ask it for in vain.
LOST_PARTS = 2


class CannotRun(Exception):
    """What is missing for a cluster, in a sentence."""


def prepare() -> Path:
    """Make the environment unless it stands already, and return the folder of Spark in it."""
    _require_java()
    stamp, wanted = PLACE / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text("ascii") == wanted):
        uv = str(Path(sys.executable).parent / "uv")
        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir(parents=True)
        target = str(PLACE / "environment")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, target], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes"]
        subprocess.run([*install, "-r", str(LOCK)], check=True)
        stamp.write_text(wanted, "ascii")
    (home,) = PLACE.glob("environment/lib/python*/site-packages/pyspark")
    return home


def _require_java() -> None:
    """A runtime alone will do, but one that leaves modules out will not."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    said = ""
    if java:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
        said = done.stderr
    found = re.search(r'version "(\d+)', said)
    if not found or int(found.group(1)) < OLDEST_JAVA:
        raise CannotRun(
            f"Spark needs Java {OLDEST_JAVA} or newer on this machine (openjdk-17-jre-headless will do); "
            "found: " + (said.splitlines()[0] if said else "none")
        )


@dataclass
class Cluster:
    """A running cluster."""

    address: str
    status: str
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def alive(self) -> int:
        """Return how many workers the master counts."""
        with contextlib.suppress(OSError, ValueError):
            with urllib.request.urlopen(self.status, timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        return 0

    def start(self, kind: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process of the cluster."""
        with (self.folder / f"{kind}-{len(self.processes)}.log").open("wb") as log:
            program = [str(Path(self.environment["SPARK_HOME"], "bin", "spark-class"))]
            process = subprocess.Popen(
                [*program, f"org.apache.spark.deploy.{kind.lower()}.{kind}", *arguments],
                env=self.environment | environment,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def kill_a_worker(self) -> int:
        """Kill the newest worker and its executors at once, as a machine that loses its power.

        It dies when it has finished part of the work, which is lost with it; return how many parts.
        """
        worker, place = self.processes[-1], self.folder / f"local-{WORKERS - 1}"
        _wait(lambda: len(_finished(place)) >= LOST_PARTS)
        lost = _finished(place)
        for number in (*_children(worker.pid), worker.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        worker.wait()
        shutil.rmtree(place)
        return len(lost)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Give a cluster of a master and two workers, and end its processes afterwards.

    Raises: CannotRun without Java; RuntimeError when the cluster does not stand in two minutes.
    """
    home = prepare()
    port, page = free_port(), free_port()
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYTHONPATH": str(ROOT),
        "PYSPARK_PYTHON": str(PYTHON),
    }
    cluster = Cluster(
        f"spark://127.0.0.1:{port}", f"http://127.0.0.1:{page}/json/", folder, environment
    )
    loopback = ("--host", "127.0.0.1")
    try:
        cluster.start("Master", *loopback, "--port", str(port), "--webui-port", str(page))
        for number in range(WORKERS):
            work = str(folder / f"worker-{number}")
            limits = ("--cores", "1", "--memory", "1200m", "--webui-port", "0", "--work-dir", work)
            local = str(folder / f"local-{number}")
            cluster.start("Worker", *loopback, *limits, cluster.address, SPARK_LOCAL_DIRS=local)
        _wait(lambda: cluster.alive() == WORKERS)
        yield cluster
    finally:
        for process in reversed(cluster.processes):
            if process.poll() is None:
                process.terminate()
        for process in cluster.processes:
            process.wait(timeout=30)


def run(
    cluster: Cluster, *, data: Path, results: Path, names: list[str], kill_during: str = ""
) -> dict[str, float]:
    """Run the expressions on the cluster and return the seconds of each; lose a worker in the middle of one.

    Then `lost_after` is how many seconds after its beginning, and `parts_lost` what finished parts went with the worker.

    Raises: RuntimeError with the last lines of the driver when it fails.
    """
    arguments = [cluster.address, str(data), str(results), *names]
    found: dict[str, float] = {}
    with (cluster.folder / "driver.log").open("wb") as log:
        driver = subprocess.Popen(
            [str(PYTHON), "-m", "benchmarks.cluster.driver", *arguments],
            env=cluster.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        assert driver.stdout is not None
        for line in driver.stdout:
            said = json.loads(line)
            if "connected" in said:
                found["connect"] = said["connected"]
            elif "ends" in said:
                found[said["ends"]] = said["seconds"]
            elif said.get("begins") == kill_during:
                began = time.perf_counter()
                found["parts_lost"] = cluster.kill_a_worker()
                found["lost_after"] = round(time.perf_counter() - began, 2)
    if driver.wait():
        raise RuntimeError((cluster.folder / "driver.log").read_text("utf-8")[-3000:])
    return found


def _children(number: int) -> list[int]:
    names = Path(f"/proc/{number}/task").glob("*/children")
    return [int(child) for name in names for child in name.read_text("ascii").split()]


def _finished(place: Path) -> list[Path]:
    return list(place.glob("**/shuffle_*.data"))


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > deadline:
            raise RuntimeError("the cluster did not come so far in two minutes; see its logs")
        time.sleep(0.5)
