"""How worlds differ: rates, tempers, noise, what is heard of and in which words."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.random import Generator

SECTORS = (
    *("烘焙", "宠物服务", "kids_swim", "dental", "洗车", "瑜伽", "ktv", "latte bar", "月子中心"),
    *("vocational", "摄影", "trampoline park", "按摩", "laundry"),
)
FEEDS = ("custody", "bonds", "complaints", "lookups", "arrears", "changes")
OFF, SHARE, LEFT = "per cent off", "share off", "per cent left"
ORDINARY, GRAVE, OWED = "ordinary", "grave", "owed"
CLOSING, PERSON, PLACE, TRIFLE = "closing", "person", "place", "trifle"
# Three tongues: plain Chinese, office English, and codes that mean nothing to who has no key.
TONGUES = (
    {
        ORDINARY: ("服务态度", "价格争议", "预约排队"),
        GRAVE: ("退卡不退款", "停业未告知", "服务缩水"),
        OWED: ("社保费", "物业租金", "员工薪酬", "水电"),
        CLOSING: ("终止营业公示", "退出经营"),
        PERSON: ("法定代表人变动",),
        PLACE: ("经营场所迁移",),
        TRIFLE: ("经营范围", "名称", "注册资本"),
    },
    {
        ORDINARY: ("attitude", "pricing", "booking"),
        GRAVE: ("refund refused", "door locked", "service cut"),
        OWED: ("SOCIAL SECURITY", "RENT", "PAYROLL", "UTILITY"),
        CLOSING: ("voluntary wind-down", "cessation filed"),
        PERSON: ("new legal rep", "director change"),
        PLACE: ("relocation",),
        TRIFLE: ("scope amended", "capital amended"),
    },
    {
        ORDINARY: ("T1", "T2", "T9"),
        GRAVE: ("T5", "T6"),
        OWED: ("Q-01", "Q-02", "Q-07", "Q-11"),
        CLOSING: ("K40",),
        PERSON: ("K11", "K12"),
        PLACE: ("K20",),
        TRIFLE: ("K01", "K02", "K03"),
    },
)


@dataclass(frozen=True)
class Style:
    """One world's figures. Rates are a year and operator, shares lie from 0 to 1, lengths are weeks."""

    failures_a_year: float
    slow_share: float
    grab_share: float
    hidden_share: float
    phoenix_share: float
    promotions: float
    strain: float
    closings: float
    quiet_leavers: float
    grab_weeks: tuple[int, int]
    season: float
    lumpy: float
    noise: float
    swing: float
    outage: float
    absences: float
    rescans: float
    complaints: float
    grave: float
    lookups: float
    own_error: float
    arrears_heard: float
    arrears_every: int
    arrears_innocent: float
    custody_heard: float
    custody_every: int
    bonded: float
    strict_banks: float
    trifles: float
    announced: float
    blank_cells: float
    blank_roster: float
    tempers: tuple[float, ...]
    discount_written: str
    long_in_hundreds: bool
    tongue: int
    starts: dict[str, int]
    absent: tuple[str, ...]
    lines: int


def draw(rng: Generator) -> Style:
    """Draw the figures of one world."""
    u = rng.uniform
    parts = rng.dirichlet([4.0, 2.0, 1.5, 1.0])
    late = rng.choice(FEEDS, int(rng.integers(0, 3)), replace=False)
    return Style(
        failures_a_year=float(np.exp(u(np.log(0.008), np.log(0.04)))),
        slow_share=float(parts[0]),
        grab_share=float(parts[1]),
        hidden_share=float(parts[2]),
        phoenix_share=float(parts[3]),
        promotions=float(u(0.1, 0.6)),
        strain=float(u(0.01, 0.06)),
        closings=float(u(0.01, 0.05)),
        quiet_leavers=float(u(0.0, 0.03)),
        grab_weeks=(int(rng.integers(3, 7)), int(rng.integers(10, 24))),
        season=float(u(0.05, 0.5)),
        lumpy=float(u(0.0, 0.6)),
        noise=float(u(0.1, 0.5)),
        swing=float(u(0.01, 0.06)),
        outage=float(u(0.0, 0.06)),
        absences=float(u(0.0, 0.03)),
        rescans=float(u(0.0, 0.4)),
        complaints=float(u(0.01, 0.08)),
        grave=float(u(0.3, 1.5)),
        lookups=float(u(0.1, 3.0)),
        own_error=float(u(0.005, 0.08)),
        arrears_heard=float(u(0.2, 0.9)),
        arrears_every=int(rng.choice([1, 1, 2, 4])),
        arrears_innocent=float(u(0.002, 0.02)),
        custody_heard=float(u(0.5, 1.0)),
        custody_every=int(rng.choice([1, 1, 1, 4])),
        bonded=float(u(0.05, 0.4)),
        strict_banks=float(u(0.0, 0.6)),
        trifles=float(u(0.001, 0.006)),
        announced=float(u(0.4, 0.95)),
        blank_cells=float(rng.choice([0.0, 0.0, 0.01, 0.05])),
        blank_roster=float(rng.choice([0.0, 0.02, 0.2])),
        tempers=tuple(float(one) for one in rng.dirichlet([2.0, 2.0, 1.5])),
        discount_written=str(rng.choice([OFF, OFF, SHARE, LEFT])),
        long_in_hundreds=bool(rng.random() < 0.5),
        tongue=int(rng.integers(len(TONGUES))),
        starts={feed: int(rng.integers(10, 45)) for feed in sorted(map(str, late))},
        absent=tuple(feed for feed in FEEDS if rng.random() < 0.12),
        lines=int(rng.integers(5, len(SECTORS) + 1)),
    )


def with_changes(style: Style, changes: dict[str, Any]) -> Style:
    """Return the style with figures set by hand; a figure that no style has is an error."""
    if strange := set(changes) - {one.name for one in fields(Style)}:
        raise ValueError(f"a world has no {', '.join(sorted(strange))}")
    return replace(style, **changes)
