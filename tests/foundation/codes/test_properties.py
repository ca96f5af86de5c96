"""Properties that hold for all codes: no single slip passes, every made code passes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.codes import CHECKS, check, normalise
from shangwu.foundation.codes.tables import departments, divisions
from shangwu.foundation.codes.uscc import ALPHABET, organisation_check, outer_check

ON = date(2026, 11, 24)
CURRENT = sorted(code for code, rows in divisions().items() if rows[-1].holds(ON))
# No office issues identity numbers of 710000: permits of its residents begin with 830000.
ISSUING = [code for code in CURRENT if not code.startswith("71")]
OWNERS = [(code, kind) for code, row in departments().items() for kind in row.classes or ()]


@st.composite
def made_codes(draw):
    department, kind = draw(st.sampled_from(OWNERS))
    body = draw(st.text(ALPHABET, min_size=8, max_size=8))
    first = department + kind + draw(st.sampled_from(CURRENT)) + body + organisation_check(body)
    return first + outer_check(first)


@st.composite
def made_identities(draw):
    born = draw(st.dates(date(1950, 1, 1), ON))
    first = (
        draw(st.sampled_from(ISSUING))
        + f"{born:%Y%m%d}"
        + draw(st.from_regex(r"[0-9]{3}", fullmatch=True))
    )
    total = sum(
        int(c) * w
        for c, w in zip(first, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return first + "10X98765432"[total % 11]


def test_no_substitution_and_no_transposition_of_the_sample_passes():
    sample = "91310115MA1TEAT03N"
    substitutions = {
        sample[:i] + c + sample[i + 1 :] for i in range(18) for c in ALPHABET if c != sample[i]
    }
    swaps = {
        sample[:i] + sample[i + 1] + sample[i] + sample[i + 2 :]
        for i in range(17)
        if sample[i] != sample[i + 1]
    }
    assert len(substitutions) == 540
    assert len(swaps) == 16
    for wrong in substitutions | swaps:
        assert not check("uscc", wrong, on=ON).ok, wrong


@given(made_codes())
def test_a_made_code_passes(code):
    verdict = check("uscc", code, on=ON)
    assert (verdict.level, verdict.normalized) == ("ok", code)


@given(made_codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_slip_in_a_made_code_is_refused(code, index, character):
    wrong = code[:index] + character + code[index + 1 :]
    verdict = check("uscc", wrong, on=ON)
    assert verdict.ok is (wrong == code)
    if verdict.corrected:
        assert check("uscc", verdict.corrected, on=ON).ok


@given(made_identities())
def test_a_made_identity_number_passes(number):
    assert check("id", number, on=ON).ok


@given(made_identities(), st.integers(0, 16), st.sampled_from("0123456789"))
def test_a_slip_in_an_identity_number_is_refused(number, index, digit):
    wrong = number[:index] + digit + number[index + 1 :]
    assert check("id", wrong, on=ON).ok is (wrong == number)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text):
    once, _ = normalise(text)
    assert normalise(once) == (once, ())


@pytest.mark.parametrize("kind", sorted(CHECKS))
@given(text=st.text(max_size=40))
def test_any_text_gets_a_verdict(kind, text):
    verdict = check(kind, text, on=ON)
    assert verdict.message.endswith(("。", "？"))
    assert verdict.ok is (verdict.level != "error")


def test_a_code_written_normally_reports_no_change():
    assert check("uscc", "91310115MA1TEAT03N", on=ON).changes == ()


@pytest.mark.parametrize(
    ("code", "on", "level"),
    [
        ("310108", date(2026, 1, 1), "ok"),  # ended in 2015, when the codes already existed
        ("310103", date(2026, 1, 1), "warning"),  # ended in 2011, before there were such codes
        ("310151", date(2015, 12, 1), "error"),  # begins in 2016
        ("310151", date(2016, 12, 1), "ok"),
    ],
)
def test_divisions_are_judged_by_their_dates(code, on, level):
    first = "91" + code + "MA1TEAT03"
    assert check("uscc", first + outer_check(first), on=on).level == level
