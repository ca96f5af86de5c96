"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import consumers, governance, history, ledger, service, standings, till

__all__ = ["consumers", "governance", "history", "ledger", "service", "standings", "till"]
