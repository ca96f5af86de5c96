"""Server settings scaled to the machine. They go on the command line, so they always fit this start."""

from pathlib import Path

MIB = 1024 * 1024
CONTROL_GROUP = Path("/sys/fs/cgroup/memory.max")


def memory_bytes() -> int:
    """Return the memory that this machine, or the container around it, allows."""
    total = next(
        int(line.split()[1]) * 1024
        for line in Path("/proc/meminfo").read_text("ascii").splitlines()
        if line.startswith("MemTotal:")
    )
    try:
        return min(total, int(CONTROL_GROUP.read_text("ascii")))
    except (OSError, ValueError):
        return total


def settings_for(memory: int, *, throw_away: bool) -> dict[str, str]:
    """Return the server's settings for that much memory.

    `throw_away` is for test servers: quick, and without durability after a power failure.
    """
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "max_connections": "100",
        "shared_buffers": _mib(memory // 8, least=128, most=1024),
        "effective_cache_size": _mib(memory // 2, least=256, most=1024 * 1024),
        "work_mem": _mib(memory // 1024, least=4, most=16),
        "maintenance_work_mem": _mib(memory // 64, least=64, most=256),
        "random_page_cost": "1.1",
        # Redo runs at some 50 MB/s here: this keeps recovery after a crash below about half a minute.
        "max_wal_size": "1GB",
        "checkpoint_timeout": "5min",
        "archive_timeout": "60",
        # Compressing page images cost a batch of cards a third of its speed, and the disk was not what it waited for.
        "wal_compression": "off",
        "log_min_duration_statement": "1000",
        "log_startup_progress_interval": "1s",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_timezone": "Asia/Shanghai",
        "timezone": "UTC",
        "lc_messages": "C",
    }
    if throw_away:
        settings |= {
            "shared_buffers": "128MB",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "log_min_duration_statement": "-1",
        }
    return settings


def _mib(size: int, *, least: int, most: int) -> str:
    return f"{max(least, min(most, size // MIB))}MB"
