"""A week is judged once: the run never changes, of an alert only what people decide is added."""

from django.db import migrations

APPEND_ONLY = (
    "CREATE TRIGGER prepaid_warningrun_append_only BEFORE UPDATE OR DELETE ON prepaid_warningrun "
    "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
)
FROZEN = """
CREATE TRIGGER prepaid_warningalert_frozen BEFORE UPDATE ON prepaid_warningalert FOR EACH ROW
WHEN (OLD.state <> 'OPEN' OR (OLD.operator_id, OLD.week, OLD.score, OLD.reasons, OLD.signals, OLD.model_version,
                              OLD.made_at)
      IS DISTINCT FROM (NEW.operator_id, NEW.week, NEW.score, NEW.reasons, NEW.signals, NEW.model_version,
                        NEW.made_at))
EXECUTE FUNCTION prepaid_refuse_change();
CREATE TRIGGER prepaid_warningalert_kept BEFORE DELETE ON prepaid_warningalert
FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()
"""


class Migration(migrations.Migration):
    """Add the guards."""

    dependencies = [("prepaid", "0110_warning")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY, "DROP TRIGGER prepaid_warningrun_append_only ON prepaid_warningrun"
        ),
        migrations.RunSQL(
            FROZEN,
            "DROP TRIGGER prepaid_warningalert_frozen ON prepaid_warningalert; "
            "DROP TRIGGER prepaid_warningalert_kept ON prepaid_warningalert",
        ),
    ]
