"""What owners decide: how to get over an empty till, when to close, when to run."""

import numpy as np
from numpy.typing import NDArray

from city.worlds.people import NEVER
from city.worlds.sixth.books import Books
from city.worlds.sixth.look import BILLS, LEVER, LEVERS, Look

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
FIRST = -30  # the first week that is played, long before the first that is told
RUN_UP = (7, 32)  # weeks from the intention to the empty shop
# What serves who means to be gone: he thinks of these earlier than of others.
RUNNING = [LEVER[name] for name in ("discount", "long", "custody", "representative")]


def pull(books: Books, look: Look, week: int, u: Floats) -> None:
    """Pull and let go levers as the strain has it; rows of chance: one per lever."""
    them = books.them
    felt = np.tile(np.maximum(books.strain, _ambition(books, week)), (len(LEVERS), 1))
    felt[RUNNING] *= np.where(books.plan != NEVER, 1.5, 1)
    wants = np.where(books.pulled, felt > 0.6 * them.levels, felt > them.levels)
    moves = (u < 0.3) & books.live & (week < books.closing)
    pulls, lets_go = wants & ~books.pulled & moves, ~wants & books.pulled & moves
    books.pulled ^= pulls | lets_go
    # Some levers are one deed and not a state.
    cost = books.outgoings()
    smaller = pulls[LEVER["outlets"]] & (week > books.them.begins + 8)
    books.scale[smaller] *= 0.85
    books.base[smaller] -= 0.06
    borrows = pulls[LEVER["borrow"]] & (books.loan < cost)
    lent = np.rint(cost * (1 + 5 * them.rank)) * borrows
    books.cash += lent
    books.loan += lent
    changed = pulls[LEVER["representative"]]
    books.events = [("outlet", np.flatnonzero(smaller)), ("person", np.flatnonzero(changed))]
    worse = books.pulled[LEVER["quality"]] | books.pulled[1]
    books.base -= np.where(worse, 0.004, 0)
    _prices(books, look, week)


def _ambition(books: Books, week: int) -> Floats:
    """Return how far a runaway's preparations have come, in terms of strain."""
    whole = np.maximum(books.plan - books.planned, 1)
    return np.where(books.plan != NEVER, 0.3 + 0.6 * (week - books.planned) / whole, 0)


def _prices(books: Books, look: Look, week: int) -> None:
    """Move discount and length of the cards on sale: need, promotion, or the usual."""
    them = books.them
    runs = (books.plan != NEVER) & (week >= books.planned)
    deeper = (0.06 + 0.14 * books.strain + 0.12 * runs) * books.pulled[LEVER["discount"]]
    turn = (
        week + np.floor(them.rank * 40)
    ) % 40  # the one who promotes has a campaign now and then
    campaign = them.promotes & (turn < 5 + 6 * them.greed)
    usual = ((week + np.floor(them.rank * 90)) % 26 < 2) & (them.greed > 0.55)
    deeper = deeper + campaign * (0.1 + 0.2 * them.rank) + usual * 0.08 * look.noise
    books.discount += 0.35 * (np.clip(them.custom + deeper, 0, 0.7) - books.discount)
    longer = 0.35 * books.pulled[LEVER["long"]] + 0.15 * campaign
    books.long += 0.3 * (np.clip(them.long + longer, 0, 1) - books.long)


def take(books: Books, week: int, pooled: Flags) -> None:
    """Let owners take out, put in, and share within a chain."""
    them, live = books.them, books.live
    cost = books.outgoings()
    runs = (books.plan != NEVER) & (week >= books.planned)
    spare = np.maximum(books.cash - cost * them.buffer, 0) * (0.04 + 0.3 * them.greed)
    grabs = np.maximum(books.cash - 0.4 * cost, 0) * 0.3
    aside = 0.3 * (books.flows["issued"] - books.flows["told_issued"])
    out = np.where(runs, grabs, spare * (books.closing == NEVER)) + np.maximum(aside, 0)
    books.cash -= np.rint(out * live)
    helps = live & ~runs & (books.strain > 0.45 + 0.4 * them.greed) & (books.wealth > 0)
    given = np.minimum(books.wealth, 1.0) * helps
    books.wealth -= given
    books.cash += np.rint(given * cost)
    chain = pooled & live & ~runs
    size = int(them.brand.max()) + 1
    money = np.bincount(them.brand[chain], books.cash[chain], size)
    needs = np.bincount(them.brand[chain], cost[chain], size)
    fair = (money / np.maximum(needs, 1))[them.brand] * cost
    books.cash += np.where(chain, 0.15 * (fair - books.cash), 0)


