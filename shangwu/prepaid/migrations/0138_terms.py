"""Cards for a term at the till, and what of a buyer's other cards was counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prepaid", "0136_shop_side"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="cardplan",
            name="card_plan_kind",
        ),
        migrations.RemoveConstraint(
            model_name="tillact",
            name="till_act_kind_known",
        ),
        migrations.AddField(
            model_name="tillact",
            name="counted",
            field=models.CharField(blank=True, max_length=200, verbose_name="并入计算的其他卡"),
        ),
        migrations.AddField(
            model_name="tillcard",
            name="starts_on",
            field=models.DateField(null=True, verbose_name="启用日"),
        ),
        migrations.AlterField(
            model_name="tillact",
            name="done_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="tillact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ISSUE", "售卡"),
                    ("TOP_UP", "充值"),
                    ("REDEEM", "兑付"),
                    ("REFUND", "退款"),
                    ("ACCRUE", "期限卡按日计兑付"),
                ],
                max_length=8,
                verbose_name="收银事项",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "lessons"), ("unit_price_fen__gt", 0)),
                    models.Q(
                        ("kind", "stored_value"),
                        ("unit_price_fen", None),
                        ("units__gte", models.F("price_fen")),
                    ),
                    models.Q(
                        ("kind", "membership"),
                        ("months", models.F("units")),
                        ("months__isnull", False),
                        ("unit_price_fen", None),
                    ),
                    _connector="OR",
                ),
                name="card_plan_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="tillact",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["ISSUE", "TOP_UP", "REDEEM", "REFUND", "ACCRUE"])),
                name="till_act_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="tillact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_by", None), ("kind", "ACCRUE")),
                    models.Q(
                        models.Q(("kind", "ACCRUE"), _negated=True), ("done_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="till_act_done_by_somebody",
            ),
        ),
    ]
