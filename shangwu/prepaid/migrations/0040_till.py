"""The till of the public-base system: plans, cards, acts, days."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prepaid", "0031_onboarding_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CardPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="方案序号")),
                ("name", models.CharField(max_length=60, verbose_name="方案名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("membership", "会籍"),
                            ("lessons", "课程"),
                            ("stored_value", "储值及其他"),
                        ],
                        max_length=12,
                        verbose_name="销售种类",
                    ),
                ),
                (
                    "card_kind",
                    models.CharField(
                        choices=[("registered", "记名卡"), ("anonymous", "不记名卡")],
                        max_length=10,
                        verbose_name="卡的种类",
                    ),
                ),
                ("price_fen", models.BigIntegerField(verbose_name="售价（分）")),
                ("units", models.BigIntegerField(verbose_name="面值（分）或者次数")),
                (
                    "unit_price_fen",
                    models.BigIntegerField(null=True, verbose_name="单次原价（分）"),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(null=True, verbose_name="有效期（月）"),
                ),
                ("scope", models.TextField(max_length=1000, verbose_name="使用范围")),
                (
                    "fund_use",
                    models.TextField(max_length=1000, verbose_name="预收资金的用途和管理方式"),
                ),
                ("refund_terms", models.TextField(max_length=1000, verbose_name="退款方式")),
                ("made_at", models.DateTimeField(verbose_name="开设时间")),
                ("stopped_at", models.DateTimeField(null=True, verbose_name="停售时间")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="card_plans",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "售卡方案",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operator", "number"), name="card_plan_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_fen__gt", 0), ("units__gt", 0)),
                        name="card_plan_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "lessons"), ("unit_price_fen__gt", 0)),
                            models.Q(
                                ("kind", "stored_value"),
                                ("unit_price_fen", None),
                                ("units__gte", models.F("price_fen")),
                            ),
                            _connector="OR",
                        ),
                        name="card_plan_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("card_kind__in", ["registered", "anonymous"])),
                        name="card_plan_card_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TillCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.BinaryField(max_length=32, verbose_name="卡标识")),
                (
                    "state",
                    models.CharField(
                        choices=[("ACTIVE", "可用"), ("REFUNDED", "已退款")],
                        max_length=10,
                        verbose_name="卡的状态",
                    ),
                ),
                ("paid_fen", models.BigIntegerField(verbose_name="累计已付（分）")),
                ("units", models.BigIntegerField(verbose_name="累计面值（分）或者次数")),
                (
                    "used_units",
                    models.BigIntegerField(default=0, verbose_name="已用面值（分）或者次数"),
                ),
                ("balance_fen", models.BigIntegerField(verbose_name="预收资金余额（分）")),
                ("issued_on", models.DateField(verbose_name="售卡日")),
                ("valid_to", models.DateField(null=True, verbose_name="有效期至")),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="till_cards",
                        to="prepaid.operator",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cards",
                        to="prepaid.cardplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "收银卡",
                "constraints": [
                    models.UniqueConstraint(fields=("operator", "token"), name="till_card_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_units__gte", 0), ("used_units__lte", models.F("units"))
                        ),
                        name="till_card_never_overspent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("balance_fen__gte", 0), ("balance_fen__lte", models.F("paid_fen"))
                        ),
                        name="till_card_balance_sound",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "REFUNDED"])),
                        name="till_card_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TillAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key_hash", models.BinaryField(max_length=32, verbose_name="幂等键摘要")),
                ("digest", models.BinaryField(max_length=32, verbose_name="内容摘要")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ISSUE", "售卡"),
                            ("TOP_UP", "充值"),
                            ("REDEEM", "兑付"),
                            ("REFUND", "退款"),
                        ],
                        max_length=8,
                        verbose_name="收银事项",
                    ),
                ),
                ("outlet", models.CharField(max_length=20, verbose_name="门店编号")),
                ("day", models.DateField(verbose_name="业务日期")),
                ("units", models.BigIntegerField(verbose_name="面值（分）或者次数")),
                (
                    "issued_fen",
                    models.BigIntegerField(default=0, verbose_name="发行和充值金额（分）"),
                ),
                ("redeemed_fen", models.BigIntegerField(default=0, verbose_name="兑付金额（分）")),
                ("refunded_fen", models.BigIntegerField(default=0, verbose_name="退款金额（分）")),
                ("balance_fen", models.BigIntegerField(verbose_name="办理后余额（分）")),
                ("left_units", models.BigIntegerField(verbose_name="办理后可用面值（分）或者次数")),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[("operator", "经营者原因"), ("consumer", "消费者原因")],
                        max_length=10,
                        verbose_name="退款原因",
                    ),
                ),
                ("formula", models.CharField(blank=True, max_length=500, verbose_name="计算式")),
                ("remark", models.CharField(blank=True, max_length=100, verbose_name="备注")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="till_acts",
                        to="prepaid.operator",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="prepaid.tillcard",
                    ),
                ),
            ],
            options={
                "verbose_name": "收银记录",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operator", "key_hash"), name="till_act_key_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("balance_fen__gte", 0),
                            ("issued_fen__gte", 0),
                            ("left_units__gte", 0),
                            ("redeemed_fen__gte", 0),
                            ("refunded_fen__gte", 0),
                        ),
                        name="till_act_amounts_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ISSUE", "TOP_UP", "REDEEM", "REFUND"])),
                        name="till_act_kind_known",
                    ),
                ],
                "indexes": [models.Index(fields=["operator", "day"], name="till_act_operator_day")],
            },
        ),
        migrations.CreateModel(
            name="TillDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="业务日期")),
                ("counted_at", models.DateTimeField(null=True, verbose_name="日结时间")),
                ("counted_acts", models.PositiveIntegerField(null=True, verbose_name="日结时笔数")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="报送时间")),
                ("tried_at", models.DateTimeField(null=True, verbose_name="最近尝试时间")),
                ("finding", models.CharField(blank=True, max_length=500, verbose_name="报送结果")),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="prepaid.batch",
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="till_days",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "收银日",
                "constraints": [
                    models.UniqueConstraint(fields=("operator", "day"), name="till_day_once")
                ],
            },
        ),
    ]
