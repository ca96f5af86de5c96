"""Years of card-days made up by arithmetic alone: equal arguments give equal rows, in the platform's own files.

Each card lives sixteen rows: every eighth puts money on it, the others redeem less than that in all, so that no card
falls below zero and every identity holds. Three operator-days then state a row too many, for the check to find.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from shangwu.prepaid.rules.history.tables import (
    CARD_DAY,
    OPERATOR_DAY,
    ROW_GROUP_ROWS,
    SCHEMAS,
    shard_file,
)

FIRST, DAYS = date(2018, 1, 1), 365
ROWS_OF_A_CARD = 16
BREAKS = 3
CARDS = """
CREATE TABLE moves AS
WITH cards AS (
    SELECT n, 1 + n % $operators AS operator_id, unhex(sha256('card ' || n)) AS card, n * 7919 % 44 AS first,
           1 + n * 104729 % 21 AS step, n * 31 % 4 AS life
    FROM range($cards) AS made(n)
)
SELECT operator_id, $first + CAST(first + k * step AS INTEGER) AS day, card, k,
       CASE WHEN k % 8 = 0 THEN 80000 + (n * 613 + k * 97) % 420000 ELSE 0 END AS issued_fen,
       CASE WHEN k % 8 = 0 THEN 0 ELSE (n * 911 + k * 3571) % 10000 END AS redeemed_fen,
       CASE WHEN k = 15 AND n % 13 = 0 THEN 1 + n % 500 ELSE 0 END AS refunded_fen, life
FROM cards, range($rows_of_a_card) AS rows(k)
"""
CARD_DAYS = """
SELECT operator_id, day,
       CAST(row_number() OVER (PARTITION BY operator_id, day ORDER BY card) AS INTEGER) AS sequence,
       operator_id * 1000 + day_number AS batch_id, card, 'registered' AS kind,
       'A' || lpad(CAST(operator_id % 7 AS VARCHAR), 4, '0') AS outlet, issued_fen, redeemed_fen, refunded_fen,
       CAST(sum(issued_fen - redeemed_fen - refunded_fen) OVER (PARTITION BY card ORDER BY k) AS BIGINT) AS closing_fen,
       CASE life WHEN 0 THEN NULL ELSE day + CAST(life * 180 AS INTEGER) END AS valid_to,
       CAST(NULL AS DATE) AS reverses_day, CAST(NULL AS INTEGER) AS reverses_sequence, '' AS remark
FROM (SELECT *, day - $first AS day_number FROM moves) ORDER BY day, operator_id, card
"""
OPERATOR_DAYS = """
WITH sums AS (
    SELECT operator_id, day, count(*) AS rows, count(DISTINCT card) AS cards, sum(issued_fen) AS issued_fen,
           sum(redeemed_fen) AS redeemed_fen, sum(refunded_fen) AS refunded_fen
    FROM moves GROUP BY ALL
), whole AS (
    SELECT o.n + 1 AS operator_id, $first + CAST(d.n AS INTEGER) AS day, d.n AS number
    FROM range($operators) AS o(n), range($days) AS d(n)
)
SELECT operator_id, day,
       ['catering', 'retail', 'sports', 'education', 'hotel', 'culture'][1 + operator_id % 6] AS sector,
       CAST(310101 + operator_id % 16 AS VARCHAR) AS district,
       CAST(coalesce(rows, 0) AS BIGINT) + CASE WHEN operator_id <= $breaks AND number = 100 THEN 1 ELSE 0 END AS rows,
       CAST(coalesce(cards, 0) AS BIGINT) AS cards, CAST(coalesce(issued_fen, 0) AS BIGINT) AS issued_fen,
       CAST(coalesce(redeemed_fen, 0) AS BIGINT) AS redeemed_fen,
       CAST(coalesce(refunded_fen, 0) AS BIGINT) AS refunded_fen,
       CAST(sum(coalesce(issued_fen, 0) - coalesce(redeemed_fen, 0) - coalesce(refunded_fen, 0))
            OVER (PARTITION BY operator_id ORDER BY day) AS BIGINT) AS balance_fen,
       (operator_id + number) % 29 = 0 AS is_late, unhex(sha256(operator_id || ' ' || number)) AS root,
       CAST(day AS TIMESTAMP) + INTERVAL 42 HOUR AS closed_at
FROM whole LEFT JOIN sums USING (operator_id, day) ORDER BY day, operator_id
"""


def make(folder: Path, *, rows: int, operators: int) -> dict[str, int]:
    """Write a year of so many card-days, and return the rows and bytes written. A made folder is kept."""
    done = folder / "made"
    if not done.exists():
        connection = duckdb.connect(
            config={"memory_limit": "3GB", "threads": 2, "temp_directory": str(folder / "spill")}
        )
        given = {"first": FIRST, "operators": operators}
        cards = {"cards": rows // ROWS_OF_A_CARD, "rows_of_a_card": ROWS_OF_A_CARD}
        connection.execute(CARDS, given | cards)
        for table, query, more in (
            (CARD_DAY, CARD_DAYS, {}),
            (OPERATOR_DAY, OPERATOR_DAYS, {"days": DAYS, "breaks": BREAKS}),
        ):
            asked = {"first": FIRST} if table == CARD_DAY else given | more
            _write(folder, table, connection.execute(query, asked).to_arrow_reader(ROW_GROUP_ROWS))
        connection.close()
        done.touch()
    files = list(folder.glob("card_day/*/*.parquet"))
    return {
        "rows": sum(pq.read_metadata(file).num_rows for file in files),
        "bytes": sum(file.stat().st_size for file in files),
        "files": len(files),
    }


def _write(folder: Path, table: str, batches: pa.RecordBatchReader) -> None:
    """Cut an ordered stream of rows into the platform's files, one a day."""
    schema, writer, current = SCHEMAS[table], None, None
    for batch in batches:
        whole = pa.Table.from_batches([batch]).cast(_loose(schema)).cast(schema)
        days = whole.column("day")
        for number in sorted(set(days.to_pylist())):
            if number != current:
                if writer:
                    writer.close()
                path = folder / shard_file(table, number, closing=number, shard=0, shards=1)
                path.parent.mkdir(parents=True, exist_ok=True)
                writer, current = pq.ParquetWriter(path, schema, compression="zstd"), number
            assert writer is not None
            writer.write_table(whole.filter(pa.compute.equal(days, number)))
    if writer:
        writer.close()


def _loose(schema: pa.Schema) -> pa.Schema:
    """A timestamp without a zone becomes one in UTC in a step of its own."""
    plain = [
        pa.field(f.name, pa.timestamp("us")) if pa.types.is_timestamp(f.type) else f for f in schema
    ]
    return pa.schema(plain)


def last_day() -> date:
    """Return the last day that is made."""
    return FIRST + timedelta(days=DAYS - 1)
