"""What surrounds the platform in a demonstration: programs that fill it through its pages, and its neighbours.

The neighbours are systems of other offices that the city plays; they answer on this machine only.
"""

import importlib.util
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from shangwu.config.children import Child

# How long before the first start a demonstration begins.
REHEARSED = timedelta(days=16)
CARDS_DONE = "demonstration-cards.done"


@dataclass(frozen=True)
class Demonstration:
    """A program that fills the demonstration through its pages, and what is said of it."""

    name: str
    program: str
    done: str
    beginning: str
    ready: str
    wanted_by: frozenset[str]


# In this order, one after the other; the site answers meanwhile.
DEMONSTRATIONS = {
    one.name: one
    for one in (
        Demonstration(
            "演示",
            "city.demonstration",
            "demonstration.done",
            "导入演示数据 / loading the demonstration",
            "演示数据已就绪 / demonstration ready",
            frozenset({"1", "year"}),
        ),
        Demonstration(
            "预付卡演示",
            "city.prepaid",
            CARDS_DONE,
            "演示预付卡平台数周的报送、监管和查询，网站已可使用 / playing weeks of prepaid cards",
            "预付卡演示已就绪 / demonstration of prepaid cards ready",
            frozenset({"year"}),
        ),
        Demonstration(
            "演示年度",
            "city.year",
            "demonstration-year.done",
            "演示全年业务，网站已可使用 / playing a year, the site can be used",
            "演示年度已就绪 / demonstration of a year ready",
            frozenset({"year"}),
        ),
    )
}


@dataclass(frozen=True)
class Neighbour:
    """A system of another office, and the setting by which the platform finds it.

    Its listening socket stays with the supervisor: while it restarts, requests wait in line.
    """

    name: str
    program: str
    setting: str
    log: str
    handle: int = -1
    address: str = ""

    def at(self, listener: socket.socket) -> "Neighbour":
        """Return it with the socket that it answers on."""
        host, port = listener.getsockname()
        return replace(self, handle=listener.fileno(), address=f"http://{host}:{port}")

    def child(self, data_dir: Path, environment: Mapping[str, str]) -> Child:
        """Return its process, not started."""
        words = ("--fd", str(self.handle), "--folder", str(data_dir))
        return Child(
            self.name,
            [sys.executable, "-m", self.program, *words],
            log=data_dir / "log" / self.log,
            environment=environment,
            handles=[self.handle],
        )


NEIGHBOURS = (
    Neighbour("法人库（演示）", "city.registry", "SHANGWU_REGISTRY", "registry.log"),
    Neighbour(
        "公共信用信息平台（演示）",
        "city.credit_platform",
        "SHANGWU_CREDIT_PLATFORM",
        "credit-platform.log",
    ),
)


def neighbours(wanted: str, *, given: Mapping[str, str]) -> list[Neighbour]:
    """Return the neighbours that a demonstration brings along: those that the deployment names itself stay away."""
    if wanted != "year":
        return []
    return [one for one in NEIGHBOURS if not given.get(one.setting) and is_there(one.program)]


def is_there(program: str) -> bool:
    """Tell whether a program of the city was installed beside the platform."""
    try:
        return importlib.util.find_spec(program) is not None
    except ModuleNotFoundError:
        return False
