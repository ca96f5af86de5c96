"""History is append-only, and a month leaves the database only when all of it lies verified in files."""

from django.db import migrations

# The application may not change the structure. The owner's function looks for itself at every row of the month: no
# caller can talk it into dropping a day whose rows, sums and newest verification it has not compared. Rows cannot be
# changed (0002), and the share lock keeps new ones out of the month while they are counted.
DROP_MONTH = """
CREATE FUNCTION prepaid_drop_month(of_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', of_day)::date;
    partition text := 'prepaid_cardday_' || to_char(of_day, 'YYYYMM');
    open_day date;
    held bigint;
BEGIN
    IF to_regclass(partition) IS NULL THEN
        RETURN 0;
    END IF;
    EXECUTE format('LOCK TABLE %I IN SHARE MODE', partition);
    EXECUTE format($sql$
        SELECT min(found.day) FILTER (WHERE archived.rows IS DISTINCT FROM found.rows
                                         OR archived.issued_fen IS DISTINCT FROM found.issued
                                         OR archived.redeemed_fen IS DISTINCT FROM found.redeemed
                                         OR archived.refunded_fen IS DISTINCT FROM found.refunded
                                         OR archived.is_whole IS DISTINCT FROM true),
               coalesce(sum(found.rows), 0)
        FROM (SELECT day, count(*) AS rows, sum(issued_fen) AS issued, sum(redeemed_fen) AS redeemed,
                     sum(refunded_fen) AS refunded FROM %I GROUP BY day) AS found
        LEFT JOIN (
            SELECT day, sum(rows) AS rows, sum(issued_fen) AS issued_fen, sum(redeemed_fen) AS redeemed_fen,
                   sum(refunded_fen) AS refunded_fen, bool_and(newest.is_whole IS TRUE) AS is_whole
            FROM prepaid_archivedday AS part
            LEFT JOIN LATERAL (SELECT is_whole FROM prepaid_archivecheck WHERE archived_id = part.id
                               ORDER BY checked_at DESC, id DESC LIMIT 1) AS newest ON true
            GROUP BY day
        ) AS archived ON archived.day = found.day
    $sql$, partition) INTO open_day, held;
    IF open_day IS NOT NULL THEN
        RAISE EXCEPTION 'the day % is not archived and verified whole', open_day USING ERRCODE = 'restrict_violation';
    END IF;
    -- Whoever reads the ledger waits for us here, so we wait for nobody.
    PERFORM set_config('lock_timeout', '5s', true);
    EXECUTE format('ALTER TABLE prepaid_cardday DETACH PARTITION %I', partition);
    EXECUTE format('DROP TABLE %I', partition);
    RETURN held;
END $$
"""

FACTS = ("prepaid_archivedday", "prepaid_archivecheck", "prepaid_thinnedmonth")


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
    )


class Migration(migrations.Migration):
    """Add the owner's function and the guards."""

    dependencies = [("prepaid", "0100_history")]

    operations = [
        migrations.RunSQL(DROP_MONTH, "DROP FUNCTION prepaid_drop_month(date)"),
        *(
            migrations.RunSQL(_trigger(table), f"DROP TRIGGER {table}_append_only ON {table}")
            for table in FACTS
        ),
    ]
