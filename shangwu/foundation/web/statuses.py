"""How a status looks: its code gives a tone and an icon; the word beside them is always written out."""

from typing import NamedTuple


class Look(NamedTuple):
    """A tone of the palette and an icon of the sprite."""

    tone: str
    icon: str


LOOKS: dict[str, Look] = {
    "MET": Look("success", "check-circle"),
    "PARTIAL": Look("warning", "half"),
    "MISSED": Look("danger", "x-circle"),
    "NOT_DUE": Look("info", "clock"),
    "NO_DATA": Look("muted", "minus-circle"),
    "NEEDS_RATING": Look("purple", "scale"),
    "DRAFT": Look("muted", "pencil"),
    "SUBMITTED": Look("info", "send"),
    "RETURNED": Look("warning", "undo"),
    "APPROVED": Look("success", "stamp"),
    "PENDING": Look("warning", "clock"),
    "SIGNED": Look("info", "lock"),
    "PUBLISHED": Look("success", "eye"),
    "READ": Look("info", "eye"),
    "CONFIRMED": Look("success", "check-circle"),
    "DISCARDED": Look("muted", "trash"),
    "QUARANTINED": Look("warning", "shield"),
    "CLEAN": Look("success", "shield-check"),
    "INFECTED": Look("danger", "alert"),
    "REFUSED": Look("danger", "x-circle"),
    "WAITING": Look("muted", "clock"),
    "RUNNING": Look("info", "history"),
    "DONE": Look("success", "check-circle"),
    "FAILED": Look("danger", "x-circle"),
    "OVERDUE": Look("danger", "alert"),
    "PROVISIONAL": Look("warning", "info"),
    "OPEN": Look("success", "clock"),
    "CLOSED": Look("muted", "lock"),
    "GREEN": Look("success", "check-circle"),
    "YELLOW": Look("warning", "half"),
    "RED": Look("danger", "alert"),
    "LOCKED": Look("success", "lock"),
    "FOUND": Look("danger", "alert"),
    "ASSIGNED": Look("warning", "pencil"),
    "REPORTED": Look("info", "send"),
    "FLAGGED": Look("danger", "alert"),
    "WARNED": Look("warning", "send"),
    "INTERVIEWED": Look("warning", "users"),
    "RECTIFIED": Look("success", "check-circle"),
    "HANDED_OVER": Look("purple", "send"),
    "PENALISED": Look("danger", "scale"),
    "NOTICED": Look("warning", "send"),
    "LISTED": Look("danger", "alert"),
    "DECLINED": Look("muted", "minus-circle"),
    "REMOVED": Look("muted", "undo"),
    "ANNOUNCED": Look("info", "bell"),
    "ENDED": Look("muted", "lock"),
    "VOID": Look("muted", "undo"),
    "PROPOSED": Look("warning", "pencil"),
    "CLAIMING": Look("danger", "inbox"),
    "PLANNED": Look("warning", "scale"),
    "PAYING": Look("info", "send"),
    "FILED": Look("warning", "clock"),
    "ADMITTED": Look("success", "check-circle"),
    "REJECTED": Look("muted", "x-circle"),
    "ACTIVE": Look("success", "check-circle"),
    "RECEIVED": Look("warning", "clock"),
    "ANSWERED": Look("success", "check-circle"),
    "INACTIVE": Look("muted", "minus-circle"),
    "APPLIED": Look("info", "send"),
    "ONBOARDING": Look("warning", "gear"),
    "CONNECTED": Look("success", "link"),
    "STOPPED": Look("warning", "lock"),
    "CLOSING": Look("warning", "clock"),
    "LOST": Look("danger", "alert"),
    "RECOMMENDED": Look("info", "stamp"),
}
UNKNOWN = Look("muted", "info")


def look_of(code: str) -> Look:
    """Return how a status looks; an unknown code is neutral, never green."""
    return LOOKS.get(str(code), UNKNOWN)