def adapt(books: Books, look: Look, z: Floats, u: Floats) -> None:
    """Let custom wander and break in, and let firms follow with size; three rows of u."""
    them = books.them
    books.base += them.swing * z - 0.006 * books.base
    blow = u[0] < 0.2 / 52
    books.base -= np.where(blow, 0.05 + 0.3 * u[1], 0)
    books.base += np.where(u[0] > 1 - 0.15 / 52, 0.1 + 0.2 * u[1], 0)
    speed = 0.022 * np.exp(0.5 * them.skill) * (1 + books.strain)
    books.scale += speed * (np.clip(np.exp(books.base), 0.45, 2) - books.scale)
    books.rumour *= 0.82


def intend(books: Books, look: Look, week: int, u: Floats) -> None:
    """Let a few owners decide to run, and a few to close in good order; four rows of u."""
    them = books.them
    free = books.live & (books.plan == NEVER) & (books.closing == NEVER)
    free &= week > them.begins + 8
    tempted = (
        (1 - them.honest) ** 2
        * (1 + 2 * books.strain)
        * (1 + 5 * books.hiding() + 2 * (them.heir >= 0))
    )
    tempted *= np.clip(books.owed / np.maximum(books.outgoings(), 1) / 6, 0.2, 3)
    often = look.grabs * look.failures_a_year / 52
    runs = free & (u[0] < often * tempted / max(float(tempted[books.live].mean()), 1e-9))
    # What an heir or a hider has in mind he has more often than others.
    runs |= free & (u[0] < (them.heir >= 0) * 1.0 / 52) | free & (
        u[0] < (books.hiding() > 0) * 0.2 / 52
    )
    books.planned[runs] = week
    books.plan[runs] = week + RUN_UP[0] + np.floor(u[1] * (RUN_UP[1] - RUN_UP[0]))[runs].astype(int)
    cost = books.outgoings()
    own = (
        books.wealth + 10 * them.honest * them.rank
    )  # what an honest owner would still lay out, in weeks
    missing = books.owed + books.debts.sum(axis=0) + 2 * cost - books.cash - books.custody
    able = missing < own * cost
    gives_up = (books.strain > 0.35) & able & (u[2] < 0.08 * them.honest)
    retires = (u[2] < 0.012 / 52) & able
    closes = free & ~runs & (gives_up | retires)
    books.closing[closes] = week + 5 + np.floor(u[3] * 8)[closes].astype(int)
    books.cash += np.rint(np.where(closes, np.maximum(missing, 0), 0))
    books.wealth[closes] = 0
    books.scale[closes] *= 0.75
    told = closes & (u[1] < 0.85)
    books.events.append(("notice", np.flatnonzero(told)))


def end(books: Books, week: int, u: Floats) -> Whole:
    """Close whoever cannot or will not go on; return who failed. Two rows of u."""
    them = books.them
    cost = np.maximum(books.outgoings(), 1)
    behind = books.debts / np.maximum(books.bills(), 1)
    empty = (books.cash < -(0.3 + 1.5 * them.rank) * cost) & (u[0] < 0.3)
    evicted = (behind[0] > 12 + 10 * them.rank) & (u[1] < 0.12)
    deserted = (behind[1] > 6 + 8 * them.rank) & (u[1] > 0.88)
    due = books.live & (week >= books.closing)
    means = books.cash + books.custody
    short = due & (means < 0.9 * books.owed)
    done = due & ~short
    failed = books.live & ~done & (empty | evicted | deserted | short | (week >= books.plan))
    books.lost[failed] = np.maximum(books.owed - books.custody - books.bond, 0)[failed]
    books.fails[failed] = week
    books.ends[failed | done] = week
    books.live &= ~(failed | done)
    return np.flatnonzero(failed)


def insure(books: Books, look: Look, week: int) -> None:
    """Renew the bonds of the week for a year, of whoever has one and still pays for it."""
    them = books.them
    turn = np.floor(them.rank * 977) % 52 == week % 52
    first = (week == them.begins) | (week == FIRST)
    buys = them.bonded & books.live & (turn | first) & ~books.pulled[LEVER["bond"]]
    lapses = turn & ~buys
    wanted = np.rint(books.told * look.custody_rate * (0.4 + 0.6 * them.greed) / 1e6) * 1e6
    books.bond = np.where(buys, wanted, np.where(lapses, 0, books.bond))


def mark(books: Books, week: int) -> None:
    """Note when trouble began for whoever is in it."""
    trouble = (books.strain > 0.4) | ((books.plan != NEVER) & (week >= books.planned))
    calm = (books.strain < 0.2) & (books.plan == NEVER)
    fresh = trouble & (books.onset == NEVER) & books.live
    books.onset[fresh] = week
    books.onset[calm & books.live] = NEVER


def unpaid(books: Books) -> Floats:
    """Return for each kind of bill by how many weeks a firm is behind."""
    return np.asarray(books.debts / np.maximum(books.bills(), 1))[:BILLS]
