"""Each agency and district sees its own operators, a shop its own business, and nobody else anything."""

from datetime import date

import pytest

from shangwu.foundation.accounts.roles import STAFF, Role
from shangwu.foundation.law import Refused
from shangwu.prepaid.queries.scope import operators_of, own_operator
from shangwu.prepaid.vocabulary import Agency, Sector
from tests.foundation.accounts.factories import person
from tests.prepaid.factories import HUANGPU, XUHUI, operator, shopkeeper, supervisor

ON = date(2019, 9, 2)
pytestmark = pytest.mark.django_db


@pytest.fixture
def four():
    return {
        (sector, district): operator(sector=sector, district=district)
        for sector in (Sector.CATERING, Sector.SPORTS)
        for district in (HUANGPU, XUHUI)
    }


@pytest.mark.parametrize(
    ("agency", "district", "seen"),
    [
        (Agency.COMMERCE, "", {"catering", "sports"}),
        (Agency.COMMERCE, HUANGPU, {"catering"}),
        (Agency.SPORTS, "", {"sports"}),
        (Agency.SPORTS, XUHUI, {"sports"}),
        (Agency.EDUCATION, "", set()),
    ],
)
def test_a_unit_sees_its_sectors_in_its_district(four, agency, district, seen):
    found = operators_of(supervisor(agency=agency, district=district), on=ON)
    assert {one.sector for one in found} == seen
    assert {one.district for one in found} <= ({district} if district else {HUANGPU, XUHUI})


def test_staff_without_a_unit_sees_none_and_a_leader_all(four):
    assert not operators_of(person("li.si", Role.PREPAID_OFFICER), on=ON).exists()
    assert operators_of(person("wang.wu", Role.LEADER), on=ON).count() == 4


def test_a_shopkeeper_is_no_staff_and_finds_the_own_business(four):
    business = four[Sector.SPORTS, XUHUI]
    keeper = shopkeeper(business)
    assert own_operator(keeper, on=ON) == business
    assert not operators_of(keeper, on=ON).exists()
    assert not STAFF.admits(keeper)
    with pytest.raises(Refused, match="没有关联经营者"):
        own_operator(person("zhao.liu"), on=ON)
