"""A city of made-up operators with their days, accounts, bonds and statements, copied into the tables.

Entering them through the doors would take hours and leave the same rows. Sizes are skewed as shops are: most hold
little, a few hold most of the money.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

DAY = date(2019, 9, 10)
AT = datetime(2019, 9, 11, 2, tzinfo=UTC)
DISTRICTS = (
    *("310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112"),
    *("310113", "310114", "310115", "310116", "310117", "310118", "310120", "310151"),
)
SECTORS = (
    *("retail", "catering", "hotel", "resident_service", "mall", "education"),
    *("sports", "youth_sports", "culture", "tourism", "transport"),
)
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc(number: int) -> str:
    """Return a well-formed social credit code of a business that does not exist."""
    body = f"91310000{number:09d}"
    total = sum(_LETTERS.index(letter) * 3**i % 31 for i, letter in enumerate(body))
    return body + _LETTERS[-total % 31]


def fill(count: int, *, days: int = 3, seed: int = 7) -> None:
    """Copy that many operators with `days` reported days, two days of custody, bonds of a fifth, two statements."""
    chance = random.Random(seed)
    _copy(
        "prepaid_institution",
        ("id", "uscc", "name", "kind", "key_id", "public_key", "admitted_at"),
        (
            (
                n,
                uscc(900_000 + n),
                f"虚构机构{n}",
                "BANK" if n <= 10 else "INSURER",
                f"k{n}",
                b"\0" * 32,
                AT,
            )
            for n in range(1, 14)
        ),
    )
    sizes = [int(chance.lognormvariate(16.5, 1.6)) for _ in range(count)]
    _copy("prepaid_operator", OPERATOR, (_operator(n, chance) for n in range(1, count + 1)))
    told = [date(2019, 6, 30), *(DAY - timedelta(days=n) for n in reversed(range(days)))]
    _copy("prepaid_operatorday", OPERATOR_DAY, _days(sizes, told))
    _copy(
        "prepaid_custodyday",
        ("operator_id", "institution_id", "day", "balance_fen", "received_at"),
        (
            (n, n % 10 + 1, day, size * 2 // 5 if n % 9 else size // 5, AT)
            for n, size in enumerate(sizes, 1)
            for day in (DAY - timedelta(days=1), DAY)
        ),
    )
    _copy(
        "prepaid_bondrecord",
        (
            "operator_id",
            "institution_id",
            "number",
            "kind",
            "amount_fen",
            "starts_on",
            "until",
            "received_at",
        ),
        (
            (
                n,
                11 + n % 3,
                f"B{n}",
                "performance_insurance",
                size // 4 + 1,
                date(2019, 3, 1),
                end,
                AT,
            )
            for n, size in enumerate(sizes, 1)
            if n % 5 == 0
            for end in [DAY + timedelta(days=n % 300)]
        ),
    )
    _copy(
        "prepaid_operatoryear",
        ("operator_id", "year", "revenue_fen", "provided_at"),
        ((n, y, size * 4, AT) for n, size in enumerate(sizes, 1) for y in (2017, 2018)),
    )
    with _cursor() as cursor:
        cursor.execute("ANALYZE")


OPERATOR = (
    *(
        "id",
        "number",
        "uscc",
        "name",
        "trade_name",
        "brand",
        "sector",
        "subsector",
        "form",
        "district",
    ),
    *("place", "address_key", "representative", "established_on", "group_head", "franchise_head"),
    *("has_tenant_cards", "status", "registered_at", "connected_on"),
)
OPERATOR_DAY = (
    *("operator_id", "day", "state", "rows", "cards", "issued_fen", "redeemed_fen", "refunded_fen"),
    *("balance_fen", "first_received_at", "is_late"),
)


def _operator(n: int, chance: random.Random) -> tuple[Any, ...]:
    connected = chance.random() < 0.9
    return (
        *(n, f"YF{n:08d}", uscc(n), f"虚构商业{n}有限公司", f"字号{n}", f"品牌{n % 997}"),
        *(chance.choice(SECTORS), "", "enterprise" if n % 7 else "lone_trader"),
        *(chance.choice(DISTRICTS), f"虚构路{n}号", f"{n:064d}", "", date(2010 + n % 9, 9, 11)),
        *("", "", n % 50 == 0, "CONNECTED" if connected else "ONBOARDING", AT),
        DAY - timedelta(days=2) if connected else None,
    )


def _days(sizes: list[int], told: list[date]) -> Iterator[tuple[Any, ...]]:
    for n, size in enumerate(sizes, 1):
        for day in told:
            if n % 40 or day < DAY - timedelta(days=1):  # one in forty is silent since then
                yield (n, day, "OPEN", 1, 1, 0, 0, 0, size, AT, False)


def _copy(table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    with (
        _cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _cursor() -> Any:
    from django.db import connection

    return connection.cursor()
