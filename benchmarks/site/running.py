"""The platform as its own launcher starts it, on a data folder of its own; and operators that send to it."""

import base64
import contextlib
import hashlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shangwu.foundation.postgres import free_port
from shangwu.foundation.postgres.record import SUPERUSER, load
from shangwu.foundation.workdays import SHANGHAI

ROOT = Path(__file__).resolve().parents[2]
NOT_HANDED_ON = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SHANGWU_DEMONSTRATION"}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PATH = "/api/v1/prepaid/card-days"
NDJSON = "application/x-ndjson"


@dataclass
class Platform:
    """A running platform: its port, its folder, its supervisor."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def children(self, name: str) -> list[int]:
        """Return the processes under the supervisor whose command line has the name."""
        parents = {int(p.name): _parent(p) for p in Path("/proc").iterdir() if p.name.isdigit()}
        found = []
        for pid in parents:
            above: int | None = pid
            while above and above != self.process.pid:
                above = parents.get(above)
            if above and name in _command(pid):
                found.append(pid)
        return sorted(found)

    def cpu_seconds(self) -> float:
        """Return what all processes of the platform have worked so far; on a shared machine the fairer clock.

        Those that ended count too: a parent carries the time of the children that it has waited for.
        """
        ticks = 0
        for pid in self.children(""):
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, stat[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def settle(self) -> None:
        """Let the database do what earlier work left to it: dead rows, statistics, pages to be written."""
        record = load(self.folder)
        assert record is not None
        with psycopg.connect(record.url(SUPERUSER), autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    def is_healthy(self) -> bool:
        """Tell whether site and database answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextlib.contextmanager
def running() -> Iterator[Platform]:
    """Run `shangwu up` until the block ends; the process's own Django uses its database."""
    with tempfile.TemporaryDirectory(prefix="shangwu-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database's account passes through
        kept = {key: value for key, value in os.environ.items() if key not in NOT_HANDED_ON}
        environment = {**kept, "SHANGWU_DATA": name, "SHANGWU_HTTPS": "0"}
        port = free_port(neighbours=1)
        command = [sys.executable, "-m", "shangwu.config.commandline", "up", "--port", str(port)]
        with (folder / "up.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        platform = Platform(port, folder, process)
        try:
            until = time.monotonic() + 300
            while not platform.is_healthy():
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((folder / "up.log").read_text("utf-8"))
                time.sleep(0.2)
            _use(folder)
            yield platform
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


class Sender:
    """A connected operator with its key, and what it sends."""

    def __init__(self, number: int) -> None:
        from shangwu.prepaid.models import Operator, OperatorKey, Outlet
        from shangwu.prepaid.vocabulary import OperatorForm, OperatorStatus, Sector

        self.key = Ed25519PrivateKey.generate()
        self.name = f"benchmark-{number}"
        self.uscc = _uscc(number)
        now = datetime.now(UTC)
        self.operator = Operator.objects.create(
            number=f"BM{number:08d}",
            uscc=self.uscc,
            name=f"测量用经营者{number}",
            sector=Sector.CATERING,
            form=OperatorForm.ENTERPRISE,
            district="310101",
            place="虚构路1号",
            address_key=str(number),
            status=OperatorStatus.CONNECTED,
            registered_at=now,
            connected_on=yesterday(),
        )
        Outlet.objects.create(
            operator=self.operator,
            number="A0001",
            name="总店",
            district="310101",
            place="虚构路1号",
            opened_on=date(2015, 1, 1),
        )
        OperatorKey.objects.create(
            operator=self.operator,
            key_id=self.name,
            public_key=self.key.public_key().public_bytes_raw(),
            made_at=now,
        )

    def card(self, number: int) -> str:
        """Return the token of one of its cards."""
        return hashlib.sha256(f"{self.uscc}{number}".encode()).hexdigest()

    def row(self, sequence: int, card: int, day: date, **amounts: int) -> str:
        """Return a row as it is sent; amounts not given are 0."""
        given = {name: amounts.get(name, 0) for name in ("issued", "redeemed", "closing")}
        return (
            f'{{"operator":"{self.uscc}","outlet":"A0001","day":"{day}","sequence":{sequence},'
            f'"card":"{self.card(card)}","kind":"registered","issued_fen":{given["issued"]},'
            f'"redeemed_fen":{given["redeemed"]},"refunded_fen":0,"closing_fen":{given["closing"]},'
            f'"valid_to":"{day.year + 3}-01-01","sent_at":"{yesterday()}T13:{sequence // 60 % 60:02d}:{sequence % 60:02d}Z"}}'
        )

    def send(self, port: int, key: str, body: bytes, *, timeout: float = 600) -> tuple[int, Any]:
        """Post a batch and return status and answer, as bytes.

        Raises: OSError and http.client.HTTPException when the platform does not answer.
        """
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            connection.request("POST", PATH, body=body, headers=self._headers(key, body))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        covered = {
            "@method": "POST",
            "@path": PATH,
            "content-digest": f"sha-256=:{digest}:",
            "idempotency-key": key,
        }
        names = " ".join(f'"{name}"' for name in covered)
        parameters = f'({names});created={int(time.time())};keyid="{self.name}"'
        base = "".join(f'"{name}": {value}\n' for name, value in covered.items())
        signed = self.key.sign(f'{base}"@signature-params": {parameters}'.encode())
        return {
            "Content-Type": NDJSON,
            "Content-Digest": covered["content-digest"],
            "Idempotency-Key": key,
            "Signature-Input": f"sig={parameters}",
            "Signature": f"sig=:{base64.b64encode(signed).decode()}:",
        }


def yesterday() -> date:
    """Return the day that a batch of today is about."""
    return datetime.now(SHANGHAI).date() - timedelta(days=1)


def peak_mib(pids: list[int]) -> list[int]:
    """Return the most memory that each process has held so far.

    Unit: MiB.
    """
    found = []
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found.append(int(line.split()[1]) // 1024)
    return found


def _use(folder: Path) -> None:
    """Let this process's Django speak to the platform's database."""
    import django

    os.environ["SHANGWU_DATA"] = str(folder)
    os.environ["SHANGWU_HTTPS"] = "0"
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "shangwu.config.settings"
    django.setup()


def _parent(process: Path) -> int:
    with contextlib.suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def _uscc(number: int) -> str:
    body = f"91310000{number:09d}"
    total = sum(_LETTERS.index(c) * 3**i % 31 for i, c in enumerate(body))
    return body + _LETTERS[-total % 31]
