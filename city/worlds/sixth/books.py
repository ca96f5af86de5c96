"""The till: what a firm takes and pays in a week, and what it owes to whom."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from city.worlds.people import NEVER
from city.worlds.sixth.firms import Firms
from city.worlds.sixth.look import BILLS, LEVER, LEVERS, Look
from city.worlds.sixth.weather import Weather

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
TAX = 3  # its place among the bills
AT_EASE = 3.0  # weeks of outgoings in the till that let an owner sleep


@dataclass
class Books:
    """The state of all firms in a week; amounts are fen."""

    them: Firms
    fixed: Floats  # BILLS x firms: what falls due in a week at full size
    whole: Floats  # that and the goods
    base: Floats  # log of how many customers come, against the usual
    scale: Floats  # how large shops and staff are kept
    cash: Floats
    owed: Floats  # what card holders have left, as they paid for it
    worth: Floats  # the same in goods at usual prices
    told: Floats  # the balance the firm admits
    custody: Floats
    bond: Floats
    debts: Floats  # BILLS x firms
    loan: Floats
    wealth: Floats
    strain: Floats
    rumour: Floats
    discount: Floats
    long: Floats
    pulled: Flags  # LEVERS x firms
    plan: Whole  # the week in which a runaway is gone, NEVER if none
    planned: Whole  # when that was decided
    closing: Whole  # the last week of an orderly end, NEVER if none
    live: Flags
    fails: Whole
    ends: Whole
    onset: Whole
    lost: Floats
    week: int = -100
    flows: dict[str, Floats] = field(default_factory=dict)
    events: list[tuple[str, Whole]] = field(default_factory=list)

    def bills(self) -> Floats:
        """Return what falls due in a usual week, one row for each kind of bill."""
        return self.fixed * self.scale

    def outgoings(self) -> Floats:
        """Return what a usual week costs, goods and all."""
        return self.whole * self.scale

    def hiding(self) -> Floats:
        """Return the part of the cards sold that a firm keeps out of its books."""
        return np.where(self.week >= self.them.hides_from, self.them.hides, 0.0)

    def unseen(self) -> Floats:
        """Return what is owed beyond what is told."""
        return np.maximum(self.owed - self.told, 0)

    def usual_owed(self) -> Floats:
        """Return the balance at which as much is redeemed as is sold."""
        return self.them.carded * self.them.sales * self.them.life

    def required(self, look: Look, week: int) -> Floats:
        """Return what the rule of the week wants in custody, for the balance that is told."""
        threshold, rate = look.threshold_fen, look.custody_rate
        if look.new_rule[0] and week >= look.new_rule[0]:
            threshold, rate = look.new_rule[1:]
        wanted = np.where(self.told > threshold, self.told * rate, 0)
        return np.asarray(np.rint(np.maximum(wanted - self.bond, 0)), np.float64)


def opened(them: Firms, look: Look, margin: Floats, z: Floats) -> Books:
    """Return books as they lie when the world begins, two rows of chance `z` in hand."""
    count = len(them)
    room = np.maximum((1 - them.goods - margin) / (1 - them.goods), 0.2)
    fixed = them.bills * room
    begun = them.begins <= 1

    def nothing() -> Floats:
        return np.zeros(count)

    def never() -> Whole:
        return np.full(count, NEVER)

    books = Books(
        them=them,
        fixed=fixed,
        whole=fixed.sum(axis=0) + them.goods * them.sales,
        base=0.08 * z[0],
        scale=np.ones(count),
        cash=nothing(),
        owed=nothing(),
        worth=nothing(),
        told=nothing(),
        custody=nothing(),
        bond=nothing(),
        debts=np.zeros((BILLS, count)),
        loan=nothing(),
        wealth=them.wealth.copy(),
        strain=nothing(),
        rumour=nothing(),
        discount=them.custom.copy(),
        long=them.long.copy(),
        pulled=np.zeros((len(LEVERS), count), bool),
        plan=never(),
        planned=never(),
        closing=never(),
        live=begun,
        fails=never(),
        ends=never(),
        onset=never(),
        lost=nothing(),
    )
    stock(books, look, np.arange(count), np.where(begun, np.exp(0.2 * z[1]), 0.05))
    return books


def stock(books: Books, look: Look, which: Whole, part: Floats) -> None:
    """Fill tills and outstanding cards of some firms, `part` of the usual balance."""
    owed = np.rint(books.usual_owed()[which] * part)
    books.owed[which] = books.told[which] = books.worth[which] = owed
    books.custody[which] = books.required(look, books.week)[which]
    books.cash[which] = np.rint((books.outgoings() * books.them.buffer)[which])


def trade(books: Books, look: Look, weather: Weather, week: int, z: Floats) -> None:
    """Sell for cash and on cards, redeem, refund; four rows of chance."""
    them, live = books.them, books.live
    books.week, place = week, week - weather.first
    season = 1 + them.season * np.sin(2 * np.pi * week / 52 + them.peak)
    reach = np.exp(books.base) * season * weather.demand(week, them.district, them.sector)
    trust = 1 / (1 + 1.5 * books.rumour)
    uneven = np.clip(0.3 * (them.sales / look.size_fen) ** -0.3, 0.1, 0.8)
    sells = live & (books.closing == NEVER)
    appeal = np.exp(3 * (books.discount - them.custom)) * trust * (1 + weather.holiday[place])
    full = np.sqrt(books.usual_owed() / np.maximum(books.owed, 0.05 * books.usual_owed() + 1))
    issued = them.carded * them.sales * reach * appeal * np.clip(full, 0.3, 2)
    issued = np.rint(issued * np.exp(uneven * z[0] - uneven**2 / 2) * sells)
    life = them.life * (1 + 0.8 * (books.long - them.long))
    rate = reach * (1 + 2.5 * books.rumour) * np.exp(0.15 * z[1]) / life
    redeemed = np.rint(books.owed * np.clip(rate, 0, 0.6) * live)
    threshold = look.threshold_fen
    if look.new_rule[0] and week >= look.new_rule[0]:
        threshold = look.new_rule[1]
    near = them.bunches & (books.told < threshold) & (books.told > 0.6 * threshold)
    room = np.rint(np.maximum(0.995 * threshold - books.told + redeemed, 0))
    issued = np.where(near, np.minimum(issued, room), issued)
    asked = 0.0006 * np.exp(z[2]) + 0.015 * books.rumour
    asked = np.where(books.closing != NEVER, 0.2, np.clip(asked, 0, 0.2))
    asked = np.rint((books.owed - redeemed) * asked * live)
    refuses = (books.strain > 0.55) & (them.rank > 0.35) & (books.closing == NEVER)
    refunded = np.rint(np.where(refuses, 0.25 * asked, asked))
    served = redeemed * books.worth / np.maximum(books.owed, 1)
    books.worth += issued * (1 - them.custom) / np.maximum(1 - books.discount, 0.25)
    books.worth *= 1 - (redeemed + refunded) / np.maximum(books.owed + issued, 1)
    books.owed += issued - redeemed - refunded
    takings = them.sales * (1 - them.carded) * reach * np.exp(0.08 * z[3]) * live
    books.flows = {"issued": issued, "redeemed": redeemed, "refunded": refunded}
    books.flows |= {"refused": asked - refunded, "takings": np.rint(takings), "served": served}
    _admit(books)


def _admit(books: Books) -> None:
    """Work out what is told of the week's flows: all by the honest, less by those who hide."""
    them, flows = books.them, books.flows
    issued = np.rint(flows["issued"] * (1 - books.hiding()))
    known = books.told / np.maximum(books.told + books.unseen(), 1)
    both = [flows["redeemed"], flows["refunded"]]
    told = [np.where(them.tells_all, flow, np.rint(flow * known)) for flow in both]
    told[0] = np.minimum(told[0], books.told + issued)
    told[1] = np.minimum(told[1], books.told + issued - told[0])
    books.told += issued - told[0] - told[1]
    flows |= {"told_issued": issued, "told_redeemed": told[0], "told_refunded": told[1]}


