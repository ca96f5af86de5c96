"""What reaches the platform of a week in a second author's world: the operator's word, the bank's, the consumers'."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from city.worlds.people import KIND, Floats
from city.worlds.second.style import LANGUAGES

if TYPE_CHECKING:
    from city.worlds.second.weeks import World

Columns = dict[str, NDArray[Any]]
# What makes a customer look a card up or complain grows slower than the money.
LIKE_MONEY = 0.7
MILLION = 1e8
QUIET = 0.3


def told(
    world: "World", week: int, moved: Columns, trouble: Floats, show: Mapping[str, Floats]
) -> dict[str, Columns]:
    """Return the week's files by name, some left out as the style has it."""
    rng, style = world.rng, world.style
    share = world.hidden(trouble)
    sends = _sends(world, week, moved, show)
    customers = (world.balance / MILLION + 0.01) ** LIKE_MONEY * np.exp(rng.normal(0, 0.2))
    customers = np.where(moved["trading"], customers, customers * (world.balance > 0) * 0.3)
    files = {
        "batches": _batches(world, moved, show, share, sends),
        "custody": _custody(world, week, moved),
        "bonds": _bonds(world, moved, show),
        "complaints": _complaints(world, customers, moved["closing"], trouble, show),
        "lookups": _lookups(world, customers, trouble, share),
        "arrears": _arrears(world, week, moved),
        "changes": _changes(world, week, moved, show),
    }
    return {
        name: {key: values[kept] for key, values in columns.items()}
        for name, columns in files.items()
        if name not in style.absent and not (week > 1 and rng.random() < style.missing_weeks)
        for kept in [rng.random(len(columns["who"])) >= style.missing_rows]
    }


def _sends(world: "World", week: int, moved: Columns, show: Mapping[str, Floats]) -> Any:
    """Who sends a batch: those who trade, bar a few; and some of the failed, who go on sending zeros."""
    rng, habit, who = world.rng, world.habits, world.people
    quiet = habit.skips & (moved["issued"] + moved["redeemed"] < QUIET * habit.issue)
    missed = rng.random(len(who)) < 0.01 + 0.15 * np.clip(show["late"], 0, 2)
    zeros = who.failed & (week >= who.fails) & (week < who.fails + habit.zeros)
    return (moved["trading"] & ~quiet & ~missed) | zeros


def _batches(
    world: "World", moved: Columns, show: Mapping[str, Floats], share: Floats, sends: Any
) -> Columns:
    rng, style = world.rng, world.style
    before, trading = world.reported, moved["trading"]
    now = np.where(trading, world.balance * share, before)
    redeemed, refunded = moved["redeemed"] * share, moved["refunded"] * share
    issued = np.where(trading, np.maximum(now - before + redeemed + refunded, 0), 0.0)
    world.reported = now
    price = moved["issued"] / np.maximum(moved["cards"], 1)
    cards = np.where(moved["cards"] > 0, np.rint(issued / np.maximum(price, 1)), 0)
    late = rng.poisson(np.minimum(5 * world.habits.late + 1.5 * show["late"], 7))
    off = np.where(trading, moved["discount"], 0.0)
    off = {"off": off, "left": 100 - off, "share": off / 100}[style.discount_told]
    who = np.flatnonzero(sends)
    every = {
        "issued_fen": np.rint(issued),
        "issued_cards": cards,
        "redeemed_fen": np.rint(redeemed),
        "refunded_fen": np.rint(refunded),
        "reported_balance_fen": np.rint(now),
        "long_card_share": np.where(cards > 0, moved["long"], 0.0) * style.long_told,
        "discount_pct": np.round(off, 4),
        "late_batches": np.minimum(late, 7).astype(float),
    }
    return {"who": who} | {name: values[who] for name, values in every.items()}


def _custody(world: "World", week: int, moved: Columns) -> Columns:
    has = (world.habits.deposit > 0) | world.style.custody_for_all
    open_ = moved["trading"] | (world.custody > 0)
    who = np.flatnonzero(has & open_ & (world.people.begins <= week))
    return {"who": who, "custody_fen": np.rint(world.custody[who])}


