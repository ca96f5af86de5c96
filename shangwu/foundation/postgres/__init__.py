"""The embedded PostgreSQL: binaries from a wheel, driven by our own launcher. No Django here."""

from pathlib import Path


def recorded_database_url(data_dir: Path) -> str:
    """Return the application role's URL that the launcher recorded, or a URL that cannot connect."""
    record = data_dir / "postgres.url"
    return (
        record.read_text("utf-8").strip() if record.exists() else "postgres://none@127.0.0.1:1/none"
    )
