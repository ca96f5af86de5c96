"""Why the embedded database cannot be started, in a sentence for the person at the terminal."""

from shangwu.foundation.law.refused import Refused


class CannotServe(Refused):
    """The database was not started and nothing was changed."""
