"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import consumers, ledger

__all__ = ["consumers", "ledger"]