def pay(books: Books, look: Look, week: int) -> None:
    """Pay for goods, bills and loans as far as the owner does, and set money aside in custody."""
    them, flows, live = books.them, books.flows, books.live
    thrift = np.where(books.pulled[LEVER["quality"]], 0.85, 1.0)
    books.cash += flows["takings"] + flows["issued"] - flows["refunded"]
    books.cash -= them.goods * (flows["takings"] + flows["served"]) * thrift
    due = books.bills() * live
    due[TAX] *= np.clip((flows["takings"] + flows["issued"]) / np.maximum(them.sales, 1), 0, 2)
    paid = np.where(books.pulled[:BILLS], 0.25 * them.rank, 1.0) * due
    # Old debts are paid down by whoever can, by those who hold back only from what is plenty.
    keeps = books.outgoings() * np.where(books.pulled[:BILLS], 2, 1)
    spare = np.maximum(books.cash - paid.sum(axis=0) - keeps, 0)
    back = np.minimum(books.debts, 0.12 * spare + np.where(books.pulled[:BILLS], 0, 0.5) * due)
    books.debts += due - paid - back
    books.cash -= paid.sum(axis=0) + back.sum(axis=0)
    instalment = np.minimum(books.loan, books.outgoings() * 0.06)
    books.loan = (books.loan - instalment) * 1.0015
    books.cash -= instalment
    wanted = books.required(look, week)
    wanted = np.where(books.pulled[LEVER["custody"]], wanted * 0.6 * them.rank, wanted)
    step = np.rint(np.where(wanted > books.custody, 0.12, 0.5) * (wanted - books.custody))
    # Set aside is only what is there beyond the next bills.
    step = np.where((step > 0) & (books.cash < step + books.outgoings()), 0, step) * live
    books.custody += step
    books.cash -= step
    runway = (books.cash - 0.5 * books.debts.sum(axis=0)) / np.maximum(books.outgoings(), 1)
    stress = np.clip(1 - runway / AT_EASE, 0, 1.4)
    books.strain = np.where(live, 0.8 * books.strain + 0.2 * stress, 0)
