"""A world on paper: the files of the watcher's contract, and the truth beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from city.worlds.fifth import style as fifth_style
from city.worlds.fifth import weeks as fifth
from city.worlds.fourth import style as fourth_style
from city.worlds.fourth import weeks as fourth
from city.worlds.people import KINDS, NEVER, People, people
from city.worlds.second import people as second_people
from city.worlds.second import style as second_style
from city.worlds.second import weeks as second
from city.worlds.sixth import look as sixth_look
from city.worlds.sixth import world as sixth
from city.worlds.style import draw, with_changes
from city.worlds.third import style as third_style
from city.worlds.third import weeks as third
from city.worlds.weeks import World

AUTHORS = ("first", "second", "third", "fourth", "fifth", "sixth")
AnyWorld = World | second.World | third.World | fourth.World | fifth.World | sixth.World


def world(
    seed: int,
    operators: int,
    weeks: int,
    changes: Mapping[str, Any] | None = None,
    *,
    author: str = AUTHORS[0],
) -> AnyWorld:
    """Return the world of a seed, ready to be played; `changes` sets figures of its style by hand."""
    if author == "second":
        rng = np.random.default_rng([seed, 20261127])
        look = second_style.with_changes(second_style.draw(rng), dict(changes or {}))
        them = second_people.people(rng, look, operators=operators, weeks=weeks)
        return second.World(rng, look, them)
    if author == "third":
        rng = np.random.default_rng([seed, 20261128])
        drawn = third_style.with_changes(third_style.draw(rng), dict(changes or {}))
        return third.World(rng, drawn, operators, weeks)
    if author == "fourth":
        rng = np.random.default_rng([seed, 20261129])
        fourth_look = fourth_style.with_changes(fourth_style.draw(rng), dict(changes or {}))
        return fourth.World(rng, fourth_look, operators, weeks)
    if author == "fifth":
        rng = np.random.default_rng([seed, 20261130])
        fifth_look = fifth_style.with_changes(fifth_style.draw(rng), dict(changes or {}))
        return fifth.World(rng, fifth_look, operators, weeks)
    if author == "sixth":
        rng = np.random.default_rng([seed, 20261131])
        sixth_drawn = sixth_look.with_changes(sixth_look.draw(rng), dict(changes or {}))
        return sixth.World(rng, sixth_drawn, operators, weeks)
    rng = np.random.default_rng([seed, 20261126])
    style = with_changes(draw(rng), dict(changes or {}))
    return World(rng, style, people(rng, style, operators=operators, weeks=weeks))


def write(
    folder: Path,
    *,
    seed: int,
    operators: int,
    weeks: int,
    changes: Mapping[str, Any] | None = None,
    author: str = AUTHORS[0],
) -> str:
    """Write a world into a folder and return in one sentence what was written."""
    made = world(seed, operators, weeks, changes, author=author)
    folder.mkdir(parents=True, exist_ok=True)
    ids = np.array(made.people.id_of(), object)
    roster(made.people).write_csv(folder / "operators.csv")
    for week, feeds in made.play(weeks):
        place = folder / f"w{week:03d}"
        place.mkdir(exist_ok=True)
        for feed, columns in feeds.items():
            told = {"operator": list(ids[columns["who"]])}
            told |= {
                name: _whole(name, values) for name, values in columns.items() if name != "who"
            }
            pl.DataFrame(told).write_csv(place / f"{feed}.csv")
    truth = made.truth(weeks)
    failed = [None if week == NEVER else int(week) for week in truth["failed_week"]]
    pl.DataFrame(
        {
            "operator": list(ids),
            "kind": [KINDS[kind] for kind in truth["kind"]],
            "failed_week": pl.Series(failed, dtype=pl.Int64),
            "lost_fen": truth["lost_fen"].astype(np.int64),
        }
    ).write_csv(folder.parent / f"{folder.name}.truth.csv")
    count = sum(week is not None for week in failed)
    return f"{folder}：{operators} 家经营者，{weeks} 周，失败 {count} 家；真相另存 {folder.name}.truth.csv。"


def roster(everyone: People) -> pl.DataFrame:
    """Return the operators as the contract lists them."""
    return pl.DataFrame(
        {
            "operator": everyone.id_of(),
            "sector": list(everyone.sector),
            "district": list(everyone.district),
            "opened_on": [day and day.isoformat() for day in everyone.opened_on],
            "prior_revenue_fen": pl.Series(np.rint(everyone.revenue)).fill_nan(None).cast(pl.Int64),
            "brand": list(everyone.brand),
            "address_key": list(everyone.address),
        }
    )


def _whole(name: str, values: Any) -> Any:
    """Amounts and counts as whole numbers, shares and words as they are; what is not known stays empty."""
    if values.dtype == object:
        return list(values)
    told = pl.Series(values.astype(np.float64)).fill_nan(None)
    return told if name in {"long_card_share", "discount_pct"} else told.cast(pl.Int64)
