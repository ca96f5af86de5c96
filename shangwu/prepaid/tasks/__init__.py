"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import ledger

__all__ = ["ledger"]
