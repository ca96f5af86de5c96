"""A year of weeks of a small city, stored in bulk: steady operators, and one whose custody drains and redeeming stops."""

import hashlib
from datetime import date, timedelta
from random import Random

from shangwu.prepaid.models import CustodyDay, Operator, OperatorDay, OperatorYear
from shangwu.prepaid.vocabulary import DayState, InstitutionKind, OperatorForm, OperatorStatus
from tests.prepaid.factories import HUANGPU, uscc
from tests.prepaid.witnesses import institution, moment

FIRST = date(2019, 1, 7)  # a Monday
# With 40 operators the budget brings an alert every 25 weeks: the first in week 54.
OPERATORS, WEEKS, TROUBLE = 40, 54, 46


def week(number: int) -> date:
    """Return the Monday of a week, counted from 1."""
    return FIRST + timedelta(weeks=number - 1)


def the_morning_after(number: int):
    """Return Tuesday 02:30 in Shanghai after a week is over."""
    return moment(week(number + 1) + timedelta(days=1), 2) + timedelta(minutes=30)


def small_city(count: int = OPERATORS, *, district: str = HUANGPU) -> list[Operator]:
    """Store operators that were connected before the first week, with last year's revenue."""
    made = Operator.objects.bulk_create(
        Operator(
            number=f"YF{n:08d}",
            uscc=uscc(n),
            name=f"虚构餐饮{n}有限公司",
            brand="",
            sector="catering",
            form=OperatorForm.ENTERPRISE,
            district=district,
            place=f"虚构路{n}号",
            address_key=hashlib.sha256(str(n).encode()).hexdigest(),
            established_on=date(2015, 1, 1),
            status=OperatorStatus.CONNECTED,
            registered_at=moment(date(2018, 6, 1)),
            connected_on=date(2018, 12, 1),
        )
        for n in range(900_000, 900_000 + count)
    )
    OperatorYear.objects.bulk_create(
        OperatorYear(
            operator=one, year=2018, revenue_fen=800_000_000, provided_at=moment(date(2019, 1, 3))
        )
        for one in made
    )
    return made


def live(operators: list[Operator], weeks: int = WEEKS) -> Operator:
    """Let weeks go by, a report and a word of the bank each; the last operator gets into trouble."""
    rng, bank = Random(7), institution(InstitutionKind.BANK)
    days, custody = [], []
    *_, troubled = operators
    for one in operators:
        balance = rng.randint(3_000_000, 9_000_000)
        usual = balance // 10
        for number in range(1, weeks + 1):
            late = one is troubled and number >= TROUBLE
            issued = int(usual * rng.uniform(0.9, 1.1) * (3 if late else 1))
            redeemed = min(balance, int(usual * rng.uniform(0.9, 1.1) * (0.1 if late else 1)))
            balance += issued - redeemed
            day = week(number) + timedelta(days=6)
            told = moment(day + timedelta(days=1), 6)
            days.append(
                OperatorDay(
                    operator=one,
                    day=day,
                    state=DayState.OPEN,
                    issued_fen=issued,
                    redeemed_fen=redeemed,
                    balance_fen=balance,
                    first_received_at=told,
                    is_late=late,
                )
            )
            held = balance // (50 if late else 2)
            custody.append(
                CustodyDay(
                    operator=one, institution=bank, day=day, balance_fen=held, received_at=told
                )
            )
    OperatorDay.objects.bulk_create(days, batch_size=2_000)
    CustodyDay.objects.bulk_create(custody, batch_size=2_000)
    return troubled
