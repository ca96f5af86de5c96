"""Ports of this machine that stay free for whoever will listen on them."""

import contextlib
import random
import socket
from pathlib import Path

# What the system hands out to connections that did not ask for a number, as two numbers.
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
# Below are the well-known services; above, where the system's own range begins unless it says otherwise.
LOWEST, HIGHEST = 10_000, 32_767
TRIES = 200


def free_port(neighbours: int = 0) -> int:
    """Return a free port of the loopback whose next `neighbours` ports are free too.

    It lies below the range of passing connections: there any of them may take the port of a server
    that is just being started again, and keep it for hours.

    Raises: OSError when none of some hundred draws is free.
    """
    draw = random.SystemRandom()
    for _ in range(TRIES):
        port = draw.randint(LOWEST, _highest() - neighbours)
        if all(is_free(port + further) for further in range(neighbours + 1)):
            return port
    raise OSError("no free port found below the ephemeral range")


def is_free(port: int) -> bool:
    """Tell whether somebody could listen there now; a connection that is just fading does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _highest() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        begin = int(EPHEMERAL.read_text("ascii").split()[0])
        if begin > LOWEST + 1_000:
            return begin - 1
    return HIGHEST
