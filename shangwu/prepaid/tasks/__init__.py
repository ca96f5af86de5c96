"""Background work of prepaid cards, one module per subject; the worker finds the tasks of those imported here."""

from shangwu.prepaid.tasks import history

__all__ = ["history"]
