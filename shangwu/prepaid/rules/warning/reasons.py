"""Why an operator was named: what each signal added to its score, and the heaviest of them in words.

Source: 0017
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shangwu.prepaid.rules.warning.features import ALSO, KINDS, PAIRS
from shangwu.prepaid.rules.warning.feeds import Floats, Words
from shangwu.prepaid.rules.warning.sight import Week
from shangwu.prepaid.rules.warning.weights import Rows
from shangwu.prepaid.rules.warning.wording import TERMS, sentence

MOST = 3
# What is told must be at least so rare: about one operator in six.
TELLING = 0.5
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names} | dict(ALSO)


@dataclass(frozen=True)
class Share:
    """What one signal added to a score, and how rare its figure was."""

    signal: str
    added: float
    rarity: float


def shares(names: Sequence[str], row: Rows, logit: Callable[[Rows], Floats]) -> tuple[Share, ...]:
    """Return how much lower the score would be were each signal ordinary, heaviest first.

    A pair of signals falls with either of its sides. What counts several signals together (breadth and the
    like) stays as it is.
    """
    at = {name: place for place, name in enumerate(names)}
    signals = [name for name in names if name in TERMS]
    without = np.tile(row, (len(signals) + 1, 1))
    for place, name in enumerate(signals):
        without[place, at[name]] = 0
    for pair, (one, other) in PAIRS.items():
        sides = (without[:, [at[name] for name in side]].max(axis=1) for side in (one, other))
        without[:, at[pair]] = np.sqrt(np.prod(list(sides), axis=0))
    scores = logit(without)
    added = scores[-1] - scores[:-1]
    found = [
        Share(name, float(one), float(row[at[name]]))
        for name, one in zip(signals, added, strict=True)
    ]
    return tuple(sorted(found, key=lambda share: (-share.added, share.signal)))


def telling(found: Sequence[Share]) -> tuple[Share, ...]:
    """Return the heaviest signals, one of each kind of evidence; the rarest where none weighs."""
    told: dict[str, Share] = {}
    for share in found:
        if share.added > 0 and share.rarity >= TELLING:
            told.setdefault(KIND_OF.get(share.signal, TERMS[share.signal].label), share)
    if not told:
        rarest = max(found, key=lambda share: share.rarity)
        return (rarest,)
    return tuple(told.values())[:MOST]


def reasons(
    week: Week, who: int, *, names: Sequence[str], logit: Callable[[Rows], Floats], ids: Words
) -> tuple[str, ...]:
    """Return the reasons for one operator in words."""
    found = shares(names, week.features[who], logit)
    at = {name: place for place, name in enumerate(names)}
    told = []
    for share in telling(found):
        since = int(week.since[who, at[share.signal]]) or week.number
        other = int(week.links.to[who]) if share.signal == "phoenix" else -1
        name = str(ids[other]) if other >= 0 else ""
        told.append(sentence(share.signal, week.seen[share.signal], who, since=since, other=name))
    return tuple(told)
