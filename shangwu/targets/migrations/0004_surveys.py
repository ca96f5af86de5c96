"""Hold questionnaires, their quotas, and answers that name nobody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = (
    "targets_surveyanswer",
    "targets_answerchoice",
    "targets_answerruling",
)


class Migration(migrations.Migration):
    """Hold questionnaires, their quotas, and answers that name nobody."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("targets", "0003_money"),
    ]

    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="调查编号")),
                ("title", models.CharField(max_length=100, verbose_name="调查名称")),
                ("introduction", models.TextField(max_length=500, verbose_name="说明")),
                (
                    "stratum_title",
                    models.CharField(blank=True, max_length=20, verbose_name="分组名称"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("DRAFT", "编制中"), ("OPEN", "进行中"), ("CLOSED", "已结束")],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opens_on", models.DateField(verbose_name="开始日期")),
                ("closes_on", models.DateField(verbose_name="截止日期")),
                (
                    "device_key",
                    models.BinaryField(max_length=32, null=True, verbose_name="设备比对密钥"),
                ),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="targets.declaration",
                    ),
                ),
            ],
            options={
                "verbose_name": "调查",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["DRAFT", "OPEN", "CLOSED"])),
                        name="survey_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="survey_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "CLOSED"), _negated=True),
                            ("device_key__isnull", True),
                            _connector="OR",
                        ),
                        name="survey_key_destroyed_at_closing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="题号")),
                ("text", models.CharField(max_length=200, verbose_name="题目")),
                ("english", models.CharField(blank=True, max_length=300, verbose_name="英文题目")),
                ("scale", models.CharField(max_length=30, verbose_name="量表")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="targets.survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "题目",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "position"), name="question_position_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ticket", models.CharField(max_length=64, verbose_name="答卷号")),
                (
                    "channel",
                    models.CharField(
                        choices=[("WEB", "网页"), ("PAPER", "纸质")],
                        max_length=6,
                        verbose_name="渠道",
                    ),
                ),
                ("stratum", models.CharField(blank=True, max_length=60, verbose_name="分组")),
                ("answered_on", models.DateField(verbose_name="作答日期")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("device", models.CharField(blank=True, max_length=64, verbose_name="设备摘要")),
                (
                    "seconds",
                    models.DecimalField(
                        decimal_places=1, max_digits=9, null=True, verbose_name="作答秒数"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="targets.survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "答卷",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "ticket"), name="survey_answered_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["WEB", "PAPER"])),
                        name="survey_answer_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "PAPER"), ("entered_by__isnull", False)),
                            models.Q(("channel", "WEB"), ("entered_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="survey_answer_paper_has_its_clerk",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerRuling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("excluded", models.BooleanField(verbose_name="剔除")),
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
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="targets.surveyanswer",
                    ),
                ),
            ],
            options={
                "verbose_name": "答卷认定",
            },
        ),
        migrations.CreateModel(
            name="AnswerChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(verbose_name="等次")),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="targets.question",
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="targets.surveyanswer",
                    ),
                ),
            ],
            options={
                "verbose_name": "选项",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "question"), name="answer_choice_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stratum", models.CharField(max_length=60, verbose_name="分组")),
                ("wanted", models.PositiveIntegerField(verbose_name="配额")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotas",
                        to="targets.survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "配额",
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "stratum"), name="survey_quota_once"),
                    models.CheckConstraint(
                        condition=models.Q(("wanted__gt", 0)), name="survey_quota_positive"
                    ),
                ],
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
