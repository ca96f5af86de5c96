"""Hold evaluations with their weights, scores and signatures."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = (
    "targets_evaluationsignature",
    "targets_evaluationpublication",
    "targets_evaluationreopening",
    "targets_importedevaluation",
)


class Migration(migrations.Migration):
    """Hold evaluations with their weights, scores and signatures."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("targets", "0004_surveys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SELF", "单位自评"),
                            ("DEPARTMENT", "部门评价"),
                            ("FINANCE", "财政评价"),
                        ],
                        max_length=10,
                        verbose_name="评价种类",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "起草中"),
                            ("SIGNED", "已签署"),
                            ("PUBLISHED", "已公开"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="截至日期")),
                (
                    "known_at",
                    models.DateTimeField(
                        help_text="what was recorded later is left out",
                        verbose_name="读数选取时间",
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(default=1, verbose_name="修订号")),
                ("drafted_at", models.DateTimeField(verbose_name="建立时间")),
                (
                    "weights_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="权重签认时间"),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="targets.declaration",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "weights_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "绩效评价",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("declaration", "kind"), name="evaluation_once_for_each_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["SELF", "DEPARTMENT", "FINANCE"])),
                        name="evaluation_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["DRAFT", "SIGNED", "PUBLISHED"])),
                        name="evaluation_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("weights_at__isnull", True), ("weights_by__isnull", True)),
                            models.Q(("weights_at__isnull", False), ("weights_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="evaluation_weights_signed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, null=True, verbose_name="权重"
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=20, verbose_name="偏差原因")),
                ("cause_detail", models.TextField(blank=True, verbose_name="原因分析")),
                ("remedy", models.TextField(blank=True, verbose_name="改进措施")),
                ("band", models.CharField(blank=True, max_length=40, verbose_name="评定档次")),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=4, max_digits=5, null=True, verbose_name="评定百分比"
                    ),
                ),
                ("band_reason", models.TextField(blank=True, verbose_name="评定理由")),
                (
                    "deduction",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, null=True, verbose_name="扣分"
                    ),
                ),
                ("deduction_reason", models.TextField(blank=True, verbose_name="扣分理由")),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="targets.evaluation",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_lines",
                        to="targets.indicator",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="targets.storedreading",
                    ),
                ),
            ],
            options={
                "verbose_name": "评价行",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "indicator"), name="evaluation_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight__isnull", True),
                            models.Q(("weight__gte", 0), ("weight__lte", 100)),
                            _connector="OR",
                        ),
                        name="evaluation_weight_is_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deduction__isnull", True),
                            models.Q(("deduction_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evaluation_deduction_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share__isnull", True),
                            models.Q(("band_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evaluation_rating_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationReopening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(verbose_name="被重开的修订号")),
                ("reason", models.TextField(verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="targets.evaluation",
                    ),
                ),
            ],
            options={
                "verbose_name": "评价重开",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "revision"),
                        name="evaluation_reopened_once_a_revision",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(verbose_name="修订号")),
                ("content", models.JSONField(verbose_name="签署内容")),
                ("content_sha256", models.CharField(max_length=64, verbose_name="内容指纹")),
                ("evidence_sha256", models.CharField(max_length=64, verbose_name="证据指纹")),
                (
                    "audit_head",
                    models.CharField(blank=True, max_length=80, verbose_name="操作记录封存号"),
                ),
                ("at", models.DateTimeField(verbose_name="签署时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="targets.evaluation",
                    ),
                ),
            ],
            options={
                "verbose_name": "评价签署",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "revision"), name="evaluation_signed_once_a_revision"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationPublication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="公开时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication",
                        to="targets.evaluationsignature",
                    ),
                ),
            ],
            options={
                "verbose_name": "评价公开",
            },
        ),
        migrations.CreateModel(
            name="ImportedEvaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("table", models.JSONField(verbose_name="表内容")),
                ("computed", models.JSONField(verbose_name="按规则计算")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="文件指纹")),
                ("at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "外来评价",
            },
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION targets_refuse_change()",
                f"DROP TRIGGER {table}_append_only ON {table}",
            )
            for table in APPEND_ONLY
        ),
    ]
