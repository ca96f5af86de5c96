"""A case may stop and resume an operator's sales; the sandbox takes the new kind of observation as well."""

from django.conf import settings
from django.db import migrations, models

TABLES = (
    "prepaid_batch",
    "prepaid_batcherror",
    "prepaid_cardbalance",
    "prepaid_cardday",
    "prepaid_contracttemplate",
    "prepaid_holdernotice",
    "prepaid_observation",
    "prepaid_operatorday",
    "prepaid_outlet",
    "prepaid_quarterreport",
    "prepaid_restaterequest",
    "audit_act",
    "audit_unsealedact",
    "procrastinate_jobs",
)
REBUILD = f"SELECT prepaid_build_sandbox(ARRAY{list(TABLES)!r})"


class Migration(migrations.Migration):
    dependencies = [
        ("prepaid", "0111_warning_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="caseletter",
            name="case_letter_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="casestep",
            name="case_step_act_known",
        ),
        migrations.RemoveConstraint(
            model_name="casestep",
            name="case_step_two_persons",
        ),
        migrations.RemoveConstraint(
            model_name="observation",
            name="observation_kind_known",
        ),
        migrations.AlterField(
            model_name="caseletter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("WARNING", "监管警示函"),
                    ("INTERVIEW", "约谈记录"),
                    ("RECTIFICATION", "限期改正通知书"),
                    ("STOP_SALES", "停止收取预付款告知书"),
                    ("RESUME_SALES", "恢复收取预付款告知书"),
                    ("HAND_OVER", "案件移送函"),
                ],
                max_length=16,
                verbose_name="文书种类",
            ),
        ),
        migrations.AlterField(
            model_name="casestep",
            name="act",
            field=models.CharField(
                choices=[
                    ("warn", "发出监管警示函"),
                    ("interview", "约谈"),
                    ("confirm", "确认改正"),
                    ("hand_over", "移送执法"),
                    ("penalise", "作出处罚"),
                    ("stop_sales", "停止收取预付款"),
                    ("resume_sales", "恢复收取预付款"),
                    ("close", "结案"),
                ],
                max_length=12,
                verbose_name="处置",
            ),
        ),
        migrations.AlterField(
            model_name="observation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("MISSING_DAY", "未报送日数据"),
                    ("LATE_DAY", "逾期报送"),
                    ("SUM_MISMATCH", "逐卡合计与日汇总不符"),
                    ("SEQUENCE_GAP", "序号不连续"),
                    ("OVER_LIMIT", "超过限额"),
                    ("SOLD_WHILE_STOPPED", "停止发卡后仍售卡"),
                    ("UNDER_SECURED", "存管不足"),
                    ("CUSTODY_DROP", "存管余额骤降"),
                    ("CONSUMER_DIFFERENCE", "消费者反映余额不符"),
                    ("UNKNOWN_CARD", "消费者持有未报送的卡"),
                    ("REPORT_MISSING", "未报送季度报告"),
                    ("NOT_CONNECTED", "应对接未对接"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "WARNING",
                            "INTERVIEW",
                            "RECTIFICATION",
                            "STOP_SALES",
                            "RESUME_SALES",
                            "HAND_OVER",
                        ],
                    )
                ),
                name="case_letter_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="casestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        [
                            "warn",
                            "interview",
                            "confirm",
                            "hand_over",
                            "penalise",
                            "stop_sales",
                            "resume_sales",
                            "close",
                        ],
                    )
                ),
                name="case_step_act_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="casestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "act__in",
                            [
                                "warn",
                                "interview",
                                "hand_over",
                                "stop_sales",
                                "resume_sales",
                                "close",
                            ],
                        ),
                        _negated=True,
                    ),
                    ("signed_by", None),
                    models.Q(("signed_by", models.F("drafted_by")), _negated=True),
                    _connector="OR",
                ),
                name="case_step_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "MISSING_DAY",
                            "LATE_DAY",
                            "SUM_MISMATCH",
                            "SEQUENCE_GAP",
                            "OVER_LIMIT",
                            "SOLD_WHILE_STOPPED",
                            "UNDER_SECURED",
                            "CUSTODY_DROP",
                            "CONSUMER_DIFFERENCE",
                            "UNKNOWN_CARD",
                            "REPORT_MISSING",
                            "NOT_CONNECTED",
                        ],
                    )
                ),
                name="observation_kind_known",
            ),
        ),
        migrations.RunSQL(REBUILD, migrations.RunSQL.noop),
    ]
