"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import consumers, ledger, standings, till

__all__ = ["consumers", "ledger", "standings", "till"]
