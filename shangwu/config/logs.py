"""What a failure leaves in the log: where it happened and of which kind, never what the data were.

Messages of exceptions may quote a row, a form or a card; the traceback without them finds the defect as well.
"""

import logging
import traceback
from typing import Any

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "impersonal": {
            "()": "shangwu.config.logs.ImpersonalFormatter",
            "format": "[%(asctime)s] %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "impersonal"}},
    "loggers": {
        "django.request": {"handlers": ["errors"], "level": "ERROR", "propagate": False},
    },
}


class ImpersonalFormatter(logging.Formatter):
    """Formats a record with frames and kinds of its exceptions."""

    def formatException(self, ei: Any) -> str:
        """Return the frames of the exception and of its causes, each with the kind and without the words."""
        kind, error, _ = ei
        lines = []
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {one.filename}:{one.lineno} {one.name}" for one in frames]
            lines.append(f"{kind.__module__}.{kind.__qualname__} {_state_of(error)}".rstrip())
            error = error.__cause__ or error.__context__
            kind = type(error)
        return "\n".join(lines)


def _state_of(error: BaseException) -> str:
    """PostgreSQL's code and the constraint's name, which say what was violated and by nobody's data."""
    facts = getattr(error, "diag", None)
    found = (getattr(error, "sqlstate", None), getattr(facts, "constraint_name", None))
    return " ".join(str(one) for one in found if one)
