"""The ledger's tables: card-days partitioned by month, card balances that cannot go below zero, facts kept."""

from django.db import migrations

CARD_DAY = """
CREATE TABLE prepaid_cardday (
    operator_id bigint NOT NULL,
    day date NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    batch_id bigint NOT NULL,
    card bytea NOT NULL CHECK (length(card) = 32),
    kind varchar(10) NOT NULL,
    outlet varchar(20) NOT NULL,
    issued_fen bigint NOT NULL,
    redeemed_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    closing_fen bigint NOT NULL CHECK (closing_fen >= 0),
    valid_to date,
    reverses_day date,
    reverses_sequence integer,
    remark varchar(2000) NOT NULL DEFAULT '',
    CHECK ((reverses_day IS NULL) = (reverses_sequence IS NULL)),
    CHECK (reverses_day IS NOT NULL OR (issued_fen >= 0 AND redeemed_fen >= 0 AND refunded_fen >= 0)),
    PRIMARY KEY (operator_id, day, sequence)
) PARTITION BY RANGE (day);
CREATE INDEX prepaid_cardday_card ON prepaid_cardday (operator_id, card, day);
-- That a row is reversed once is looked up here.
CREATE INDEX prepaid_cardday_reversed ON prepaid_cardday (operator_id, reverses_day, reverses_sequence)
    WHERE reverses_day IS NOT NULL;
CREATE TRIGGER prepaid_cardday_append_only BEFORE UPDATE OR DELETE ON prepaid_cardday
    FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()
"""

CARD_BALANCE = """
CREATE TABLE prepaid_cardbalance (
    operator_id bigint NOT NULL,
    card bytea NOT NULL CHECK (length(card) = 32),
    balance_fen bigint NOT NULL CHECK (balance_fen >= 0),
    kind varchar(10) NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    PRIMARY KEY (operator_id, card)
) WITH (fillfactor = 80)
"""

# The application may not change the structure; the month that it needs is opened by the owner's function.
OPEN_MONTH = """
CREATE FUNCTION prepaid_open_month(of_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', of_day)::date;
    partition text := 'prepaid_cardday_' || to_char(of_day, 'YYYYMM');
BEGIN
    IF to_regclass(partition) IS NULL THEN
        -- Two who need the month at once: the second waits here, and then finds it made.
        PERFORM pg_advisory_xact_lock(hashtext('prepaid_open_month'));
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF prepaid_cardday FOR VALUES FROM (%L) TO (%L)',
                       partition, first, (first + interval '1 month')::date);
    END IF;
EXCEPTION WHEN duplicate_table THEN
    NULL;  -- What this session remembered of the catalogue was older than the wait.
END $$
"""

REFUSE_CHANGE = """
CREATE FUNCTION prepaid_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""

FACTS = (
    "prepaid_batch",
    "prepaid_operatoryear",
    "prepaid_dayclosing",
    "prepaid_quarterreport",
    "prepaid_custodyday",
    "prepaid_bondrecord",
    "prepaid_custodystanding",
)


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
    )


class Migration(migrations.Migration):
    """Add the partitioned tables and the guards."""

    dependencies = [("prepaid", "0001_prepaid")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION prepaid_refuse_change()"),
        migrations.RunSQL(CARD_DAY, "DROP TABLE prepaid_cardday"),
        migrations.RunSQL(CARD_BALANCE, "DROP TABLE prepaid_cardbalance"),
        migrations.RunSQL(OPEN_MONTH, "DROP FUNCTION prepaid_open_month(date)"),
        *(
            migrations.RunSQL(_trigger(table), f"DROP TRIGGER {table}_append_only ON {table}")
            for table in FACTS
        ),
    ]
