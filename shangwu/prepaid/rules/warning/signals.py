"""The signals: for each operator and week a figure that is higher the worse it looks, and what it is held against.

Source: 0017
"""

from collections.abc import Callable, Mapping

import numpy as np

from shangwu.prepaid.rules.warning.bunching import just_under
from shangwu.prepaid.rules.warning.feeds import Floats
from shangwu.prepaid.rules.warning.memory import Course
from shangwu.prepaid.rules.warning.record import EASE, NEVER, YEAR_THIRD
from shangwu.prepaid.rules.warning.seen import (
    FACT,
    OWN,
    Seen,
    View,
    beside,
    less_peers,
    ratio,
)
from shangwu.prepaid.rules.warning.sudden import sudden, sums, winding_up

# Who is first seen after this week has opened since; before, a row may have been missing.
SURELY_LATER = 3


def _ease(course: Course, balance: Floats) -> Floats:
    """A little money, so that a ratio of two trifles says nothing."""
    usual = np.where(np.isfinite(course.usual), course.usual, course.mid)
    return np.asarray(0.05 * usual + 0.0005 * np.nan_to_num(balance) + 1)


def money(view: View) -> Mapping[str, Seen]:
    """Return the signals of what is sold, redeemed and paid back."""
    of, balance = view.record.course, view.record.balance
    ease = {name: _ease(of[name], balance) for name in ("issued", "redeemed", "refunded", "cards")}
    issued, redeemed, refunded = of["issued"], of["redeemed"], of["refunded"]
    surge = less_peers(view, ratio(issued.fast, issued.usual, ease["issued"]))
    usual_noise = issued.apart / (issued.usual + ease["issued"])
    falling = less_peers(view, -ratio(redeemed.mid, redeemed.usual, ease["redeemed"]))
    pace, was = redeemed.mid / (of["balance"].mid + 1), redeemed.usual / (of["balance"].usual + 1)
    pace_falls = less_peers(view, -ratio(pace, was, np.full(len(pace), 0.0005)))
    out = redeemed.mid + refunded.mid
    over = ratio(issued.mid, out, ease["issued"] + ease["redeemed"])
    over_was = ratio(
        issued.usual, redeemed.usual + refunded.usual, ease["issued"] + ease["redeemed"]
    )
    ticket = ratio(issued.fast, of["cards"].fast, np.ones(len(pace)))
    ticket_was = ratio(issued.usual, of["cards"].usual, np.ones(len(pace)))
    back, back_was = refunded.mid / (balance + 1), refunded.usual / (of["balance"].usual + 1)
    leverage = ratio(of["balance"].mid, view.record.roster.revenue, np.full(len(pace), 1e5))
    leverage = np.where(view.record.roster.revenue > 0, leverage, np.nan)
    return {
        "issue_surge": Seen(surge, issued.fast, issued.usual, OWN),
        "issue_unusual": Seen(surge / (0.1 + usual_noise), issued.fast, issued.usual, OWN),
        "issue_longer": Seen(
            ratio(issued.mid, issued.usual, ease["issued"]), issued.mid, issued.usual, OWN
        ),
        "issue_stops": Seen(
            -ratio(issued.fast, issued.usual, ease["issued"]), issued.fast, issued.usual, OWN
        ),
        "redeem_falls": Seen(falling, redeemed.mid, redeemed.usual, OWN),
        "pace_falls": Seen(pace_falls, pace, was, OWN),
        "pace_rises": Seen(-pace_falls, pace, was, OWN),
        "pace_low": beside(view, -np.log(pace + 0.0005), pace),
        "issue_over": Seen(over, issued.mid, out, OWN),
        "issue_over_more": Seen(over - over_was, issued.mid, out, OWN),
        "balance_grows": Seen(
            ratio(of["balance"].mid, of["balance"].usual, np.full(len(pace), 1e4)),
            of["balance"].mid,
            of["balance"].usual,
            OWN,
        ),
        "leverage": beside(view, leverage, np.exp(leverage)),
        "refund_rises": Seen(
            ratio(back, back_was, np.full(len(pace), 0.0005)), back, back_was, OWN
        ),
        "refund_high": beside(view, back, back),
        "ticket_rises": Seen(ticket - ticket_was, np.exp(ticket), np.exp(ticket_was), OWN),
    }


def terms(view: View) -> Mapping[str, Seen]:
    """Return the signals of how cards are sold and how reports are kept."""
    of = view.record.course
    found = {}
    for name, course in (("discount", of["discount"]), ("long", of["long"])):
        found[f"{name}_more"] = Seen(course.fast - course.usual, course.fast, course.usual, OWN)
        found[f"{name}_high"] = beside(view, course.mid, course.mid)
    late = of["late"].fast + 2 * of["missed"].fast
    usual = of["late"].usual + 2 * of["missed"].usual
    lasting = of["late"].mid + 2 * of["missed"].mid
    return found | {
        "late_more": Seen(late - usual, late, usual, OWN),
        "late": beside(view, lasting, lasting),
        "gap": beside(view, of["gap"].mid, of["gap"].mid),
    }


