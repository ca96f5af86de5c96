"""One folded text of each operator for searching, and its order by name."""

from django.db import migrations, models
from django.db.models.functions import Concat, Upper


class Migration(migrations.Migration):
    """Add the search key and the index of names."""

    dependencies = [("prepaid", "0116_card_balance_room")]

    operations = [
        migrations.AddField(
            model_name="operator",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=Upper(
                    Concat(
                        models.F("name"),
                        models.Value("\n"),
                        models.F("trade_name"),
                        models.Value("\n"),
                        models.F("brand"),
                        models.Value("\n"),
                        models.F("uscc"),
                        models.Value("\n"),
                        models.F("number"),
                    )
                ),
                output_field=models.TextField(),
                verbose_name="检索键",
            ),
        ),
        migrations.AddIndex(
            model_name="operator",
            index=models.Index(fields=["name", "id"], name="operator_name"),
        ),
    ]
