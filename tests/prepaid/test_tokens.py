"""The published method of card tokens, with a worked example that an operator's programmer can repeat."""

import pytest

from shangwu.prepaid.rules.tokens import card_token

OPERATOR = "91310000MA1FL0007C"


def token(number="6001000000012345", secret="7K3Q9XJ2M4ZT8WVB"):
    return card_token(operator=OPERATOR, number=number, secret=secret)


def test_the_worked_example():
    assert token() == "ef4af984eb93da6c0eb8ab7dc72903122e1145e3c31b845494205d3d5734b819"


def test_people_may_type_small_letters_groups_and_look_alikes():
    assert token(secret="7k3q-9xj2 m4zt-8wvb") == token()
    assert token(secret="OI" + "0" * 14) == token(secret="01" + "0" * 14)
    assert token(number=" 6001000000012345 ") == token()


def test_number_secret_and_operator_all_matter():
    assert len({token(), token(number="6001000000012346"), token(secret="7K3Q9XJ2M4ZT8WVC")}) == 3
    other = card_token(operator=OPERATOR[:-1] + "1", number="1", secret="0" * 16)
    assert other != card_token(operator=OPERATOR, number="1", secret="0" * 16)


@pytest.mark.parametrize("secret", ["", "7K3Q9XJ2M4ZT8WV", "7K3Q9XJ2M4ZT8WVU", "7K3Q9XJ2M4ZT8WVB0"])
def test_an_ill_formed_secret_is_refused(secret):
    with pytest.raises(ValueError, match="sixteen"):
        token(secret=secret)