def _bonds(world: "World", moved: Columns, show: Mapping[str, Floats]) -> Columns:
    lapsed = world.rng.random(len(show["bond"])) < 0.002
    who = np.flatnonzero(
        (world.habits.bond > 0) & moved["trading"] & (show["bond"] < 0.5) & ~lapsed
    )
    return {"who": who, "bond_fen": np.rint(world.habits.bond[who])}


def _complaints(
    world: "World",
    customers: Floats,
    closing: NDArray[np.bool_],
    trouble: Floats,
    show: Mapping[str, Floats],
) -> Columns:
    rng, style, kind = world.rng, world.style, world.people.kind
    words = LANGUAGES[style.language]["complaint"]
    usual = style.complained * customers * world.habits.angry / world.shock**0.5
    fresh = trouble > 0.6
    more = 1 + 5 * show["complaints"] + 3 * (kind == KIND["hidden_issuance"]) * trouble
    more = more + 2 * fresh * (kind == KIND["cash_grab"]) * trouble + 0.5 * closing
    parts = []
    for place in range(len(words)):
        lean = np.where(trouble > 0.3, (2.0, 0.8, 1.2)[place], (0.4, 1.8, 0.1)[place])
        count = rng.poisson(np.minimum(usual * more * lean / 3, 500))
        who = np.flatnonzero(count)
        parts.append((who, np.full(len(who), words[place], dtype=object), count[who].astype(float)))
    who, what, count = (np.concatenate(one) for one in zip(*parts, strict=True))
    return {"who": who, "kind": what, "count": count}


def _lookups(world: "World", customers: Floats, trouble: Floats, share: Floats) -> Columns:
    rng, style = world.rng, world.style
    rate = style.looked_up * customers * (1 + 1.5 * trouble * world.people.failed)
    looked = rng.poisson(np.minimum(rate, 5000))
    wrong = np.clip(style.misread + 0.8 * (1 - share), 0, 1)
    missed = rng.binomial(looked, wrong)
    who = np.flatnonzero(looked)
    return {
        "who": who,
        "lookups": looked[who].astype(float),
        "mismatches": missed[who].astype(float),
    }


def _arrears(world: "World", week: int, moved: Columns) -> Columns:
    rng, style = world.rng, world.style
    words = np.array(LANGUAGES[style.language]["arrears"], object)
    known = world.habits.covered & moved["trading"] & (world.unpaid > 0)
    who = np.flatnonzero(known) if week % style.arrears_every == 0 else np.zeros(0, np.int64)
    twice = who[(world.unpaid[who] > 6) & (rng.random(len(who)) < 0.5)]
    first = words[who % len(words)]
    second = words[(twice + 1) % len(words)]
    return {
        "who": np.concatenate([who, twice]),
        "kind": np.concatenate([first, second]),
        "weeks": np.concatenate([world.unpaid[who], np.maximum(world.unpaid[twice] - 5, 1)]),
    }


def _changes(world: "World", week: int, moved: Columns, show: Mapping[str, Floats]) -> Columns:
    rng, style, who = world.rng, world.style, world.people
    words = LANGUAGES[style.language]
    chance = style.changing / 52
    found: list[tuple[Any, str]] = []
    for about in ("person", "place", "other"):
        more = 0.04 * show["person"] * (about != "place")
        hit = moved["trading"] & (rng.random(len(who)) < chance / 3 + more / 2)
        found.append((np.flatnonzero(hit), about))
    said = (who.kind == KIND["orderly_closing"]) & (week == who.onset + world.habits.notice)
    found.append((np.flatnonzero(said & moved["trading"]), "closing"))
    places = np.concatenate([one for one, _ in found])
    what = np.concatenate(
        [
            np.array([words[about][one % len(words[about])] for one in ones.tolist()], object)
            for ones, about in found
        ]
    )
    return {"who": places, "what": what}
