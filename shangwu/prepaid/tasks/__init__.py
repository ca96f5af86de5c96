"""Background work of prepaid-card supervision, one module per subject."""

from shangwu.prepaid.tasks import (
    consumers,
    governance,
    history,
    ledger,
    sandbox,
    service,
    standings,
    till,
    warning,
)

__all__ = [
    "consumers",
    "governance",
    "history",
    "ledger",
    "sandbox",
    "service",
    "standings",
    "till",
    "warning",
]
