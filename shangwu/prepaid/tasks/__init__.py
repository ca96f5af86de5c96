"""Background work of prepaid cards, one module per subject."""

from shangwu.prepaid.tasks import standings

__all__ = ["standings"]
