"""How the code of a linkage mark is written, and read from what somebody typed."""

# Crockford's letters: without I, L, O and U, since codes are copied from a plate by hand.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Sixty bits: nobody finds a code by trying.
CODE_LENGTH = 12
GROUP = 4
_TYPED = str.maketrans("ILO", "110", "- 　")


def read_code(typed: str) -> str:
    """Return the code that somebody typed, in groups, in small letters or with letters that look alike."""
    return typed.strip().upper().translate(_TYPED)[: CODE_LENGTH + 1]


def shown_code(code: str) -> str:
    """Return a code in groups of four, as it stands on the plate."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
