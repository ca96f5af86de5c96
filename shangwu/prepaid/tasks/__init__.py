"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import ledger, sandbox, standings

__all__ = ["ledger", "sandbox", "standings"]
