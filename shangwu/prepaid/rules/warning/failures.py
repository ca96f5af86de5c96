"""Failures as the platform can see them: an operator falls silent and owes, without having closed in order."""

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags
from shangwu.prepaid.rules.warning.record import NEVER, Record

SILENT_WEEKS = 3
# Who has paid back so much of what was usually owed, and sells nothing more, has closed and not failed.
STILL_OWED = 0.25
NOTICE_WEEKS = 30
# Paid back within about two months, in shares of the usual balance, by who no longer sells: a closing in order.
PAID_BACK, SELLS_STILL, MONTHS = 0.15, 0.1, 8.0


class Failures:
    """Who is taken to have failed, and since which week; who comes back is taken off again."""

    def __init__(self, count: int) -> None:
        self.since = np.full(count, NEVER)

    @property
    def failed(self) -> Flags:
        """Who is taken to have failed."""
        return np.asarray(self.since != NEVER)

    def add(self, record: Record) -> Flags:
        """Look at one week and return who is newly found to have failed."""
        silent = (record.silent >= SILENT_WEEKS + record.rhythm.rest) & (record.first != NEVER)
        usual = np.nan_to_num(record.course["balance"].usual)
        owes = np.nan_to_num(record.balance) > np.maximum(STILL_OWED * usual, 1)
        said = (record.notice != NEVER) & (record.week - record.notice <= NOTICE_WEEKS)
        fallen = silent & owes & ~said & ~self._paying_back(record)
        new = fallen & ~self.failed
        self.since = np.where(new, record.week - record.silent + 1, self.since)
        self.since = np.where(record.silent == 0, NEVER, self.since)
        return np.asarray(new)

    @staticmethod
    def _paying_back(record: Record) -> Flags:
        """Who had stopped selling and was paying its customers back when last heard of."""
        of = record.course
        back = np.nan_to_num(of["refunded"].mid) * MONTHS
        sells = np.nan_to_num(of["issued"].fast) > SELLS_STILL * np.nan_to_num(of["issued"].usual)
        return np.asarray(~sells & (back > PAID_BACK * np.nan_to_num(of["balance"].usual)))
