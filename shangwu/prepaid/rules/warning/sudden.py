"""The signals of a few weeks: sudden selling, sums of rare events, and winding up, which is no sign of failure."""

from collections.abc import Mapping

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats
from shangwu.prepaid.rules.warning.memory import Course
from shangwu.prepaid.rules.warning.seen import OWN, Seen, View, beside, ratio

# Weeks that an average of half-life 6 holds.
HELD = 1 / (1 - 0.5 ** (1 / 6))


def sudden(view: View) -> Mapping[str, Seen]:
    """Return the signals of the last week alone, against how far single weeks usually lie apart."""
    of = view.record.course
    issued = of["issued"]
    now = ratio(issued.last, issued.usual, 0.1 * issued.usual + 1)
    apart = issued.apart / (issued.usual + 1)
    found = {"issue_now": Seen(now / (0.15 + apart), issued.last, issued.usual, OWN)}
    for name, course, least in (("discount", of["discount"], 1.0), ("long", of["long"], 3.0)):
        jump = (course.last - course.usual) / (course.apart + least)
        found[f"{name}_now"] = Seen(jump, course.last, course.usual, OWN)
    return found


def sums(view: View) -> Mapping[str, Seen]:
    """Return the signals of mismatches, complaints, sales, terms and late reports that add up."""
    record, of = view.record, view.record.course
    looked, wrong, heard = of["lookups"], of["mismatches"], of["complaints"]
    shown = record.wrong.mean() / (record.looked.mean() + 1e-9)
    return {
        "mismatch_sum": beside(view, record.mismatch_sum.sum, shown),
        "mismatch_share": Seen(
            (wrong.mid * HELD + 0.2) / (looked.mid * HELD + 2.0),
            wrong.mid / (looked.mid + 1e-9),
            wrong.usual / (looked.usual + 1e-9),
            OWN,
        ),
        "complaints_sum": beside(view, record.complaint_sum.sum, heard.mid),
        "grave_sum": beside(view, record.grave_sum.sum, of["grave"].mid),
        **{
            f"{name}_climbs": Seen(climb.sum, of[name].mid, of[name].usual, OWN)
            for name, climb in record.climbs.of.items()
        },
    }


def _low(course: Course) -> Floats:
    """How near to nothing the last weeks are, from 0 (half of the usual) to 1."""
    return np.clip(1 - course.fast / (0.5 * course.usual + 1), 0, 1)


def winding_up(view: View) -> Mapping[str, Seen]:
    """Return the signals of who sells no more, pays back, and owes less and less."""
    of = view.record.course
    stopped = _low(of["issued"])
    back = of["refunded"].fast / (of["balance"].usual + 1)
    shrinks = -ratio(of["balance"].fast, of["balance"].usual, 0.02 * of["balance"].usual + 1e4)
    return {
        "winds_up": Seen(
            stopped * back, back, of["refunded"].usual / (of["balance"].usual + 1), OWN
        ),
        "balance_falls": Seen(shrinks, of["balance"].fast, of["balance"].usual, OWN),
    }
