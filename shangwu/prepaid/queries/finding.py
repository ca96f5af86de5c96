"""Finding operators by what people type."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import DataContains
from django.db import connection
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Upper

from shangwu.prepaid.models import Operator
from shangwu.prepaid.rules.marks import CODE_LENGTH, read_code

LONGEST_QUERY = 60
# One alternative after the other: asked with OR, the database reads every operator before the one that fits.
CODED = """
SELECT * FROM prepaid_operator WHERE id = (
    SELECT id FROM prepaid_operator WHERE uscc = %(code)s
    UNION ALL SELECT id FROM prepaid_operator WHERE number = %(code)s
    UNION ALL SELECT operator_id FROM prepaid_linkagemark WHERE code = %(mark)s
    LIMIT 1
)
"""


# How many hold the pairs of a word, and how many there are, as the database expects them.
EXPECTED = """
EXPLAIN (FORMAT JSON)
SELECT FROM prepaid_operator WHERE prepaid_grams(search_key) @> prepaid_grams(upper(%(word)s))
UNION ALL SELECT FROM prepaid_operator
"""
# One in so many: with more, a list in another order would rather read row after row and take each apart.
RARE = 100


class Grams(Func):
    """The characters, and pairs of neighbouring characters, of a text, as the database indexes them."""

    function = "prepaid_grams"
    output_field = ArrayField(TextField())


def typed(words: str) -> str:
    """Return what somebody typed as it is looked for: full-width letters and figures as plain ones."""
    return unicodedata.normalize("NFKC", words).strip()[:LONGEST_QUERY]


def named(words: str, *, through: str = "") -> Q:
    """Return the condition that an operator's name, shop name, brand, code or number contains each of the words.

    Case does not matter: `search_key` is folded when it is stored, the words by the database alike. Where one of
    the words is rare, the operators that have its pairs of characters are looked up in their index. `through` leads
    from another table to the operator's.
    """
    key, found = f"{through}search_key", Q()
    for word in typed(words).split():
        found &= Q(**{f"{key}__contains": Upper(Value(word))})
        if _is_rare(word):
            found &= _paired(word, key)
    return found


def first_named(words: str) -> Q:
    """Return the same condition for a page that stops at its first rows and never counts the others."""
    found = Q()
    for word in typed(words).split():
        found &= Q(search_key__contains=Upper(Value(word))) & _paired(word, "search_key")
    return found


def _paired(word: str, key: str) -> Q:
    return Q(DataContains(Grams(key), Grams(Upper(Value(word)))))


def _is_rare(word: str) -> bool:
    """Tell by the database's own statistics whether few operators have the pairs of a word.

    To count all that hold a common word takes seconds through the index, whose rows are taken apart once more.
    """
    with connection.cursor() as cursor:
        cursor.execute(EXPECTED, {"word": word})
        (plan,) = cursor.fetchone()
    held, all_of_them = expected_rows(plan[0]["Plan"])
    return held * RARE <= all_of_them


def expected_rows(plan: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many rows the smaller and the larger half of a union are expected to have, by its plan.

    Where rows are many, workers read them: what gathers their work stands above the union, and the half that
    costs more stands first in it.
    """
    while len(parts := plan["Plans"]) != 2:
        (plan,) = parts
    fewer, more = sorted(part["Plan Rows"] for part in parts)
    return fewer, more


def matching(
    operators: QuerySet[Operator], words: str, *, condition: Callable[[str], Q] = named
) -> QuerySet[Operator]:
    """Keep the operators that the words name, or the one whose code, number or mark they are; all for no words."""
    text = typed(words)
    # Asked with OR beside the names, the database would read every operator.
    if _may_be_code(text) and (coded := named_operator(text)) is not None:
        return operators.filter(pk=coded.pk)
    return operators.filter(condition(text)) if text else operators


def _may_be_code(text: str) -> bool:
    """Tell a plain word apart: codes and numbers have a digit, but a mark may be twelve letters."""
    return text.isascii() and (not text.isalpha() or len(read_code(text)) == CODE_LENGTH)


def named_operator(words: str) -> Operator | None:
    """Return the operator with that social credit code, platform number or mark; None where there is none."""
    code = typed(words).upper()
    asked = {"code": code, "mark": read_code(code)}
    return next(iter(Operator.objects.raw(CODED, asked)), None) if code else None
