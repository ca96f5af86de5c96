"""Rows that are nearly right, with anything at all in one or two fields: always a receipt or a refusal."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangwu.prepaid.views.interface.descriptions import EXAMPLES
from shangwu.prepaid.vocabulary import InstitutionKind
from tests.prepaid.factories import operator
from tests.prepaid.messages import institution, operator_key, post

PATHS = {
    "card_day": "card-days",
    "operator_day": "operator-days",
    "quarter_report": "quarter-reports",
    "outlet": "outlets",
    "notice": "notices",
    "contract_template": "contract-templates",
    "custody_day": "custody-days",
    "bond": "bonds",
}
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**53, 2**63, 10**30, 1.5, -0.0, 1e308]),
    st.text(max_size=30),
    st.sampled_from(["\u0000", "\ud800", "9999-12-31", "0001-01-01", "2019-02-30", "=1+1", ""]),
    st.dates().map(str),
    st.datetimes().map(str),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@st.composite
def nearly_right(draw, record):
    """One to three rows of a record, each with up to two fields that hold anything."""
    rows = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        row = dict(EXAMPLES[record])
        if "sequence" in row:
            row["sequence"] = number
        for name in draw(st.lists(st.sampled_from([*row, "spare"]), max_size=2)):
            row[name] = draw(ANYTHING)
        rows.append(row)
    return rows


def written(rows, media):
    if media == "text/csv":
        text = io.StringIO()
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode("utf-8", "surrogatepass")
    if media == "application/x-ndjson":
        return "\n".join(json.dumps(row) for row in rows).encode()
    return json.dumps(rows).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("record", sorted(PATHS))
def test_rows_that_are_nearly_right_never_break_the_interface(client, record):
    client.raise_request_exception = False
    business = operator(uscc=EXAMPLES["card_day"]["operator"])
    signers = {
        "custody_day": institution()[1],
        "bond": institution(InstitutionKind.INSURER)[1],
    }
    signer = signers.get(record) or operator_key(business)
    media = {
        "card_day": ["application/x-ndjson", "text/csv"],
    }.get(record, ["application/json", "application/x-ndjson"])

    @settings(
        max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(rows=nearly_right(record), form=st.sampled_from(media))
    def play(rows, form):
        answer = post(client, signer, PATHS[record], written(rows, form), content_type=form)
        said = answer.json()
        assert answer.status_code in {200, 422, 413, 409}, said
        assert "state" in said or said["code"], said

    play()
