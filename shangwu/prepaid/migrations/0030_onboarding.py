"""Applications for linkage, their documents, steps and tests."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_file"),
        ("prepaid", "0020_leaves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkageApplication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "待申请人填写"),
                            ("SUBMITTED", "待经办审核"),
                            ("RETURNED", "退回补正"),
                            ("RECOMMENDED", "待复核"),
                            ("APPROVED", "同意对接"),
                            ("REFUSED", "不予对接"),
                        ],
                        max_length=12,
                        verbose_name="申请状态",
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("OWN", "自建业务处理系统"),
                            ("PUBLIC_BASE", "公共基础业务处理系统"),
                        ],
                        max_length=12,
                        verbose_name="业务处理系统",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="建立时间")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="提交时间")),
                ("handled_at", models.DateTimeField(null=True, verbose_name="经办时间")),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="经办意见")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="复核时间")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="复核意见")),
                ("precheck", models.JSONField(default=list, verbose_name="事前核查结果")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handled_by",
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
                        related_name="applications",
                        to="prepaid.operator",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "对接申请",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["APPROVED", "REFUSED"]), _negated=True),
                        fields=("operator",),
                        name="linkage_application_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "DRAFT",
                                    "SUBMITTED",
                                    "RETURNED",
                                    "RECOMMENDED",
                                    "APPROVED",
                                    "REFUSED",
                                ],
                            )
                        ),
                        name="linkage_application_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("handled_by")), _negated=True),
                        name="linkage_application_two_persons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationDocument",
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
                            ("CHARTER", "单用途卡章程"),
                            ("CONTRACT", "购卡合同文本"),
                            ("STATEMENT", "上年度财务报表"),
                            ("OTHER", "其他材料"),
                        ],
                        max_length=10,
                        verbose_name="材料种类",
                    ),
                ),
                ("provided_at", models.DateTimeField(verbose_name="提供时间")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "provided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="prepaid.linkageapplication",
                    ),
                ),
            ],
            options={
                "verbose_name": "申请材料",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["CHARTER", "CONTRACT", "STATEMENT", "OTHER"])
                        ),
                        name="application_document_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkageStep",
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
                            ("REGISTERED", "登记经营者"),
                            ("COMPARED", "比对登记信息"),
                            ("ACCOUNT", "开立经营者账号"),
                            ("FILLED_IN", "填写申请"),
                            ("SUBMITTED", "提交对接申请"),
                            ("RETURNED", "退回补正"),
                            ("RECOMMENDED", "经办同意"),
                            ("APPROVED", "复核同意"),
                            ("REFUSED", "不予对接"),
                            ("KEY", "登记公钥"),
                            ("KEY_REVOKED", "停用公钥"),
                            ("TESTED", "样例检查"),
                            ("CONNECTED", "完成对接"),
                            ("MARK_ISSUED", "核发对接标识"),
                            ("MARK_WITHDRAWN", "收回对接标识"),
                        ],
                        max_length=14,
                        verbose_name="事项",
                    ),
                ),
                ("sentence", models.CharField(max_length=1000, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linkage_steps",
                        to="prepaid.operator",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "对接经过",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "REGISTERED",
                                    "COMPARED",
                                    "ACCOUNT",
                                    "FILLED_IN",
                                    "SUBMITTED",
                                    "RETURNED",
                                    "RECOMMENDED",
                                    "APPROVED",
                                    "REFUSED",
                                    "KEY",
                                    "KEY_REVOKED",
                                    "TESTED",
                                    "CONNECTED",
                                    "MARK_ISSUED",
                                    "MARK_WITHDRAWN",
                                ],
                            )
                        ),
                        name="linkage_step_kind_known",
                    )
                ],
                "indexes": [
                    models.Index(fields=["operator", "at"], name="linkage_step_operator_at")
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryExtract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=60, verbose_name="来源")),
                ("facts", models.JSONField(verbose_name="登记信息")),
                ("fetched_at", models.DateTimeField(verbose_name="查询时间")),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extracts",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "法人库摘录",
            },
        ),
        migrations.CreateModel(
            name="SampleRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checks", models.JSONField(verbose_name="逐项结果")),
                ("is_passed", models.BooleanField(verbose_name="全部通过")),
                (
                    "digest",
                    models.BinaryField(max_length=32, null=True, verbose_name="所测内容摘要"),
                ),
                ("run_at", models.DateTimeField(verbose_name="测试时间")),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="prepaid.operatorkey",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sample_runs",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "样例检查",
                "indexes": [
                    models.Index(fields=["operator", "-run_at"], name="sample_run_operator")
                ],
            },
        ),
    ]
