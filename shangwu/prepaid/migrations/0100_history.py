"""What is kept of closed days that lie in files as well."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the tables of history."""

    dependencies = [
        ("prepaid", "0071_governance_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ThinnedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True, verbose_name="月份首日")),
                ("days", models.PositiveSmallIntegerField(verbose_name="天数")),
                ("rows", models.PositiveBigIntegerField(verbose_name="行数")),
                ("thinned_at", models.DateTimeField(verbose_name="移出时间")),
            ],
            options={
                "verbose_name": "已移出月份",
            },
        ),
        migrations.CreateModel(
            name="ArchivedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="业务日期")),
                ("closing", models.DateField(verbose_name="关账批次日期")),
                ("root", models.BinaryField(max_length=32, verbose_name="关账摘要")),
                ("operators", models.PositiveIntegerField(verbose_name="经营者数")),
                ("rows", models.PositiveBigIntegerField(verbose_name="行数")),
                ("issued_fen", models.BigIntegerField(verbose_name="发行金额（分）")),
                ("redeemed_fen", models.BigIntegerField(verbose_name="兑付金额（分）")),
                ("refunded_fen", models.BigIntegerField(verbose_name="退款金额（分）")),
                ("balance_fen", models.BigIntegerField(verbose_name="余额（分）")),
                ("bytes", models.PositiveBigIntegerField(verbose_name="文件大小（字节）")),
                ("files", models.JSONField(verbose_name="文件")),
                ("archived_at", models.DateTimeField(verbose_name="归档时间")),
            ],
            options={
                "verbose_name": "归档日",
                "indexes": [models.Index(fields=["closing"], name="archived_day_closing")],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "closing"), name="archived_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("closing__gte", models.F("day"))),
                        name="archived_day_closed_after",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthStatistic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份首日")),
                ("sector", models.CharField(max_length=20, verbose_name="行业")),
                ("district", models.CharField(max_length=6, verbose_name="所在区")),
                ("operators", models.PositiveIntegerField(verbose_name="报送经营者数")),
                ("holding", models.PositiveIntegerField(verbose_name="月末有余额的经营者数")),
                ("days", models.PositiveIntegerField(verbose_name="报送日数")),
                ("late_days", models.PositiveIntegerField(verbose_name="逾期日数")),
                ("rows", models.PositiveBigIntegerField(verbose_name="卡日行数")),
                ("active_cards", models.PositiveBigIntegerField(verbose_name="有变动的卡数")),
                ("issued_fen", models.BigIntegerField(verbose_name="发行金额（分）")),
                ("redeemed_fen", models.BigIntegerField(verbose_name="兑付金额（分）")),
                ("refunded_fen", models.BigIntegerField(verbose_name="退款金额（分）")),
                ("balance_fen", models.BigIntegerField(verbose_name="月末余额（分）")),
            ],
            options={
                "verbose_name": "月度统计",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "sector", "district"), name="month_statistic_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchiveCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="核验时间")),
                ("is_whole", models.BooleanField(verbose_name="完整一致")),
                ("differences", models.JSONField(verbose_name="差异")),
                (
                    "archived",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="prepaid.archivedday",
                    ),
                ),
            ],
            options={
                "verbose_name": "归档核验",
                "indexes": [
                    models.Index(fields=["archived", "-checked_at"], name="archive_check_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_whole", False), ("differences", []), _connector="OR"
                        ),
                        name="archive_check_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StatisticsRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "等待处理"),
                            ("RUNNING", "正在处理"),
                            ("DONE", "已完成"),
                            ("FAILED", "未完成"),
                        ],
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已完成月数")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总月数")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "统计任务",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["WAITING", "RUNNING", "DONE", "FAILED"])),
                        name="statistics_run_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["WAITING", "RUNNING"])),
                        fields=("state",),
                        name="statistics_run_one_at_a_time",
                    ),
                ],
            },
        ),
    ]
