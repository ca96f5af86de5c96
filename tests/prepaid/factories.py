"""Operators, shops and supervisors of the prepaid tests, named after the situation they stand for."""

import hashlib
from datetime import UTC, date, datetime
from itertools import count

from shangwu.foundation.accounts.models import Account, Appointment, Organisation, Post
from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Operator, Outlet, SupervisingUnit
from shangwu.prepaid.vocabulary import Agency, OperatorForm, OperatorStatus, Sector
from tests.foundation.accounts.factories import person

AT = datetime(2019, 9, 1, 2, 0, tzinfo=UTC)
HUANGPU, XUHUI = "310101", "310104"
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # of an organisation's own number, GB 11714
_numbers = count(1)


def uscc(number: int) -> str:
    """Return a well-formed social credit code of a business that does not exist."""
    organisation = f"{number:08d}"
    check = 11 - sum(int(c) * w for c, w in zip(organisation, _WEIGHTS, strict=True)) % 11
    body = f"91310000{organisation}{'X' if check == 10 else check % 11}"
    total = sum(_LETTERS.index(c) * 3**i % 31 for i, c in enumerate(body))
    return body + _LETTERS[-total % 31]


def operator(**facts: object) -> Operator:
    """Store a connected caterer of Huangpu with one outlet, `A0001`."""
    number = next(_numbers)
    given = {
        "number": f"YF{number:08d}",
        "uscc": uscc(number),
        "name": f"虚构餐饮{number}有限公司",
        "sector": Sector.CATERING,
        "form": OperatorForm.ENTERPRISE,
        "district": HUANGPU,
        "place": f"虚构路{number}号",
        "address_key": hashlib.sha256(str(number).encode()).hexdigest(),
        "established_on": date(2015, 1, 1),
        "status": OperatorStatus.CONNECTED,
        "registered_at": AT,
        "connected_on": date(2019, 6, 3),
    }
    made = Operator.objects.create(**(given | facts))
    Outlet.objects.create(
        operator=made,
        number="A0001",
        name="总店",
        district=made.district,
        place=made.place,
        opened_on=date(2015, 1, 1),
    )
    return made


def supervisor(
    login: str = "jian.guan",
    role: Role = Role.PREPAID_OFFICER,
    *,
    agency: str = Agency.COMMERCE,
    district: str = "",
) -> Account:
    """Return a person of an agency's unit in a district, or of the city's unit."""
    name = f"测试{Agency(agency).label}{district}"
    unit, _ = Organisation.objects.get_or_create(name=name)
    SupervisingUnit.objects.get_or_create(
        organisation=unit, defaults={"agency": agency, "district": district}
    )
    return _with_role(login, role, unit)


def shopkeeper(business: Operator, login: str = "dian.zhu") -> Account:
    """Return a person who acts for the business."""
    unit, _ = Organisation.objects.get_or_create(name=business.name)
    Operator.objects.filter(pk=business.pk).update(organisation=unit)
    return _with_role(login, Role.PREPAID_SHOP, unit)


def _with_role(login: str, role: Role, unit: Organisation) -> Account:
    account = person(login)
    post, _ = Post.objects.get_or_create(organisation=unit, name=f"{role.label}")
    Appointment.objects.create(
        account=account,
        post=post,
        role=role,
        from_on=date(2018, 1, 1),
        reason="测试",
        appointed_at=AT,
    )
    return account
