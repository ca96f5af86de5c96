"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import governance

__all__ = ["governance"]
