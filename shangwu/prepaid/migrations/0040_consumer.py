"""Hold what consumers ask and send; counters of sources stay out of the log and of backups."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prepaid", "0041_till_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsumerRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=16, unique=True, verbose_name="编号")),
                ("secret_digest", models.BinaryField(max_length=32, verbose_name="查询码摘要")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("COMPLAINT", "投诉"),
                            ("QUESTION", "咨询"),
                            ("DIFFERENCE", "差异反映"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("REFUND", "拒绝或者拖延退款"),
                            ("GONE", "停业、搬迁后不能兑付"),
                            ("SERVICE", "商品或者服务与约定不符"),
                            ("CHARGE", "扣费或者余额有误"),
                            ("CONTRACT", "不提供合同或者章程"),
                            ("PRESSURE", "诱导或者强制充值"),
                            ("OTHER", "其他"),
                        ],
                        max_length=10,
                        verbose_name="事由",
                    ),
                ),
                (
                    "named_operator",
                    models.CharField(blank=True, max_length=80, verbose_name="未登记的经营者"),
                ),
                (
                    "sector",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("general", "各行业"),
                            ("retail", "零售"),
                            ("catering", "餐饮"),
                            ("hotel", "住宿"),
                            ("resident_service", "居民服务"),
                            ("mall", "商场通用卡"),
                            ("education", "教育培训"),
                            ("sports", "体育健身"),
                            ("youth_sports", "青少年体育培训"),
                            ("culture", "文化演出"),
                            ("tourism", "旅游"),
                            ("transport", "交通"),
                        ],
                        max_length=20,
                        verbose_name="行业",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="内容")),
                ("amount_fen", models.BigIntegerField(null=True, verbose_name="涉及金额（分）")),
                ("found_fen", models.BigIntegerField(null=True, verbose_name="平台记录余额（分）")),
                ("card", models.BinaryField(max_length=32, null=True, verbose_name="卡标识")),
                ("day", models.DateField(null=True, verbose_name="凭条日期")),
                ("unit_agency", models.CharField(max_length=24, verbose_name="承办部门")),
                (
                    "unit_district",
                    models.CharField(blank=True, max_length=6, verbose_name="承办区"),
                ),
                ("route", models.CharField(blank=True, max_length=400, verbose_name="分工说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RECEIVED", "办理中"),
                            ("ANSWERED", "已答复"),
                            ("CLOSED", "已办结"),
                        ],
                        max_length=10,
                        verbose_name="办理状态",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("due_on", models.DateField(verbose_name="答复期限")),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="首次答复时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("is_published", models.BooleanField(default=False, verbose_name="公开问答")),
                (
                    "observation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consumer_requests",
                        to="prepaid.observation",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "消费者来件",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["COMPLAINT", "QUESTION", "DIFFERENCE"])),
                        name="consumer_request_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["RECEIVED", "ANSWERED", "CLOSED"])),
                        name="consumer_request_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "RECEIVED"), ("answered_at__isnull", False), _connector="OR"
                        ),
                        name="consumer_request_answered_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__isnull", True), ("amount_fen__gte", 0), _connector="OR"
                        ),
                        name="consumer_request_amount_positive",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["operator", "kind", "received_at"], name="consumer_request_operator"
                    ),
                    models.Index(fields=["state", "due_on"], name="consumer_request_due"),
                    models.Index(fields=["kind", "received_at"], name="consumer_request_kind"),
                    models.Index(
                        condition=models.Q(("is_published", True)),
                        fields=["-answered_at"],
                        name="consumer_request_published",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("shard", models.PositiveSmallIntegerField(verbose_name="分片")),
                ("lookups", models.PositiveIntegerField(verbose_name="查询次数")),
                ("mismatches", models.PositiveIntegerField(verbose_name="没有找到的次数")),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lookup_days",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "查询日计数",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operator", "day", "shard"), name="lookup_day_shard_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.BinaryField(max_length=16, verbose_name="来源摘要")),
                ("purpose", models.CharField(max_length=8, verbose_name="用途")),
                ("window_at", models.DateTimeField(verbose_name="窗口起点")),
                ("asked", models.PositiveIntegerField(verbose_name="次数")),
                ("missed", models.PositiveIntegerField(verbose_name="没有找到的次数")),
            ],
            options={
                "verbose_name": "查询来源计数",
                "indexes": [models.Index(fields=["window_at"], name="lookup_source_window")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "purpose", "window_at"), name="lookup_source_window_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("receive", "收到"),
                            ("forward", "转交"),
                            ("answer", "答复"),
                            ("close", "办结"),
                        ],
                        max_length=8,
                        verbose_name="办理",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="说明")),
                (
                    "unit_agency",
                    models.CharField(blank=True, max_length=24, verbose_name="承办部门"),
                ),
                (
                    "unit_district",
                    models.CharField(blank=True, max_length=6, verbose_name="承办区"),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="prepaid.consumerrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "来件办理记录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["receive", "forward", "answer", "close"])),
                        name="request_step_act_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE prepaid_lookupsource SET UNLOGGED",
            "ALTER TABLE prepaid_lookupsource SET LOGGED",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER prepaid_requeststep_append_only BEFORE UPDATE OR DELETE ON prepaid_requeststep "
            "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()",
            "DROP TRIGGER prepaid_requeststep_append_only ON prepaid_requeststep",
        ),
    ]
