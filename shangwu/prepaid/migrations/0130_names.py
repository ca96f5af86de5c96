"""Operators are found by part of a name without reading every name.

PostgreSQL's own trigrams find no word of two characters, which is what people write in Chinese: here the search key is
indexed by its characters and by its pairs of neighbouring characters.
"""

from django.db import migrations

GRAMS = """
CREATE FUNCTION prepaid_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT array_agg(DISTINCT substr(words, place, size))
    FROM generate_series(1, length(words)) AS place, generate_series(1, 2) AS size
$$
"""
INDEX = (
    "CREATE INDEX prepaid_operator_grams ON prepaid_operator USING gin (prepaid_grams(search_key))"
)


class Migration(migrations.Migration):
    """Index the search key by its parts."""

    dependencies = [("prepaid", "0120_operator_search")]

    operations = [
        migrations.RunSQL(GRAMS, "DROP FUNCTION prepaid_grams(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX prepaid_operator_grams"),
    ]