def witnesses(view: View) -> Mapping[str, Seen]:
    """Return the signals of the bank's and the consumers' own word against the operator's."""
    record, of = view.record, view.record.course
    balance, kept, custody = record.balance, of["kept"], of["custody"]
    share, was = np.exp(kept.fast) - EASE, np.exp(kept.usual) - EASE
    share = np.where(np.isfinite(custody.last), share, np.nan)
    covered = np.where(np.isfinite(custody.last), record.cover / (balance + 1), np.nan)
    looked, wrong = of["lookups"], of["mismatches"]
    total = np.nansum(looked.mid)
    rate = np.nansum(wrong.mid) / total if total > 0 else 0.0
    # Weeks that an average of half-life 6 holds.
    held = 1 / (1 - 0.5 ** (1 / 6))
    beyond = (wrong.mid - rate * looked.mid) * held / np.sqrt(rate * looked.mid * held + 0.3)
    since = 1 / (1 - 0.5 ** (1 / YEAR_THIRD))
    looked_long, wrong_long = record.looked.mean(), record.wrong.mean()
    far = (wrong_long - rate * looked_long) * since / np.sqrt(rate * looked_long * since + 0.3)
    own = (wrong.mid - wrong.usual / (looked.usual + 0.01) * looked.mid) * held
    own_more = own / np.sqrt(wrong.usual * held + 0.5)
    shown, shown_was = wrong.mid / (looked.mid + 1e-9), wrong.usual / (looked.usual + 1e-9)
    many = ratio(looked.mid, (np.maximum(balance, 0) / 1e6 + 1) ** 0.7, np.full(len(balance), 0.05))
    count = len(balance)
    return {
        "custody_falls": Seen(kept.usual - kept.fast, share, was, OWN),
        "custody_fell": Seen(kept.usual - kept.mid, np.exp(kept.mid) - EASE, was, OWN),
        "custody_rises": Seen(kept.mid - kept.usual, np.exp(kept.mid) - EASE, was, OWN),
        "custody_low": beside(view, -np.log(covered + 0.02), covered),
        "custody_out": Seen(
            -ratio(custody.fast, custody.usual, np.full(count, 1e4)),
            custody.fast,
            custody.usual,
            OWN,
        ),
        "bond_gone": Seen(
            record.marks["bond_gone"], record.marks["bond_gone"], np.zeros(count), FACT
        ),
        "mismatch": beside(view, beyond, shown),
        "mismatch_long": beside(view, far, wrong_long / (looked_long + 1e-9)),
        "mismatch_more": Seen(own_more, shown, shown_was, OWN),
        "lookups_more": Seen(
            ratio(looked.mid, looked.usual, np.full(count, 0.3)), looked.mid, looked.usual, OWN
        ),
        "lookups_many": beside(view, many, looked.mid),
    }


def voices(view: View) -> Mapping[str, Seen]:
    """Return the signals of complaints, arrears, changes, links and thresholds."""
    record, of = view.record, view.record.course
    heard, worse = of["complaints"], of["grave"]
    bills, owed = record.bills, record.bills.course
    count = len(record.roster)
    zero = np.zeros(count)
    held = 1 / (1 - 0.5 ** (1 / 6))
    excess = (heard.mid - heard.usual) * held / np.sqrt((heard.usual + 0.03) * held)
    worse_more = (worse.mid - worse.usual) * held / np.sqrt((worse.usual + 0.03) * held)
    new = (heard.fast - heard.usual) * 3.4 / np.sqrt((heard.usual + 0.05) * 3.4)
    level = np.log1p(heard.mid * held)
    changed = record.marks["person"] + record.marks["place"] + record.marks["other"]
    begun = np.where(record.first > SURELY_LATER, record.first, 0).astype(float)
    opened = np.nan_to_num(record.roster.opened, nan=-1e6)
    early = (record.first != NEVER) & (record.first <= SURELY_LATER)
    start = opened[early].max() if early.any() else 0.0
    under = np.any([just_under(record.balance / line.above - 1) for line in view.lines], axis=0)
    return {
        "complaints": beside(view, level, heard.mid),
        "complaints_more": Seen(excess, heard.mid, heard.usual, OWN),
        "complaints_new": Seen(new, heard.fast, heard.usual, OWN),
        "grave": beside(view, np.log1p(worse.mid * held), worse.mid),
        "grave_more": Seen(worse_more, worse.mid, worse.usual, OWN),
        "arrears": Seen(np.log1p(bills.longest), bills.longest, zero, FACT),
        "arrears_kinds": Seen(bills.kinds, bills.kinds, zero, FACT),
        "arrears_last": Seen(bills.owing.mean(), bills.longest, zero, FACT),
        "arrears_more": Seen(
            owed.fast - owed.usual, np.expm1(owed.fast), np.expm1(owed.usual), OWN
        ),
        "person": Seen(record.marks["person"], record.marks["person"], zero, FACT),
        "changes": Seen(changed, changed, zero, FACT),
        "closing": Seen(record.marks["closing"], record.notice.astype(float), zero, FACT),
        "phoenix": Seen(view.links.strength, view.links.to.astype(float), zero, FACT),
        "young": Seen(
            np.where(begun > 0, np.maximum(opened, start + 7 * begun), opened), begun, zero, FACT
        ),
        "bunched": Seen(under.astype(float), record.balance, zero, FACT),
    }


FAMILIES: tuple[Callable[[View], Mapping[str, Seen]], ...] = (
    money,
    terms,
    witnesses,
    voices,
    sudden,
    sums,
    winding_up,
)


def signals(view: View) -> dict[str, Seen]:
    """Return every signal of the week by name."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return {name: seen for family in FAMILIES for name, seen in family(view).items()}
