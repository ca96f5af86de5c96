"""What the launcher remembers beside the data: port, passwords, and the newest server that wrote here."""

import dataclasses
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

DATABASE = "shangwu"
SUPERUSER = "postgres"
ROLES = ("owner", "app", "readonly", "backup", "monitor")
NOWHERE = "postgres://none@127.0.0.1:1/none"


def recorded_database_url(data_dir: Path) -> str:
    """Return the application role's URL that the launcher recorded, or a URL that cannot connect."""
    try:
        return (data_dir / "postgres.url").read_text("utf-8").strip() or NOWHERE
    except (FileNotFoundError, PermissionError):
        return NOWHERE


@dataclass(frozen=True, slots=True)
class Record:
    """Passwords and facts of one cluster; kept in `postgres.json`, readable by its owner alone."""

    port: int = 0
    version: int = 0
    roles_ready: bool = False
    passwords: dict[str, str] = field(default_factory=dict)

    def url(self, role: str) -> str:
        """Return the address with which that role connects."""
        user = SUPERUSER if role == SUPERUSER else f"{DATABASE}_{role}"
        return f"postgres://{user}:{self.passwords[role]}@127.0.0.1:{self.port}/{DATABASE}"


def new_record() -> Record:
    """Return a record with fresh passwords of 192 random bits each."""
    return Record(passwords={role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)})


def load(data_dir: Path) -> Record | None:
    """Return the record of the cluster in this data folder, if there is one."""
    path = data_dir / "postgres.json"
    if not path.exists():
        return None
    return Record(**json.loads(path.read_text("utf-8")))


def save(data_dir: Path, record: Record) -> None:
    """Keep the record, and the application's URL where the settings look for it."""
    write_private(data_dir / "postgres.json", json.dumps(dataclasses.asdict(record), indent=1))
    if record.port:
        write_private(data_dir / "postgres.url", record.url("app") + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read; it is there whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
