from typing import ClassVar

from django.db import migrations

# GB/T 22239-2019 8.1.4.2: an administrator holds one role and nothing else in the same time, whoever
# writes the row and however. The account is locked so that two appointments at once see each other.
FUNCTION = """
CREATE FUNCTION accounts_separate_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators CONSTANT text[] := ARRAY['SYSTEM_ADMIN', 'SECURITY_ADMIN', 'AUDIT_ADMIN'];
    person bigint;
    own_appointment bigint := 0;
BEGIN
    IF TG_TABLE_NAME = 'accounts_appointment' THEN
        person := NEW.account_id;
        own_appointment := NEW.id;
    ELSE
        person := NEW.receiver_id;
    END IF;
    PERFORM 1 FROM accounts_account WHERE id = person FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM accounts_appointment AS other
        WHERE other.account_id = person AND other.id <> own_appointment AND other.role <> NEW.role
          AND (other.role = ANY (administrators) OR NEW.role = ANY (administrators))
          AND daterange(other.from_on, other.until_on) && daterange(NEW.from_on, NEW.until_on)
    ) OR (
        NEW.role = ANY (administrators) AND EXISTS (
            SELECT 1 FROM accounts_delegation AS lent
            WHERE lent.receiver_id = person
              AND daterange(lent.from_on, lent.until_on) && daterange(NEW.from_on, NEW.until_on)
        )
    ) THEN
        RAISE EXCEPTION 'account % would be an administrator and hold another role', person
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'separated_administrators';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_appointment_separated
    BEFORE INSERT OR UPDATE ON accounts_appointment
    FOR EACH ROW EXECUTE FUNCTION accounts_separate_administrators();
CREATE TRIGGER accounts_delegation_separated
    BEFORE INSERT OR UPDATE ON accounts_delegation
    FOR EACH ROW EXECUTE FUNCTION accounts_separate_administrators();
"""
BACK = """
DROP TRIGGER accounts_delegation_separated ON accounts_delegation;
DROP TRIGGER accounts_appointment_separated ON accounts_appointment;
DROP FUNCTION accounts_separate_administrators();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_accounts")]
    operations: ClassVar = [migrations.RunSQL(FUNCTION, BACK)]
