"""Background work of prepaid supervision, one module per subject."""

from shangwu.prepaid.tasks import consumers

__all__ = ["consumers"]
