"""How the code of a linkage mark is written, and read from what somebody typed."""

from shangwu.prepaid.rules.tokens import plain_code

# Sixty bits: nobody finds a code by trying.
CODE_LENGTH = 12
GROUP = 4


def read_code(typed: str) -> str:
    """Return the code that somebody typed, in groups, in small letters or with letters that look alike."""
    return plain_code(typed)[: CODE_LENGTH + 1]


def shown_code(code: str) -> str:
    """Return a code in groups of four, as it stands on the plate."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
